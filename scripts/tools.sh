#!/bin/sh
# Lists all missing tools at once: tools.sh TOOL ...
missing=
for tool in "$@"; do
  # A tool may be "ccache cc", whose first word has to exist.
  command -v "${tool%% *}" >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -n "$missing" ]; then
  echo "missing:$missing (the README's \"What it needs\" has the list)" >&2
  exit 1
fi
