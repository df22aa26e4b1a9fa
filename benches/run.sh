#!/bin/sh
# Builds the contestants and prints the tables. The row of a missing contestant has the reason.
#
#   PREFIX_DIR   the tree in which the library is installed (include/, lib/)
#   BUILD_DIR    where to build; nothing is written elsewhere
#
# Arguments select sections: hooks, joined, phase, parse, start. The default is all of them.
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

# Programs of an earlier run would be measured as if they were new.
for program in start/without start/empty start/shared start/static start/many start/many_empty start/many_shared start/many_static \
    noop floor posix_spawn crun_fork library parse os_exec \
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
    # Without pkg-config, whose file names the final place if the tree is staged for another prefix.
    # build_with_library PROGRAM FILES...
    build_with_library() {
        build_c "$@" -I"$prefix/include" -L"$prefix/lib" -Wl,-rpath,"$prefix/lib" -locihooks
    }
    build_with_library library "$here/c/place.c"
    build_with_library parse
else
    say "no libocihooks.so below PREFIX_DIR/lib: the library is not measured"
fi

# start_library FILE FUNCTION [PATH]: a library that programs find by PATH, which defaults to its own path.
start_library() {
    # shellcheck disable=SC2086
    $cc $cflags -shared -fPIC -DNAME="$2" -Wl,-soname,"${3:-$1}" -o "$1" "$here/c/start_library.c"
}

# start_programs NAME LIBRARIES...: the program alone, and with ten other libraries, as many as crun has.
start_programs() {
    output=$1
    shift
    # shellcheck disable=SC2086
    $cc $cflags -o "$start/$output" "$here/c/start.c" -Wl,--no-as-needed "$@"
    [ "$output" = without ] && many=many || many=many_$output
    # shellcheck disable=SC2086
    $cc $cflags -o "$start/$many" "$here/c/start.c" -Wl,--no-as-needed "$start"/libother*.so "$@"
}

start=$build/start
mkdir -p "$start"
for number in 0 1 2 3 4 5 6 7 8 9; do
    start_library "$start/libother$number.so" "other$number"
done
start_library "$start/libempty.so" empty
start_programs without
start_programs empty "$start/libempty.so"
if [ -n "${prefix:-}" ]; then
    # It replaces the library while programs are linked. They then name the library by its path, so the loader searches
    # nothing.
    start_library "$start/stand-in.so" ocihooks_version "$prefix/lib/libocihooks.so.0"
    start_programs shared "$start/stand-in.so"
    start_programs static -static-libgcc -Wl,-u,ocihooks_run "$prefix/lib/libocihooks.a"
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
build_rust rust # not --locked, because the library's dependencies may have changed

if command -v go >/dev/null; then
    (cd "$here/go" && GOFLAGS=-mod=mod go build -o "$build/os_exec" .) ||
        say "the Go peer could not be built: not measured"
else
    say "no go on PATH: os/exec is not measured"
fi

exec python3 -B "$here/driver.py" "$build" "$@"
