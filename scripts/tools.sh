#!/bin/sh
# Says at once which tool is missing: tools.sh TOOL ...
missing=
for tool in "$@"; do
  # A tool may be "ccache cc": the first word is what has to be there.
  command -v "${tool%% *}" >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -n "$missing" ]; then
  echo "missing:$missing (the README's \"What it needs\" has the list)" >&2
  exit 1
fi
