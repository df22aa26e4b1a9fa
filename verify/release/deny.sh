#!/bin/sh
# Checks dependencies against deny.toml, for the library and for the crates beside it that have a separate Cargo.lock.
set -eu
if ! cargo deny --version >/dev/null 2>&1; then
  echo "missing: cargo-deny (the crate: cargo install --locked cargo-deny)" >&2
  exit 1
fi

# check ALLOWED FOLDER CHECKS ...: ALLOWED has cargo-deny's levels for entries that FOLDER leaves unused.
check() {
  level=$1 folder=$2
  shift 2
  echo "$folder: $*"
  # shellcheck disable=SC2086 # options are words
  cargo deny --config deny.toml --manifest-path "$folder/Cargo.toml" --locked check --hide-inclusion-graph $level "$@"
}

# An exception that no crate needs has to go, but each crate needs a different subset.
beside="-A unmatched-skip -A license-exception-not-encountered -A unnecessary-skip"
rules="bans licenses sources"
# shellcheck disable=SC2086
{
  check "-D unmatched-skip -A license-exception-not-encountered" . $rules
  check "$beside" verify/fuzz $rules
  check "$beside" benches/rust $rules
}
# The peers are measured, not distributed, so only their source matters.
check "$beside" benches/peers sources

# Advisories have a separate database.
said=$(GIT_TERMINAL_PROMPT=0 timeout 120 cargo deny --config deny.toml fetch db 2>&1) || {
  echo "SKIPPED: advisories: their database is unavailable: $(echo "$said" | grep -v '^ *$' | tail -1)" >&2
  exit 0
}
for folder in . verify/fuzz benches/rust; do
  check "$beside" $folder advisories
done
