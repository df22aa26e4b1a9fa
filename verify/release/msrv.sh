#!/bin/sh
# Builds and tests the crate with exactly the compiler that Cargo.toml's rust-version names. The target folder is
# BUILD/msrv, because another compiler would discard the contents of target/.
set -eu
version=$(sed -n 's/^rust-version = "\([0-9.]*\)".*/\1/p' Cargo.toml)

# clippy lists the features that the standard library got after that version. Dependencies must not require a newer one.
cargo clippy -q --locked --all-targets -- -D clippy::incompatible_msrv
cargo clippy -q --locked --no-default-features --lib -- -D clippy::incompatible_msrv
mkdir -p "$BUILD"
cargo metadata --locked --format-version 1 >"$BUILD/metadata.json"
python3 - "$version" "$BUILD/metadata.json" <<'END'
import json, sys
def number(version): return [*map(int, version.split("."))]
version, path = sys.argv[1:]
wanted = {package["name"]: package["rust_version"] or "0" for package in json.load(open(path))["packages"]}
newer = [f"{name} wants Rust {wants}" for name, wants in wanted.items() if number(wants) > number(version + ".0")]
sys.exit(f"{', '.join(newer)}; Cargo.toml says {version}" if newer else 0)
END

# Unpacks Debian's package of that version into the build folder, without installing it. RUSTC and RUSTDOC name
# scripts that start its programs.
from_debian() {
  folder=$BUILD/msrv-compiler
  packaged=$(apt-cache madison rustc-web 2>/dev/null | cut -d'|' -f2 | tr -d ' ' | grep "^$version\\." | head -1)
  [ -n "$packaged" ] || return 1
  if ! [ -x "$folder/rustc" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    llvm=$(apt-cache show "libstd-rust-web-$version=$packaged" | grep -o '^Depends:.*' | grep -o 'libllvm[0-9]*') || return 1
    (cd "$folder" && apt-get -q -o APT::Sandbox::User=root download "rustc-web=$packaged" "libstd-rust-web-dev=$packaged" \
        "libstd-rust-web-$version=$packaged" "$llvm") >&2 || return 1
    for package in "$folder"/*.deb; do
      dpkg-deb --extract "$package" "$folder/root" && rm "$package" || return 1
    done
    libraries=$(find "$folder/root" -name 'lib*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
    for program in rustc rustdoc; do
      printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s --sysroot=%s "$@"\n' "$libraries" "$folder/root/usr/bin/$program" \
        "$folder/root/usr" >"$folder/$program"
      chmod +x "$folder/$program"
    done
  fi
  RUSTC=$folder/rustc
  RUSTDOC=$folder/rustdoc
  export RUSTC RUSTDOC
}

is_it() { "$@" --version 2>/dev/null | grep -q "^rustc $version\."; }
if is_it rustc; then
  toolchain=
elif toolchain=$(rustup toolchain list 2>/dev/null | grep -o "^$version[.0-9]*" | head -1) && [ -n "$toolchain" ]; then
  toolchain=+$toolchain
elif from_debian; then
  toolchain=
else
  echo "SKIPPED: rust-version $version: that compiler is unavailable; the build was not tried" >&2
  exit 0
fi
export CARGO_TARGET_DIR="$BUILD/msrv"
# shellcheck disable=SC2086 # an empty value has to vanish
{
  cargo $toolchain build -q --locked
  cargo $toolchain build -q --locked --no-default-features
  cargo $toolchain test -q --locked
}
echo "built and tested with $("${RUSTC:-rustc}" $toolchain --version), the oldest that Cargo.toml allows"
