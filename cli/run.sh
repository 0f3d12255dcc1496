#!/bin/sh
# The way in from a fresh clone: needs Node >= 18 with npm, and a POSIX shell, nothing else.
# Installs the locked npm packages where they are missing or older than the lock, then runs cli/main.ts on the Node among them.
set -eu
cd "$(dirname "$0")/.."

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

node=node_modules/.bin/node
state=${TEMPORAL_PLATFORM_HOME:-$HOME/.temporal-platform}
lock=$state/npm-packages.lock

# npm writes node_modules/.package-lock.json last of all, so an interrupted install leaves none.
installed() {
  [ -f node_modules/.package-lock.json ] &&
    [ -z "$(find package-lock.json -newer node_modules/.package-lock.json)" ] &&
    runs_typescript "$node"
}

runs_typescript() {
  "$1" -e 'process.exit(process.features.typescript ? 0 : 1)' >/dev/null 2>&1
}

unlock() {
  [ "$(readlink "$lock" 2>/dev/null)" != "$$" ] || rm -f "$lock"
}

# A symbolic link is made atomically, and its target tells who holds the lock; one whose holder is gone is taken over.
take_lock() {
  mkdir -p "$state"
  told=no
  until ln -s "$$" "$lock" 2>/dev/null; do
    holder=$(readlink "$lock" 2>/dev/null) || continue
    if ! kill -0 "$holder" 2>/dev/null; then
      [ "$(readlink "$lock" 2>/dev/null)" != "$holder" ] || rm -f "$lock"
      continue
    fi
    [ "$told" = yes ] || echo "npm packages: another process (pid $holder) is installing them; waiting" >&2
    told=yes
    sleep 1
  done
  trap unlock EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

install_packages() {
  # It may be another checkout's, and npm ci empties what a link leads to.
  [ ! -L node_modules ] ||
    fail "node_modules is a symbolic link to $(readlink node_modules), whose packages are not those of package-lock.json: remove the link"
  command -v npm >/dev/null 2>&1 || fail "npm is missing: install it beside Node (https://nodejs.org)"
  echo "npm packages: npm ci" >&2
  started=$(date +%s)
  # EBADENGINE warnings would be about the old Node, which runs nothing but this.
  npm ci --no-audit --no-fund --loglevel=error >&2 ||
    fail "npm ci failed (see above); run the command again when its cause is gone"
  # npm packages "node" place their program by an install script, and some npm configurations run none.
  if ! runs_typescript "$node" && (cd node_modules/node && node installArchSpecificPackage.js) >/dev/null 2>&1; then
    # Nor does npm link a program that is not there yet.
    mkdir -p node_modules/.bin
    ln -sf ../node/bin/node "$node"
  fi
  if ! runs_typescript "$node"; then
    own=$(PATH=$(without_own_bin) command -v node)
    runs_typescript "$own" ||
      fail "npm has no Node 24 for this machine ($(uname -sm)): install Node >= 22.18 yourself"
    mkdir -p node_modules/.bin
    ln -sf "$own" "$node"
  fi
  echo "npm packages: $(($(date +%s) - started)) s" >&2
}

# npm puts node_modules/.bin first on PATH.
without_own_bin() {
  printf '%s' "$PATH" | tr ':' '\n' | grep -v '/node_modules/\.bin$' | paste -sd: -
}

if ! installed; then
  command -v node >/dev/null 2>&1 || fail "Node is missing: install Node >= 18 (https://nodejs.org)"
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) || major=0
  [ "$major" -ge 18 ] || fail "Node >= 18 is needed, and this is $(node --version 2>/dev/null): https://nodejs.org"
  if [ "${1:-}" = doctor ]; then
    echo "✓ Node $(node -p process.versions.node)"
    echo "✗ npm packages  missing: npm run bootstrap installs them; nothing else can be looked at before"
    exit 1
  fi
  take_lock
  # Whoever held the lock may have done it.
  installed || install_packages
  unlock
  trap - EXIT INT TERM
fi

[ "${1:-}" != packages ] || exit 0
# Ours load in half the time when what was compiled is kept.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$state/cache/node}"
exec "$node" cli/main.ts "$@"
