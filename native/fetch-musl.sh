#!/bin/sh
# Unpacks Debian's musl-dev of one architecture into a folder, through apt and its signatures; nothing is installed and the
# machine's own lists stay as they are.
#
#   native/fetch-musl.sh x64|arm64 VERSION FOLDER
set -eu
case $1 in
  x64) debian=amd64 ;;
  arm64) debian=arm64 ;;
  *) echo "castellan: no such architecture: $1" >&2; exit 64 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$3"
apt_get() {
  apt-get -qq -o APT::Architecture="$debian" -o APT::Architectures::="$debian" -o Dir::State::lists="$work/lists" \
    -o Dir::Cache="$work/cache" -o APT::Sandbox::User= "$@"
}
apt_get update
cd "$work"
apt_get download "musl-dev:$debian=$2"
dpkg-deb -x musl-dev_*.deb "$work/out"
cd "$OLDPWD"
cp -R "$work/out/." "$3/"
