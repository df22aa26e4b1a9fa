#!/bin/sh
# Go's part of `make check`: formatting, vet, the tests under the race detector, the shared cases, run-phase built.
# Needs STAGE (an installed tree) and BUILD (a directory to write to).
set -eu
if ! command -v go >/dev/null 2>&1; then
  echo "SKIPPED: Go: go is not on PATH; bindings/go was not tested" >&2
  exit 0
fi
export PKG_CONFIG_PATH="$STAGE/lib/pkgconfig" LD_LIBRARY_PATH="$STAGE/lib" GOFLAGS=-mod=mod GOTOOLCHAIN=local GOPROXY=off
# Go's cache ignores headers and libraries outside of the module. The header's checksum makes it a different build, and
# -count=1 runs the tests again.
CGO_CFLAGS="-O2 -g -DOCIHOOKS_HEADER_SUM=$(cksum <"$STAGE/include/ocihooks.h" | cut -d' ' -f1)"
export CGO_CFLAGS
workspace=$(sh scripts/go_modules.sh)
cd bindings/go
unformatted=$(gofmt -l .)
if [ -n "$unformatted" ]; then
  echo "gofmt would change: $unformatted" >&2
  exit 1
fi
go vet ./...
CGO_ENABLED=0 go build ./...
CGO_ENABLED=0 go vet ./...
CGO_ENABLED=0 go test -count=1 ./...
GOOS=darwin go vet ./...
go test -race -count=1 ./...
go test -count=1 -run '^TestSharedCases$' -v . | grep '^shared cases'
go test -count=1 -run '^TestSharedCasesOfHookFiles$' -v . | grep '^shared cases'
go build -o "$BUILD/run-phase-go" ./examples/run-phase

# Separate modules, because they require more than the standard library.
if [ -n "$workspace" ]; then
  for module in libcontainer podman; do (
    cd $module
    export GOWORK="$workspace" GOFLAGS=
    go vet ./...
    CGO_ENABLED=0 go vet ./...
    CGO_ENABLED=0 go test -count=1 ./...
    GOOS=darwin go vet ./...
    go test -race -count=1 ./...
  ) || exit; done
else
  echo "SKIPPED: Go: Debian's golang-github-opencontainers-specs-dev or golang-github-sirupsen-logrus-dev is not" \
    "installed; bindings/go/libcontainer, bindings/go/podman and docs/adopting/ were not tested" >&2
fi

# The programs of docs/adopting/, as users' modules: vet compiles them. The one for runc needs the modules of libcontainer.
python3 ../../scripts/snippets.py go "$BUILD/snippets-go"
for folder in "$BUILD"/snippets-go/*/; do
  printf 'module %s\ngo 1.19\n' "$(basename "$folder")" >"$folder/go.mod"
  unformatted=$(gofmt -l "$folder")
  if [ -n "$unformatted" ]; then
    echo "gofmt would change: $unformatted" >&2
    exit 1
  fi
  if [ -n "$workspace" ]; then
    (cd "$folder" && GOWORK="$workspace" GOFLAGS= go work use . && GOWORK="$workspace" GOFLAGS= go vet .)
  fi
done

# The README's program, as a user's module.
mkdir -p "$BUILD/readme-go"
python3 ../../scripts/readme.py go "$BUILD/readme-go/main.go"
cat >"$BUILD/readme-go/go.mod" <<END
module readme
go 1.19
require github.com/libocihooks/libocihooks/bindings/go v0.0.0
replace github.com/libocihooks/libocihooks/bindings/go => $PWD
END
(cd "$BUILD/readme-go" && go run .)
