#!/bin/sh
# What the image `castellan` starts.
#
#   daemon       the daemon, as the user the container was started as (10001)
#   init         owners and modes of the volumes, as root, once
#   together     both in one container (image `castellan-together`): as root, gives modes, then the launcher starts the daemon, which
#                becomes Castellan's user, and agents as theirs
#   anything else is a command of `castellan`
set -eu
node=/usr/local/bin/node
[ -x "$node" ] || node=$(command -v node)
main=/opt/castellan/packages/daemon/dist/main.js
# As `castellan up` starts it (cli/src/bundles.ts), and without the signal that opens a debugger.
flags='--max-semi-space-size=4 --disable-sigusr1'

case ${1:-daemon} in
  daemon)
    if [ "$(id -u)" = 0 ]; then
      echo 'castellan: the daemon does not run as root; leave the user of the image as it is, or start it with `together`' >&2
      exit 64
    fi
    umask 077
    # What is said to it however it is started (contract/src/environment.ts).
    export MALLOC_MMAP_THRESHOLD_=65536
    export MALLOC_TOP_PAD_=16384
    export MALLOC_TRIM_THRESHOLD_=65536
    # shellcheck disable=SC2086 # words
    exec "$node" $flags "$main"
    ;;
  init)
    exec /opt/castellan/container/modes.sh
    ;;
  install)
    # Makes what is missing and changes nothing that stands: users, folders, modes, the launcher.
    exec castellan system install --yes --agent-user agent
    ;;
  together)
    if [ "$(id -u)" != 0 ]; then
      echo 'castellan: `together` gives owners and modes first and needs to begin as root' >&2
      exit 64
    fi
    "$0" install
    mkdir -p -m 0755 /run/castellan
    # The unit holds the words the launcher is started with; there is no systemd here that reads them.
    words=$(sed -n 's/^ExecStart=//p' /etc/systemd/system/castellan.service)
    case $words in
      '' | *[\"\'\\%$]*)
        echo 'castellan: the unit of the installation says nothing that can be started' >&2
        exit 1
        ;;
    esac
    umask 077
    set -f
    # shellcheck disable=SC2086 # words
    exec $words
    ;;
  *)
    exec castellan "$@"
    ;;
esac
