#!/bin/sh
# The Debian packages that the tests use. Installed where that needs no question; elsewhere the missing ones are named,
# and the tests that need them are skipped and say so.
set -eu
sound="libportaudio2 libasound2-plugins pulseaudio pulseaudio-utils espeak-ng"
desktop="xvfb x11-apps openbox xdg-utils dbus dbus-bin dbus-daemon mpv mpv-mpris"
packages="$sound $desktop openssl gnome-keyring"

command -v dpkg-query >/dev/null 2>&1 || exit 0
missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    echo "Installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 - a list of words
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Some tests will be skipped; for all of them: sudo apt-get install$missing"
fi
