#!/bin/sh
# Prints the system calls that the library makes in the caller's process for each hook, by name.
#
#   BUILD_DIR    where run.sh has built
#
# It prints a slope: the difference between a phase of 110 hooks and one of 10, divided by 100. Calls of start-up and of
# the phase cancel out. strace without -f does not follow the hooks, so it counts only the caller's calls.
set -eu

: "${BUILD_DIR:?where run.sh has built}"
few=10
many=110
state=$BUILD_DIR/inputs/state.json

if ! command -v strace >/dev/null; then
    echo "syscalls: strace is not on PATH; nothing was counted"
    exit 0
fi
for file in "$BUILD_DIR/library" "$BUILD_DIR/noop" "$state"; do
    if [ ! -e "$file" ]; then
        echo "syscalls: $file is missing: build it with run.sh" >&2
        exit 1
    fi
done
counts=$(mktemp -d)
trap 'rm -rf "$counts"' EXIT

# count MODE HOOKS: a line "calls name" for each kind of call in one phase with HOOKS hooks.
count() {
    echo "$2" | strace -c -U calls,name -o "$counts/strace" \
        "$BUILD_DIR/library" "$1" "$BUILD_DIR/noop" "$state" 0 "$2" >"$counts/answer"
    # A contestant answers with a number. strace frames its table with dashes and ends it with a total.
    [ -s "$counts/answer" ]
    awk '$1 ~ /^[0-9]+$/ && $2 != "total" { print $1, $2 }' "$counts/strace"
}

# slope MODE: the difference of the two counts, with the most frequent first and the sum last.
slope() {
    count "$1" "$few" >"$counts/few"
    count "$1" "$many" >"$counts/many"
    echo "System calls per hook, $1:"
    if grep -q unavailable "$counts/answer"; then
        sed 's/^unavailable:/ /' "$counts/answer"
        return
    fi
    awk -v hooks=$((many - few)) '
        FNR == NR { before[$2] = $1; next }
        { calls = ($1 - before[$2]) / hooks; sum += calls }
        calls >= 0.01 { printf "  %8.2f  %s\n", calls, $2 | "sort -rn" }
        END { close("sort -rn"); printf "  %8.2f  in all\n", sum }
    ' "$counts/few" "$counts/many"
}

slope default
slope discard
slope createContainer
slope startContainer
