#!/bin/sh
# Holds the dependencies to deny.toml, of the library and of the crates beside it that have a Cargo.lock of their own.
set -eu
if ! cargo deny --version >/dev/null 2>&1; then
  echo "missing: cargo-deny (the crate: cargo install --locked cargo-deny)" >&2
  exit 1
fi

# check ALLOWED FOLDER CHECKS ...: ALLOWED is what need not occur there.
check() {
  level=$1 folder=$2
  shift 2
  echo "$folder: $*"
  # shellcheck disable=SC2086 # options are words
  cargo deny --config deny.toml --manifest-path "$folder/Cargo.toml" --locked check --hide-inclusion-graph $level "$@"
}

# An exception that nothing needs any more has to go; but each crate needs others of them.
beside="-A unmatched-skip -A license-exception-not-encountered -A unnecessary-skip"
rules="bans licenses sources"
# shellcheck disable=SC2086
{
  check "-D unmatched-skip -A license-exception-not-encountered" . $rules
  check "$beside" verify/fuzz $rules
  check "$beside" benches/rust $rules
}
# What others bring along is compared with, not handed on: where it comes from is all that is asked.
check "$beside" benches/peers sources

# Advisories are kept apart from the crates.
said=$(GIT_TERMINAL_PROMPT=0 timeout 120 cargo deny --config deny.toml fetch db 2>&1) || {
  echo "SKIPPED: advisories: their database can't be had: $(echo "$said" | grep -v '^ *$' | tail -1)" >&2
  exit 0
}
for folder in . verify/fuzz benches/rust; do
  check "$beside" $folder advisories
done
