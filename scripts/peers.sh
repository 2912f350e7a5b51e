#!/usr/bin/env bash
# Sees to the programs that the end-to-end tests talk to. Root on Debian or Ubuntu: installs the missing ones, and leaves
# none of their services running. Elsewhere: names what will be skipped. With CI=true a peer that stays missing is a failure.
set -euo pipefail

# name | Debian package
peers='mosquitto|mosquitto
mosquitto_pub|mosquitto-clients
prometheus|prometheus
promtool|prometheus
paho|python3-paho-mqtt
chromium|chromium
openssl|openssl
zsh|zsh
fish|fish
systemd-analyze|systemd'

# Debian keeps daemons in sbin, which is not on everybody's PATH.
PATH="$PATH:/usr/sbin:/usr/bin"

present() {
  case $1 in
    paho)
      local python
      for python in /usr/bin/python3 python3; do
        "$python" -c 'import paho.mqtt' 2>/dev/null && return 0
      done
      return 1
      ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# Prints the rows of the peers that are not here.
missing() {
  local name package
  while IFS='|' read -r name package; do
    present "$name" || printf '%s|%s\n' "$name" "$package"
  done <<<"$peers"
}

# A package that brings a daemon starts it, now and at every boot, unless it is told otherwise; a broker of the tests and
# the user's own would then fight over port 1883.
install() {
  local policy=/usr/sbin/policy-rc.d package
  if [ ! -e "$policy" ]; then
    # shellcheck disable=SC2064 # the path of now
    trap "rm -f '$policy'" EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq --yes --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@"
  for package in "$@"; do
    if [ -e "/etc/init.d/$package" ]; then update-rc.d "$package" disable; fi
  done
}

left=$(missing)
[ -n "$left" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  mapfile -t wanted < <(cut -d'|' -f2 <<<"$left" | sort -u)
  echo "Installing for the end-to-end tests: ${wanted[*]}"
  # A failure is judged below, by what is missing still.
  install "${wanted[@]}" >&2 || true
  left=$(missing)
  [ -n "$left" ] || exit 0
fi

names=$(cut -d'|' -f1 <<<"$left" | paste -sd' ')
packages=$(cut -d'|' -f2 <<<"$left" | sort -u | paste -sd' ')
if [ "${CI:-}" = true ]; then
  echo "Missing, and CI skips nothing: $names (Debian: apt-get install $packages)" >&2
  exit 1
fi
echo "Not here, so the tests against them are skipped: $names (Debian: apt-get install $packages)"
