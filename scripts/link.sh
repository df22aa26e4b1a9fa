#!/bin/sh
# Links the two libraries from cargo's archive: link.sh ARCHIVE DIRECTORY. Needs SONAME; honours CC, LD, AR, NM, OBJCOPY
# and LDFLAGS.
#
# Both consist of one object, in which only the exported functions are global. A program may therefore link a second
# Rust archive, in either order. Group members become plain sections (--force-group-allocation): each Rust archive has
# DW.ref.rust_eh_personality in a COMDAT group, and a linker keeps one group of that name, whose symbol is local here.
# Some objects of Rust's own libraries hold bitcode. It is taken out: a plugin of an older LLVM would read it, and abort
# ar.
set -eu
archive=$1 directory=$2
: "${SONAME:?}"
object=$directory/ocihooks.o exports=$directory/exports
mkdir -p "$directory"

${NM:-nm} -g --defined-only "$archive" 2>/dev/null | sed -n 's/^[0-9a-f]* T \(ocihooks_[a-z0-9_]*\)$/\1/p' | sort >"$exports"
[ -s "$exports" ] || { echo "link.sh: $archive exports nothing" >&2; exit 1; }
# shellcheck disable=SC2046 # the options are words
${LD:-ld} -r --force-group-allocation $(sed 's/^/-u /' "$exports") -o "$object" "$archive"
${OBJCOPY:-objcopy} --keep-global-symbols="$exports" --remove-section=.llvmbc --remove-section=.llvmcmd "$object"
rm -f "$directory/libocihooks.a"
${AR:-ar} rcsD "$directory/libocihooks.a" "$object"

# The unwinder is linked in: a shared libgcc_s takes as long to load as this library. Code and constants share a mapping
# (noseparate-code), because each mapping costs time at every start of a linked program.
{ echo '{ global:'; sed 's/$/;/' "$exports"; echo 'local: *; };'; } >"$directory/exports.map"
# shellcheck disable=SC2086
${CC:-cc} -shared -static-libgcc -Wl,-soname,"$SONAME" -Wl,--version-script="$directory/exports.map" -Wl,--gc-sections -Wl,-O1 \
    -Wl,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code -Wl,--as-needed ${LDFLAGS:-} -o "$directory/libocihooks.so" "$object"
