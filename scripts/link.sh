#!/bin/sh
# Links the two libraries from cargo's archive: link.sh ARCHIVE DIRECTORY. Needs SONAME; honours CC, LD, AR, NM, OBJCOPY
# and LDFLAGS.
#
# Both consist of one object, in which only the exported functions are global. A program may therefore link a second
# Rust archive, in either order. Group members become plain sections (--force-group-allocation): each Rust archive has
# DW.ref.rust_eh_personality in a COMDAT group, and a linker keeps one group of that name, whose symbol is local here.
# Some objects of Rust's libraries hold bitcode, which is removed, because a plugin of an older LLVM would read it and
# abort ar.
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

# Rust's default panic hook can print a backtrace, for which it reads debug information: a quarter of the library. Panics of the
# library are caught and never printed, so the function that would print one returns at once, and the linkers drop the rest.
# docs/decisions/no-backtraces.md has the reasons. A compiler that names the function otherwise keeps it; then `make check` finds the size.
printer=$(${NM:-nm} "$object" | sed -n 's/^[0-9a-f]* t \(.*BacktraceLock.*DisplayBacktrace.*3fmt.*\)$/\1/p' | head -1)
if [ -n "$printer" ]; then
  echo 'int nothing(void) { return 0; }' | ${CC:-cc} -O1 -fno-asynchronous-unwind-tables -xc -c -o "$directory/nothing.o" -
  ${OBJCOPY:-objcopy} -O binary -j .text "$directory/nothing.o" "$directory/nothing"
  # Its length stays, which the unwinding tables have too.
  ${OBJCOPY:-objcopy} -O binary -j ".text.$printer" "$object" "$directory/printer"
  dd if="$directory/nothing" of="$directory/printer" conv=notrunc status=none
  ${OBJCOPY:-objcopy} --remove-relocations=".text.$printer" --update-section ".text.$printer=$directory/printer" "$object"
fi
rm -f "$directory/libocihooks.a"
${AR:-ar} rcsD "$directory/libocihooks.a" "$object"

# The unwinder is linked in: a shared libgcc_s takes as long to load as this library. Code and constants share a mapping
# (noseparate-code), because each mapping costs time at every start of a linked program.
{ echo '{ global:'; sed 's/$/;/' "$exports"; echo 'local: *; };'; } >"$directory/exports.map"
# shellcheck disable=SC2086
${CC:-cc} -shared -static-libgcc -Wl,-soname,"$SONAME" -Wl,--version-script="$directory/exports.map" -Wl,--gc-sections -Wl,-O1 \
    -Wl,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code -Wl,--as-needed ${LDFLAGS:-} -o "$directory/libocihooks.so" "$object"
