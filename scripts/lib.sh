# What the other scripts share: where the project is, getting Bun, installing dependencies, building when needed.
# To be sourced with ROOT set. POSIX sh.

BUN_VERSION=1.4.5
TOOLS="$ROOT/.tools"
PROGRAM="$ROOT/dist/alertmanager"

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# A machine may have no home, or one that cannot be written to.
if [ ! -w "${HOME:-/nonexistent}" ]; then
  mkdir -p "$TOOLS/home"
  export HOME="$TOOLS/home"
fi

is_fitting_bun() {
  case "$("$1" --version 2>/dev/null)" in
    1.4.*) return 0 ;;
    *) return 1 ;;
  esac
}

# Puts a Bun of the right version first in PATH; installs it into .tools if there is none.
ensure_bun() {
  if is_fitting_bun bun; then return; fi
  if ! is_fitting_bun "$TOOLS/node_modules/.bin/bun"; then install_bun; fi
  PATH="$TOOLS/node_modules/.bin:$PATH"
  export PATH
}

install_bun() {
  say "Installing Bun $BUN_VERSION into .tools"
  mkdir -p "$TOOLS"
  if command -v npm >/dev/null; then
    npm install --prefix "$TOOLS" --no-save --no-package-lock --no-audit --no-fund --loglevel=error "bun@$BUN_VERSION" >&2 ||
      fail "Cannot install Bun $BUN_VERSION: npm could not fetch it (is the npm registry reachable?)"
  elif command -v bun >/dev/null; then
    [ -f "$TOOLS/package.json" ] || echo '{}' >"$TOOLS/package.json"
    bun add --cwd "$TOOLS" --exact "bun@$BUN_VERSION" >&2 ||
      fail "Cannot install Bun $BUN_VERSION: the Bun in PATH could not fetch it (is the npm registry reachable?)"
  else
    fail "Cannot install Bun $BUN_VERSION: neither npm nor bun is in PATH; install Node.js (https://nodejs.org) or Bun (https://bun.sh)"
  fi
  if is_fitting_bun "$TOOLS/node_modules/.bin/bun"; then return; fi
  # npm set to ignore install scripts leaves the download out.
  node "$TOOLS/node_modules/bun/install.js" >&2 || true
  is_fitting_bun "$TOOLS/node_modules/.bin/bun" || fail "Cannot use Bun $BUN_VERSION: what npm installed does not run here"
}

# Installs what bun.lock names, unless that has been done.
ensure_deps() {
  if cmp -s "$ROOT/bun.lock" "$ROOT/node_modules/.installed.lock"; then return; fi
  say "Installing dependencies"
  (cd "$ROOT" && bun install --frozen-lockfile >&2) ||
    fail "Cannot install the dependencies bun.lock names (is the npm registry reachable?)"
  cp "$ROOT/bun.lock" "$ROOT/node_modules/.installed.lock"
}

# Sees to a Postgres and a Redis to test with, unless the environment names some or there is a container runtime: on
# Debian and its like, where we may, their programs are installed; nothing is started.
ensure_servers() {
  if docker info >/dev/null 2>&1; then return; fi
  missing=
  if [ -z "${TEST_POSTGRES_URL:-}" ] && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 &&
    ! command -v postgres >/dev/null; then missing="$missing postgresql"; fi
  if [ -z "${TEST_REDIS_URL:-}" ] && ! command -v redis-server >/dev/null; then missing="$missing redis-server"; fi
  if [ -z "$missing" ]; then return; fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say "Missing for the tests:$missing (or TEST_POSTGRES_URL and TEST_REDIS_URL, or a container runtime)"
    return
  fi
  # What stands between connections, and other clocks, are tried where they can be had.
  say "Installing$missing pgbouncer faketime"
  install_packages $missing pgbouncer faketime || say "Cannot install$missing: the tests that need them will fail and say so"
}

# Sees to a Chromium to try the web page in; without one its tests are skipped and say so.
ensure_browser() {
  if [ -n "${TEST_CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
    command -v google-chrome >/dev/null; then return; fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say "Missing for the tests of the web page: chromium (or TEST_CHROMIUM)"
    return
  fi
  say "Installing chromium"
  install_packages chromium fonts-dejavu-core || say "Cannot install chromium: the tests of the web page are skipped"
}

# Installs packages of Debian, and starts nothing that they bring: RUNLEVEL keeps them from it.
install_packages() {
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1 && return
  apt-get update -q >/dev/null 2>&1 || return
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1
}

# Builds the executable, unless it is newer than everything it is made of.
ensure_built() {
  if [ -x "$PROGRAM" ]; then
    changed=$(cd "$ROOT" && find src migrations package.json bun.lock scripts/build scripts/build.d -newer "$PROGRAM" -print | head -n 1)
    if [ -z "$changed" ]; then return; fi
  fi
  "$ROOT/scripts/build" >&2 || fail "The build failed"
}
