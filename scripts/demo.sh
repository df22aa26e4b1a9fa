#!/bin/sh
# Runs all six phases of examples/bundle through run-phase, then one that fails, to show the error. Then shows which hook
# files of examples/hooks.d a container gets, and why.
# Needs CC, STAGE (an installed tree) and BUILD (a directory to write to).
set -eu
python3 scripts/compiler.py "$BUILD/run-phase" examples/run-phase.c

bundle=$BUILD/bundle
rm -rf "$bundle"
sh examples/bundle/prepare.sh "$bundle"
for phase in prestart createRuntime createContainer startContainer poststart poststop; do
  "$BUILD/run-phase" "$bundle/config.json" $phase "$bundle/state/$phase.json"
  echo
done

echo "And one that fails:"
echo
if "$BUILD/run-phase" "$bundle/failing.json" createRuntime "$bundle/state/createRuntime.json"; then
  echo "demo: the failing hook was not noticed" >&2
  exit 1
fi
"$BUILD/run-phase" "$bundle/config.json" poststop "$bundle/state/poststop.json" >/dev/null # cleans up

echo
echo "And hook files: a good one, a masked one, a broken one, and one that never matches:"
echo
python3 scripts/compiler.py "$BUILD/hook-files" examples/hook-files.c
(cd examples/hooks.d && "$BUILD/hook-files" config.json vendor admin 2>/dev/null) >"$BUILD/explained"
python3 scripts/explained.py <"$BUILD/explained"
