#!/bin/sh
# The folders of new volumes where nobody may be root (container/kubernetes.yaml): made by the user that they belong to, who is in the group
# 10000 that the volumes were given.
#
#   folders.sh castellan STATE SHARED
#   folders.sh agent OWN
#
# RULE: as in modes.sh: the setgid bit stands on `agents`, `sockets` and settings of clients, which the agent reads, and on nothing else.
set -eu

own() { # FOLDER
  [ -d "$1" ] || mkdir "$1"
  chgrp "$(id -g)" "$1"
  chmod u=rwx,g=,o=,g-s "$1"
}
shown() { # MODE FOLDER
  [ -d "$2" ] || mkdir "$2"
  chgrp 10000 "$2"
  chmod "$1" "$2"
}

case $1 in
  castellan)
    own "$2/castellan"
    own "$2/keys"
    for name in agents sockets; do shown 2750 "$3/$name"; done
    for name in claude-code claude-code/managed-settings.d codex opencode; do shown 2755 "$3/$name"; done
    ;;
  agent)
    own "$2/home"
    [ -d "$2/workspace" ] || mkdir "$2/workspace"
    ;;
esac
