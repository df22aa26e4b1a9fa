#!/bin/sh
# Lets bindings/go/libcontainer and bindings/go/podman find their requirements without a module proxy: Debian's sources of
# these modules, as a workspace. Prints the workspace's file, or nothing if the sources are not installed.
# Needs BUILD (a directory to write to).
set -eu
sources=${GOCODE:-/usr/share/gocode/src}
modules=$BUILD/go-modules
specs=github.com/opencontainers/runtime-spec
logrus=github.com/sirupsen/logrus
for needed in "$specs/specs-go" "$logrus" golang.org/x/sys/unix; do
  [ -d "$sources/$needed" ] || exit 0
done

# A module with Debian's sources, and a go.mod that names only installed modules.
take() {
  mkdir -p "$modules/$1"
  cp -RL "$sources/$1/." "$modules/$1"
  printf 'module %s\ngo 1.17\n%s\n' "$1" "${2:-}" >"$modules/$1/go.mod"
}
rm -rf "$modules"
take $specs
take $logrus 'require golang.org/x/sys v0.0.0-20220715151400-c0bba94af5f8'
cat >"$modules/go.work" <<END
go 1.19
use $PWD/bindings/go
use $PWD/bindings/go/libcontainer
use $PWD/bindings/go/podman
replace $specs => $modules/$specs
replace $logrus => $modules/$logrus
replace golang.org/x/sys => $sources/golang.org/x/sys
END
echo "$modules/go.work"
