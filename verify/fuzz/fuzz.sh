#!/bin/sh
# Fuzzes on the stable compiler: fuzz.sh SECONDS [TARGET ...]. Each target runs for SECONDS, or for FUZZ_RUNS inputs if
# that is set, of at most FUZZ_LENGTH bytes (4096): short inputs run faster. Needs BUILD, a directory to write to;
# interesting inputs stay in its fuzz/corpus. Prints the number of inputs, and how much of the source they reach.
set -eu
seconds=$1
shift
length=${FUZZ_LENGTH:-4096}
all="parse readers model state differential hook_files documents capi_text capi_run"
build=$BUILD/fuzz
target=$(rustc -vV | sed -n 's/^host: //p')
programs=$build/target/$target/release
for tool in readelf addr2line; do
  command -v $tool >/dev/null || { echo "fuzz.sh: $tool is missing (Debian: binutils)" >&2; exit 1; }
done

# The flags of cargo-fuzz, without those of a nightly compiler (the sanitizers).
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Ccodegen-units=1"
RUSTFLAGS="$RUSTFLAGS -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
RUSTFLAGS="$RUSTFLAGS -Cllvm-args=-sanitizer-coverage-trace-compares"
export RUSTFLAGS
cargo build -q --release --manifest-path verify/fuzz/Cargo.toml --target-dir "$build/target" --target "$target"
rm -rf "$build/seeds"
python3 verify/fuzz/seeds.py "$build/seeds"

covered=
for name in ${*:-$all}; do
  mkdir -p "$build/corpus/$name" "$build/found"
  log=$build/$name.log
  # -timeout: an input that takes longer counts as a hang.
  if ! RUST_BACKTRACE=0 "$programs/$name" "$build/corpus/$name" "$build/seeds" -dict=verify/fuzz/dictionary -max_len="$length" -timeout=20 \
    -max_total_time="$seconds" -runs="${FUZZ_RUNS:--1}" -print_final_stats=1 \
    -artifact_prefix="$build/found/$name-" >"$log" 2>&1; then
    grep -v "^stat::" "$log" | tail -20 >&2
    echo "fuzzing $name found something: see $build/found" >&2
    exit 1
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  echo "$name: $runs inputs, $speed a second, nothing found"
  # The merge keeps the useful inputs only, and its notes list the edges that were reached.
  rm -rf "$build/merged" "$log.edges" && mkdir "$build/merged"
  "$programs/$name" -merge=1 "$build/merged" "$build/corpus/$name" "$build/seeds" -max_len=4096 \
    -merge_control_file="$log.edges" >"$log.merge" 2>&1
  rm -rf "$build/corpus/$name" && mv "$build/merged" "$build/corpus/$name"
  covered="$covered $programs/$name=$log.edges"
done
python3 verify/fuzz/coverage.py . $covered
