#!/bin/sh
# Python's part of `make check`: types, tests, the README's program, and the wheel alone in a new environment.
# Needs STAGE (an installed tree), BUILD (a directory to write to) and WHEEL (the folder with the wheel).
set -eu
tools=$BUILD/python-tools
with() {
  OCIHOOKS_LIBRARY="$STAGE/lib/libocihooks.so.0" PYTHONPATH=bindings/python/src PYTHONDONTWRITEBYTECODE=1 "$@"
}
run() {
  with python3 "$@"
}
# Packages from PyPI go into a separate environment.
tool() {
  [ -x "$tools/bin/python" ] || python3 -m venv "$tools"
  "$tools/bin/python" -c "import $1" 2>/dev/null || "$tools/bin/pip" install -q "$1"
}

run -m unittest discover -q -s bindings/python/tests
python3 scripts/readme.py python "$BUILD/readme.py"
run "$BUILD/readme.py"
python3 scripts/snippets.py python "$BUILD/snippets-python"
for program in "$BUILD"/snippets-python/*/*.py; do
  run "$program"
done

if tool gevent; then
  with "$tools/bin/python" -m unittest discover -q -s bindings/python/tests -p test_gevent.py
else
  echo "SKIPPED: Python: gevent can't be installed; Ctrl-C in a program patched by gevent was not tested" >&2
fi
if tool mypy; then
  (cd bindings/python && "$tools/bin/mypy" --cache-dir="$BUILD/mypy")
else
  echo "SKIPPED: Python: mypy can't be installed; the types of bindings/python were not checked" >&2
fi

# This environment lacks the library's path, other packages and the sources.
alone=$BUILD/python-alone
rm -rf "$alone"
python3 -m venv "$alone"
"$alone/bin/pip" install -q --no-index "$WHEEL"/ocihooks-*.whl
(cd / && env -i "$alone/bin/python" -I "$BUILD/readme.py")
echo "the wheel runs a phase in a separate environment: $(basename "$WHEEL"/ocihooks-*.whl)"
