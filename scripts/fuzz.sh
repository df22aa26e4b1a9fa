#!/bin/sh
# Fuzzes: fuzz.sh SECONDS, for each target, on the stable compiler. Wants BUILD (a directory to write to; what was found
# interesting stays in its corpus/). Prints how many inputs were run.
set -eu
seconds=$1
build=$BUILD/fuzz
target=$(rustc -vV | sed -n 's/^host: //p')
# What cargo-fuzz sets, less what only a nightly compiler knows (the sanitizers).
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Ccodegen-units=1"
RUSTFLAGS="$RUSTFLAGS -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
RUSTFLAGS="$RUSTFLAGS -Cllvm-args=-sanitizer-coverage-trace-compares"
export RUSTFLAGS
cargo build -q --release --manifest-path fuzz/Cargo.toml --target-dir "$build/target" --target "$target"
python3 fuzz/seeds.py "$build/seeds"
for name in parse state differential capi; do
  mkdir -p "$build/corpus/$name" "$build/found"
  log=$build/$name.log
  # -timeout: one input that takes longer is a hang.
  if ! "$build/target/$target/release/$name" "$build/corpus/$name" "$build/seeds" -dict=fuzz/dictionary -max_len=4096 \
    -timeout=5 -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$build/found/$name-" >"$log" 2>&1; then
    tail -40 "$log" >&2
    echo "fuzzing $name found something: see $build/found" >&2
    exit 1
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$log" | tail -1)
  echo "$name: $runs inputs, coverage of $coverage edges, nothing found"
done
