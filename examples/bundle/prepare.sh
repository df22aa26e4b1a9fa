#!/bin/sh
# prepare.sh DEST: creates a bundle in DEST, ready to run: DEST/config.json, DEST/failing.json and
# DEST/state/PHASE.json, with the absolute hook paths that the runtime-spec requires. The hooks write into DEST/scratch.
# The script may be repeated, and creates DEST if needed.
set -eu

if [ $# -ne 1 ] || [ -z "$1" ]; then
    echo "usage: $0 DEST" >&2
    exit 2
fi

source=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
case $1 in
/*) dest=$1 ;;
*) dest=$PWD/$1 ;;
esac

# The path goes through sed into JSON strings, so characters that need quoting in either are refused.
case $dest in
*[\\\"\&\|[:cntrl:]]*)
    printf '%s: no backslash, quote, ampersand, bar or control character in DEST, please: %s\n' "$0" "$1" >&2
    exit 1
    ;;
esac

mkdir -p "$dest"
dest=$(cd "$dest" && pwd)

mkdir -p "$dest/hooks" "$dest/state" "$dest/rootfs" "$dest/scratch"
for hook in "$source"/hooks/*; do
    cp "$hook" "$dest/hooks/"
    chmod 755 "$dest/hooks/${hook##*/}"
done
for template in config.json failing.json \
    state/prestart.json state/createRuntime.json state/createContainer.json \
    state/startContainer.json state/poststart.json state/poststop.json; do
    sed -e "s|@BUNDLE@|$dest|g" -e "s|@SCRATCH@|$dest/scratch|g" \
        "$source/$template.in" >"$dest/$template"
done
