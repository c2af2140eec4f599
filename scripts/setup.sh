#!/usr/bin/env bash
# Sets up everything that building and testing needs, on Debian or Ubuntu, and
# writes target/toolchain.env for make. Skips what is there. Needs no network
# but the package registries (apt, crates.io, npm).
#
#   HUNTBOOK_TOOLCHAIN=rustup|debian   take this road to the compiler (else: the first that works)
#   HUNTBOOK_CHROMIUM=/path/to/chrome  the browser for the tests
#   HUNTBOOK_FORCE=1                   look at everything again
set -euo pipefail
cd "$(dirname "$0")/.."

ROAD=${HUNTBOOK_TOOLCHAIN:-auto}
TARGET=wasm32-unknown-unknown
TOOLS=$PWD/target/tools
ENV_FILE=$PWD/target/toolchain.env
STAMP=$PWD/target/setup.stamp
NODE_NEEDED=20.19.0
LLD=22

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf '\nsetup stopped: %s\n' "$1" >&2
  shift
  if (($#)); then printf '  → %s\n' "$@" >&2; fi
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
# Whether version $1 is $2 or later.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

# --- packages of the system ---------------------------------------------------

apt_updated=
apt_update() {
  [ -z "$apt_updated" ] || return 0
  say "apt-get update"
  as_root apt-get -qq update </dev/null || say "apt-get update had errors; going on with the lists at hand"
  apt_updated=1
}
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif has sudo; then sudo "$@"
  else fail "this step needs root, and there is no sudo" "as root: $*" "then run make again"
  fi
}
installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
available() { has apt-cache && [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }
# Installs those of the packages that are missing; says which.
apt_install() {
  local missing=() package
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  ((${#missing[@]})) || return 0
  has apt-get || fail "this is not Debian or Ubuntu (there is no apt-get)" "install by hand: ${missing[*]}"
  apt_update
  say "installing ${missing[*]} (apt)"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null ||
    fail "apt-get could not install: ${missing[*]}" "look at the lines above, then run make again"
}

# --- Node, Python, a linker -----------------------------------------------------------

setup_node() {
  local version=none
  if ! has node || ! has npm; then
    available npm || { has apt-get && apt_update; }
    apt_install nodejs npm
  fi
  version=$(node -p process.versions.node)
  at_least "$version" "$NODE_NEEDED" && return 0
  # npm carries Node itself, which helps where the distribution's is too old.
  if [ ! -x "$TOOLS/node/node_modules/node/bin/node" ]; then
    say "Node $version is older than $NODE_NEEDED: installing Node 22 from npm into target/tools"
    npm install --silent --no-save --no-package-lock --prefix "$TOOLS/node" node@22 </dev/null ||
      fail "Node $NODE_NEEDED or later is needed, and here is $version" "install it from https://nodejs.org, then run make again"
  fi
  ln -sf "$TOOLS/node/node_modules/node/bin/node" "$TOOLS/bin/node"
  version=$("$TOOLS/bin/node" -p process.versions.node) && at_least "$version" "$NODE_NEEDED" ||
    fail "Node $NODE_NEEDED or later is needed" "install it from https://nodejs.org, then run make again"
}

# For the Python package and JupyterLite's site (scripts/venv.mjs).
setup_python() {
  python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || apt_install python3 python3-venv
}

setup_linker() {
  has cc || apt_install gcc libc6-dev
}

# Makes the certificates of servers that tests start.
setup_openssl() {
  has openssl || apt_install openssl
}

# --- the compiler -------------------------------------------------------------

# Whether rustc $1 can build for the browser, and has the standard library's source, which scripts/build.mjs builds as well.
builds_wasm() {
  [ -f "$("$1" --print sysroot)/lib/rustlib/src/rust/library/std/Cargo.toml" ] &&
    printf '#[unsafe(no_mangle)] pub fn f() {}' |
      "$1" --edition 2024 --target $TARGET --crate-type lib --emit metadata -o "$TOOLS/probe.rmeta" - >/dev/null 2>&1
}
rust_needed() { sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml; }

# Road 1: rustup. Fails within seconds where its server cannot be reached.
road_rustup() {
  has rustup || return 1
  rustup show active-toolchain >/dev/null 2>&1 || {
    say "installing Rust (rustup)"
    timeout 300 rustup default stable </dev/null >/dev/null 2>&1 || return 1
  }
  local version
  version=$(rustc --version | cut -d' ' -f2)
  if ! at_least "$version" "$(rust_needed)"; then
    say "rustup's Rust $version is older than $(rust_needed): updating"
    RUSTUP_MAX_RETRIES=0 timeout 300 rustup update stable --no-self-update </dev/null >/dev/null 2>&1 || return 1
    version=$(rustc --version | cut -d' ' -f2)
    at_least "$version" "$(rust_needed)" || return 1
  fi
  if ! builds_wasm rustc || ! cargo clippy --version >/dev/null 2>&1 || ! cargo fmt --version >/dev/null 2>&1; then
    say "adding $TARGET, rust-src, clippy and rustfmt to Rust $version (rustup)"
    RUSTUP_MAX_RETRIES=0 timeout 120 rustup target add $TARGET </dev/null >/dev/null 2>&1 || return 1
    RUSTUP_MAX_RETRIES=0 timeout 120 rustup component add rust-src clippy rustfmt </dev/null >/dev/null 2>&1 || return 1
  fi
  builds_wasm rustc || return 1
  road=rustup
  rust="Rust $version (rustup)"
}

# Road 2: Debian's compiler for the web, whose standard library is built here.
road_debian() {
  available rustc-web || { has apt-get && apt_update; available rustc-web; } || return 1
  apt_install rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld-$LLD
  local version tool
  version=$(/usr/bin/rustc --version | cut -d' ' -f2)
  at_least "$version" "$(rust_needed)" ||
    fail "Debian's rustc-web is $version, but Rust $(rust_needed) is needed" "apt-get update && apt-get upgrade rustc-web, or install rustup (https://rustup.rs)"
  # rustup's compiler may come first in PATH; these come before it.
  for tool in rustc cargo rustdoc rustfmt cargo-fmt cargo-clippy clippy-driver; do
    ln -sf "/usr/bin/$tool" "$TOOLS/bin/$tool"
  done
  builds_wasm /usr/bin/rustc || build_std
  road=debian
  rust="Rust $version (Debian)"
}

# Builds the standard library for the browser into the compiler's own folder.
build_std() {
  local crate=$TOOLS/wasmstd lib
  say "building Rust's standard library for the browser (about half a minute)"
  rm -rf "$crate" && mkdir -p "$crate/src"
  printf '[package]\nname = "wasmstd"\nedition = "2024"\n[workspace]\n' >"$crate/Cargo.toml"
  printf '#![no_std]\n' >"$crate/src/lib.rs"
  (cd "$crate" && PATH=$TOOLS/bin:$PATH RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$crate/target \
    RUSTFLAGS="-C target-feature=+simd128,+bulk-memory" /usr/bin/cargo build --quiet --release \
    --target $TARGET -Z build-std=std,panic_abort,panic_unwind,test,proc_macro) ||
    fail "the standard library for the browser did not build" "look at the lines above; rust-web-src must be of the same version as rustc-web"
  lib=$(/usr/bin/rustc --print target-libdir --target $TARGET)
  as_root mkdir -p "$lib"
  # A library of another version beside it would be ambiguous.
  as_root find "$lib" -name '*.rlib' -delete
  find "$crate/target/$TARGET/release/deps" -name '*.rlib' ! -name 'libwasmstd-*' -print0 |
    as_root xargs -0 cp -t "$lib"
  rm -rf "$crate"
  builds_wasm /usr/bin/rustc || fail "the standard library was built, but the compiler does not find it in $lib"
}

setup_rust() {
  case $ROAD in
    rustup) road_rustup || fail "rustup does not get Rust for $TARGET here" "rustup target add $TARGET   says why" ;;
    debian) road_debian || fail "apt has no package rustc-web here" "it is in Debian 12 and later; use rustup elsewhere" ;;
    auto)
      road_rustup || road_debian || { available rustup && apt_install rustup && road_rustup; } ||
        fail "there is no Rust compiler for the browser" \
          "install rustup (https://rustup.rs), then run make again" \
          "or use Debian 12 or later, whose apt has rustc-web"
      ;;
    *) fail "HUNTBOOK_TOOLCHAIN is \"$ROAD\"" "it may be rustup, debian or absent" ;;
  esac
}

# --- tools --------------------------------------------------------------------

setup_bindgen() {
  local version tool
  version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)
  for tool in "$TOOLS/bin/wasm-bindgen" "${CARGO_HOME:-$HOME/.cargo}/bin/wasm-bindgen" "$(command -v wasm-bindgen || true)"; do
    if [ -x "$tool" ] && [ "$("$tool" --version)" = "wasm-bindgen $version" ]; then
      [ "$tool" = "$TOOLS/bin/wasm-bindgen" ] || ln -sf "$tool" "$TOOLS/bin/wasm-bindgen"
      return 0
    fi
  done
  say "installing wasm-bindgen-cli $version into target/tools (cargo; some minutes)"
  # Not --locked: its lock file names versions that not every registry serves.
  rm -f "$TOOLS/bin/wasm-bindgen"
  PATH=$TOOLS/bin:$PATH CARGO_TARGET_DIR=$TOOLS/bindgen-build \
    cargo install --quiet wasm-bindgen-cli --version "=$version" --root "$TOOLS" </dev/null ||
    fail "wasm-bindgen-cli $version could not be installed" "cargo install wasm-bindgen-cli --version =$version   says why"
  rm -rf "$TOOLS/bindgen-build"
}

setup_npm() {
  cmp -s package-lock.json node_modules/.huntbook-lock && return 0
  say "installing build and test tools into node_modules (npm)"
  PATH=$TOOLS/bin:$PATH npm ci --silent </dev/null ||
    fail "npm ci did not work" "npm ci   says why"
  cp package-lock.json node_modules/.huntbook-lock
}

setup_chromium() {
  local browser
  for browser in "${HUNTBOOK_CHROMIUM:-}" /usr/bin/chromium /usr/bin/google-chrome /usr/bin/chromium-browser; do
    # Ubuntu's chromium-browser is a script that asks for a snap.
    if [ -n "$browser" ] && [ -x "$browser" ] && "$browser" --version >/dev/null 2>&1; then
      chromium=$browser
      return 0
    fi
  done
  if grep -qs '^ID=debian' /etc/os-release; then
    apt_install chromium
    chromium=/usr/bin/chromium
    return 0
  fi
  say "installing Chromium (playwright)"
  PATH=$TOOLS/bin:$PATH node_modules/.bin/playwright-core install --with-deps chromium-headless-shell </dev/null ||
    fail "there is no Chromium for the browser tests" "install Chrome or Chromium, and name it: HUNTBOOK_CHROMIUM=/path/to/chrome make test"
  chromium=$(find "$HOME/.cache/ms-playwright" -type f \( -name headless_shell -o -name chrome-headless-shell \) | sort | tail -n1)
  [ -x "$chromium" ] || fail "playwright's Chromium is not where it should be" "name a browser: HUNTBOOK_CHROMIUM=/path/to/chrome make test"
}

# For the tests of the proxy: the servers that it prints configurations for. Taken out of their packages rather than installed,
# as Debian starts what it installs. Without them, their tests say so and are skipped.
setup_servers() {
  local server folder=$TOOLS/servers
  has openssl || apt_install openssl
  for server in nginx caddy; do
    if has "$server" || [ -x "/usr/sbin/$server" ] || { [ -x "$folder/$server" ] && ln -sf "$folder/$server" "$TOOLS/bin/$server"; }; then continue; fi
    available "$server" || { has apt-get && apt_update; }
    available "$server" || { say "there is no package $server here: its tests will be skipped" && continue; }
    say "fetching $server (apt)"
    rm -rf "$folder/unpacked" && mkdir -p "$folder/unpacked"
    (cd "$folder/unpacked" && apt-get -qq download "$server" >/dev/null 2>&1 && dpkg-deb -x ./*.deb . && mv usr/*bin/"$server" ..) || true
    rm -rf "$folder/unpacked"
    if [ -x "$folder/$server" ] && ! ldd "$folder/$server" 2>/dev/null | grep -q 'not found'; then
      ln -sf "$folder/$server" "$TOOLS/bin/$server"
    else
      say "$server could not be fetched: its tests will be skipped"
    fi
  done
}

write_env() {
  {
    printf '# Made by scripts/setup.sh: what make puts into the environment of each recipe.\n'
    printf 'export PATH="%s/bin:$PATH"\n' "$TOOLS"
    printf 'export HUNTBOOK_CHROMIUM="%s"\n' "$chromium"
    [ "$road" = rustup ] || printf 'export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-%s\n' "$LLD"
  } >"$ENV_FILE"
}

# What the last run saw: if nothing of it changed, there is nothing to do.
fingerprint() {
  cat scripts/setup.sh Cargo.lock package-lock.json "$ENV_FILE" 2>/dev/null | cksum
  sed -n 's/^rust-version.*/&/p' Cargo.toml
  printf '%s %s %s\n' "$PWD" "$ROAD" "${HUNTBOOK_CHROMIUM:-}"
  (
    . "$ENV_FILE"
    rustc --version
    node --version
    wasm-bindgen --version
    ls "$HUNTBOOK_CHROMIUM"
    PATH=$PATH:/usr/sbin command -v openssl nginx caddy
    cmp package-lock.json node_modules/.huntbook-lock && echo npm
    builds_wasm rustc && echo wasm
  ) 2>&1
}

mkdir -p "$TOOLS/bin"
if [ -z "${HUNTBOOK_FORCE:-}" ] && [ -f "$ENV_FILE" ] && [ "$(fingerprint)" = "$(cat "$STAMP" 2>/dev/null)" ]; then
  exit 0
fi
rm -f "$STAMP"
# Links of another road must not stay in front.
find "$TOOLS/bin" -type l -delete
setup_linker
setup_openssl
setup_python
setup_node
setup_rust
PATH=$TOOLS/bin:$PATH
[ "$road" = rustup ] || export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-$LLD
setup_bindgen
setup_npm
setup_chromium
setup_servers
write_env
fingerprint >"$STAMP"
say "ready: $rust, Node $(node -p process.versions.node), $("$TOOLS/bin/wasm-bindgen" --version), $chromium"
