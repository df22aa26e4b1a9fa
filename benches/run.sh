#!/bin/sh
# Builds the contestants and prints the table; what is left out says so in its row.
#
#   PREFIX_DIR   the tree in which the library is installed (include/, lib/)
#   BUILD_DIR    where to build; nothing is written elsewhere
#
# Its arguments choose the sections: hooks, joined, phase, parse; none means all of them.
set -eu

: "${PREFIX_DIR:?the tree in which the library is installed}"
: "${BUILD_DIR:?where to build}"
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mkdir -p "$BUILD_DIR"
build=$(cd "$BUILD_DIR" && pwd)
cc=${CC:-cc}
cflags='-std=gnu11 -O2 -Wall -Wextra -Werror'

say() {
    echo "bench: $*" >&2
}

# What an earlier run left would be measured as if it were new.
for program in noop floor posix_spawn crun_fork library parse os_exec \
    cargo/release/std_command cargo/release/libcontainer cargo/release/parse cargo/release/ocihooks-bench-rust; do
    rm -f "$build/$program"
done

# shellcheck disable=SC2086 # the flags are words
build_c() {
    output=$1
    shift
    $cc $cflags -o "$build/$output" "$here/c/$output.c" "$here/c/contestant.c" "$@"
}

# shellcheck disable=SC2086
$cc $cflags -static -nostdlib -ffreestanding -fno-stack-protector -o "$build/noop" "$here/c/noop.c"
build_c floor
build_c posix_spawn
build_c crun_fork "$here/c/place.c"

if [ -e "$PREFIX_DIR/lib/libocihooks.so" ]; then
    prefix=$(cd "$PREFIX_DIR" && pwd)
    # Not by pkg-config: of a tree that is staged for another prefix, its file would tell the final place.
    # build_with_library PROGRAM FILES...
    build_with_library() {
        build_c "$@" -I"$prefix/include" -L"$prefix/lib" -Wl,-rpath,"$prefix/lib" -locihooks
    }
    build_with_library library "$here/c/place.c"
    build_with_library parse
else
    say "no libocihooks.so below PREFIX_DIR/lib: the library is not measured"
fi

# build_rust PACKAGE ARGUMENTS...
build_rust() {
    package=$1
    shift
    CARGO_TARGET_DIR=$build/cargo ${CARGO:-cargo} build --quiet --release \
        --manifest-path "$here/$package/Cargo.toml" "$@" ||
        say "$package could not be built: not measured"
}
build_rust peers --locked
build_rust rust # not --locked: the library's own dependencies may have changed

if command -v go >/dev/null; then
    (cd "$here/go" && GOFLAGS=-mod=mod go build -o "$build/os_exec" .) ||
        say "the Go peer could not be built: not measured"
else
    say "no go on PATH: os/exec is not measured"
fi

exec python3 -B "$here/driver.py" "$build" "$@"
