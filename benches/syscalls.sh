#!/bin/sh
# Prints the system calls that the library makes in its own process for each hook, by name.
#
#   BUILD_DIR    where run.sh has built
#
# It is a slope: what a phase of 110 hooks makes more than one of 10, by 100. What start-up and a phase cost
# is in both, and gone. Without -f strace does not follow the hooks, so only the caller's calls are counted.
set -eu

: "${BUILD_DIR:?where run.sh has built}"
few=10
many=110
state=$BUILD_DIR/inputs/state.json

if ! command -v strace >/dev/null; then
    echo "syscalls: no strace on PATH, nothing is counted"
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

# count MODE HOOKS: "calls name" of one phase with as many hooks, a line each.
count() {
    echo "$2" | strace -c -U calls,name -o "$counts/strace" \
        "$BUILD_DIR/library" "$1" "$BUILD_DIR/noop" "$state" 0 "$2" >"$counts/answer"
    # A contestant answers with a number; strace frames its table with dashes and ends it with a total.
    [ -s "$counts/answer" ]
    awk '$1 ~ /^[0-9]+$/ && $2 != "total" { print $1, $2 }' "$counts/strace"
}

# slope MODE: the difference of the two counts, the most frequent first, the sum last.
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
