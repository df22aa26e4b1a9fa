#!/bin/sh
# Runs very many hooks in one process: soak.sh COUNT. Wants CC, STAGE and BUILD (a directory to write to).
set -eu
count=$1
build=$BUILD/soak
mkdir -p "$build/root/proc" "$build/root/tmp"
# shellcheck disable=SC2086 # CC may be several words
$CC -std=gnu99 -Wall -Wextra -Werror -O2 -ffreestanding -fno-stack-protector -nostdlib -static -o "$build/hook" soak/hook.c
cp "$build/hook" "$build/root/hook" # the container's
# shellcheck disable=SC2046,SC2086 # the flags are words
$CC -std=gnu99 -g -O2 -Wall -Wextra -Werror -pthread -o "$build/soak" soak/soak.c \
  $(PKG_CONFIG_PATH="$STAGE/lib/pkgconfig" pkg-config --cflags --libs ocihooks) -Wl,-rpath,"$STAGE/lib"
# Without caches for threads, what is on the heap can be told to the byte.
GLIBC_TUNABLES=glibc.malloc.tcache_count=0 exec "$build/soak" "$build/hook" "$build/root" "$count"
