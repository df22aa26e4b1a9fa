#!/bin/sh
# Python's part of `make check`: types, tests, the README's program; and the wheel, alone in a new environment.
# Wants STAGE (an installed tree), BUILD (a directory to write to) and WHEEL (the folder with the wheel).
set -eu
tools=$BUILD/python-tools
run() {
  OCIHOOKS_LIBRARY="$STAGE/lib/libocihooks.so.0" PYTHONPATH=bindings/python/src PYTHONDONTWRITEBYTECODE=1 python3 "$@"
}

run -m unittest discover -q -s bindings/python/tests
python3 scripts/readme.py python "$BUILD/readme.py"
run "$BUILD/readme.py"

if [ -x "$tools/bin/mypy" ] || { python3 -m venv "$tools" && "$tools/bin/pip" install -q mypy; }; then
  (cd bindings/python && "$tools/bin/mypy" --cache-dir="$BUILD/mypy")
else
  echo "SKIPPED: Python: mypy can't be installed; the types of bindings/python were not checked" >&2
fi

# Nothing else is in there: neither the library's path, nor another package, nor the sources.
alone=$BUILD/python-alone
rm -rf "$alone"
python3 -m venv "$alone"
"$alone/bin/pip" install -q --no-index "$WHEEL"/ocihooks-*.whl
(cd / && env -i "$alone/bin/python" -I "$BUILD/readme.py")
echo "the wheel runs a phase in an environment of its own: $(basename "$WHEEL"/ocihooks-*.whl)"
