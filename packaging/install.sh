#!/bin/sh
# Installs Alertmanager++ from the files of a release, or the one before again, or takes it away.
#
#   install.sh --from PLACE [VERSION]    PLACE: the directory, or the https:// address, that has SHA256SUMS and the archives
#   install.sh --rollback                the version that was installed before
#   install.sh --uninstall               programs and units go, and Alertmanager's own come back; what was configured and stored stays
#
# Nothing is changed unless the archive is what SHA256SUMS says, its program runs here and it accepts the configuration that is in use.
# Versions stay side by side in PREFIX/lib/alertmanager-plus-plus; PREFIX/bin has links to the current one. Where there is
# systemd, its units come along, and a service that is running is restarted; none is started that was not.
#
# PREFIX   /usr/local unless set
# DESTDIR  put before all paths, for packages and trials: then no user is made and no service touched
set -eu

PREFIX=${PREFIX:-/usr/local}
DESTDIR=${DESTDIR:-}
NAME=alertmanager-plus-plus
LIB=$DESTDIR$PREFIX/lib/$NAME
BIN=$DESTDIR$PREFIX/bin
ETC=$DESTDIR/etc

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "install.sh: $*"
  exit 1
}

usage() {
  say "usage: install.sh --from PLACE [VERSION] | --rollback | --uninstall"
  exit 1
}

from=
version=
rollback=
uninstall=
while [ $# -gt 0 ]; do
  case "$1" in
    --from)
      [ -n "${2:-}" ] || usage
      from=$2
      shift
      ;;
    --from=*) from=${1#--from=} ;;
    --rollback) rollback=yes ;;
    --uninstall) uninstall=yes ;;
    -*) usage ;;
    *) version=${1#v} ;;
  esac
  shift
done

# Gives a file of the release on stdout.
fetch() {
  case "$from" in
    https://*)
      if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 "$from/$1"
      elif command -v wget >/dev/null; then
        wget -q -O - "$from/$1"
      else
        fail "cannot fetch $from/$1: there is neither curl nor wget"
      fi
      ;;
    *://*) fail "cannot install from $from: expected a directory or an https:// address" ;;
    *) cat "$from/$1" ;;
  esac
}

machine() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo linux-amd64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    *) fail "there is no program for $(uname -s) on $(uname -m): expected Linux on x86_64 or aarch64" ;;
  esac
}

# Makes LINK point at TARGET in one step.
point() {
  ln -sfn "$2" "$1.new"
  mv -T "$1.new" "$1"
}

current() { readlink "$LIB/$1" 2>/dev/null || true; }

is_there() { [ -e "$BIN/$1" ] || [ -L "$BIN/$1" ]; }

# Whether a program in PREFIX/bin is the link made here.
is_ours() { [ "$(readlink "$BIN/$1" 2>/dev/null)" = "../lib/$NAME/current/$1" ]; }

# Ends unless the program in a directory runs here and accepts the configuration that is in use.
try_out() {
  "$1/alertmanager" --version >/dev/null || fail "the program of $2 does not run here: nothing has been changed"
  [ -f "$ETC/alertmanager/alertmanager.yml" ] || return 0
  refusal=$("$1/amtool" check-config "$ETC/alertmanager/alertmanager.yml" 2>&1) && return 0
  say "$refusal"
  fail "$2 does not accept $ETC/alertmanager/alertmanager.yml: nothing has been changed"
}

has_systemd() { [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; }

restart() {
  if ! has_systemd; then return; fi
  systemctl daemon-reload
  systemctl try-restart alertmanager.service
}

case "${from:+from}${rollback:+rollback}${uninstall:+uninstall}" in
  from | rollback | uninstall) ;;
  *) usage ;;
esac
if [ -z "$DESTDIR" ] && [ "$(id -u)" -ne 0 ]; then
  fail "only root may write to $PREFIX and /etc: run it with sudo, or set DESTDIR to have it all below a directory of yours"
fi

if [ -n "$uninstall" ]; then
  [ -L "$LIB/current" ] || fail "nothing is installed in $LIB"
  if has_systemd; then systemctl disable --now alertmanager.service alertmanager.socket || true; fi
  rm -f "$ETC/systemd/system/alertmanager.service" "$ETC/systemd/system/alertmanager.socket"
  if [ -z "$DESTDIR" ]; then rm -f /etc/sysusers.d/alertmanager.conf; fi
  for program in alertmanager amtool; do
    if is_ours "$program"; then rm "$BIN/$program"; fi
    if is_there "$program.upstream" && ! is_there "$program"; then mv "$BIN/$program.upstream" "$BIN/$program"; fi
  done
  rm -rf "$LIB"
  if has_systemd; then systemctl daemon-reload; fi
  say "Taken away. Still there: $ETC/alertmanager, $ETC/default/alertmanager, /var/lib/alertmanager and the user alertmanager"
  exit 0
fi

if [ -n "$rollback" ]; then
  before=$(current previous)
  if [ -z "$before" ] || ! [ -d "$LIB/$before" ]; then fail "there is no version before to go back to in $LIB"; fi
  try_out "$LIB/$before" "$before"
  now=$(current current)
  point "$LIB/current" "$before"
  point "$LIB/previous" "$now"
  restart
  say "Back to $before; $now is kept"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work" "$LIB/.new"' EXIT
fetch SHA256SUMS >"$work/SHA256SUMS" || fail "cannot read SHA256SUMS of $from"
archive=$(sed -n "s/^[0-9a-f]\{64\} [ *]\($NAME-[^ ]*\.$(machine)\.tar\.gz\)\$/\1/p" "$work/SHA256SUMS")
if [ -n "$version" ]; then archive=$(printf '%s\n' "$archive" | grep -Fx "$NAME-$version.$(machine).tar.gz" || true); fi
case "$archive" in
  "") fail "SHA256SUMS of $from names no archive${version:+ of $version} for $(machine)" ;;
  *"
"*) fail "SHA256SUMS of $from names several archives for $(machine): say which version" ;;
esac
version=${archive#"$NAME"-}
version=${version%."$(machine)".tar.gz}

fetch "$archive" >"$work/$archive" || fail "cannot read $archive of $from"
(cd "$work" && grep -e " $archive\$" -e " [*]$archive\$" SHA256SUMS | sha256sum --check --status) ||
  fail "$archive is not what SHA256SUMS says: nothing has been changed"

mkdir -p "$LIB" "$BIN"
rm -rf "$LIB/.new"
mkdir "$LIB/.new"
tar -xzf "$work/$archive" -C "$LIB/.new" --strip-components=1 --no-same-owner
try_out "$LIB/.new" "$version"

if has_systemd; then
  install -D -m 0644 "$LIB/.new/systemd/alertmanager.sysusers" /etc/sysusers.d/alertmanager.conf
  systemd-sysusers /etc/sysusers.d/alertmanager.conf
fi
if [ -n "$DESTDIR" ] || has_systemd; then
  sed -i "s|/usr/local/|$PREFIX/|g" "$LIB/.new/systemd/alertmanager.service"
  install -D -m 0644 -t "$ETC/systemd/system" "$LIB/.new/systemd/alertmanager.service" "$LIB/.new/systemd/alertmanager.socket"
  [ -f "$ETC/default/alertmanager" ] || install -D -m 0600 "$LIB/.new/systemd/alertmanager.default" "$ETC/default/alertmanager"
fi
if ! [ -f "$ETC/alertmanager/alertmanager.yml" ]; then
  install -D -m 0640 "$LIB/.new/alertmanager.yml" "$ETC/alertmanager/alertmanager.yml"
  if [ -z "$DESTDIR" ] && getent group alertmanager >/dev/null; then chgrp alertmanager "$ETC/alertmanager/alertmanager.yml"; fi
fi

old=$(current current)
rm -rf "${LIB:?}/$version"
mv "$LIB/.new" "$LIB/$version"
if [ -n "$old" ] && [ "$old" != "$version" ]; then point "$LIB/previous" "$old"; fi
point "$LIB/current" "$version"
for program in alertmanager amtool; do
  # Alertmanager's own program stays beside ours, for the way back.
  if is_there "$program" && ! is_ours "$program"; then mv "$BIN/$program" "$BIN/$program.upstream"; fi
  point "$BIN/$program" "../lib/$NAME/current/$program"
done
restart
say "Installed $version in $LIB${old:+, beside $old}"
if [ -z "$old" ]; then say "Start it with: systemctl enable --now alertmanager.socket alertmanager.service"; fi
