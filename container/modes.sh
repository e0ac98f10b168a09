#!/bin/sh
# Owners and modes of the folders that Castellan (10001) and the agent (10002) share through the group 10000. Runs once as root, with
# CHOWN, FOWNER and DAC_OVERRIDE alone; touches what is named here and nothing below it that is there already.
#
# RULE: a setgid folder of Castellan is one that another user may read through: `agents` and `sockets` (what an agent is told, and the
# two sockets it speaks over). Everything else of the state folder is Castellan's alone.
set -eu

own() { # OWNER:GROUP MODE FOLDER
  # Through a link somebody left there, this would hand out another folder.
  if [ -L "$3" ]; then
    echo "castellan: \`$3\` is a link, not a folder" >&2
    exit 1
  fi
  mkdir -p "$3"
  chown -h "$1" "$3"
  chmod "$2" "$3"
}

own 10001:10001 0700 /var/lib/castellan
own 10001:10001 0700 /var/lib/castellan-keys
own 10001:10000 2750 /var/lib/castellan/agents
own 10001:10000 2750 /var/lib/castellan/sockets
# Settings of the machine: where they are a volume, and not the image's own empty folder that cannot be written.
for folder in /etc/claude-code /etc/claude-code/managed-settings.d /etc/codex /etc/opencode; do
  if [ -w "$(dirname "$folder")" ] || [ -w "$folder" ]; then own 10001:10000 2755 "$folder"; fi
done
own 10002:10002 0700 /home/agent
# A project of yours that is mounted here keeps its owner.
[ "$(stat -c %u /workspace)" != 0 ] || own 10002:10000 2770 /workspace

# The listener for people, where an address was given and nothing was configured yet (docs/guide/remote.md).
config=/var/lib/castellan/config.yaml
if [ -n "${CASTELLAN_ADDRESS:-}" ] && [ ! -e "$config" ] && [ ! -L "$config" ]; then
  rest=${CASTELLAN_ADDRESS#https://}
  case $rest in
    "$CASTELLAN_ADDRESS" | '' | *[!A-Za-z0-9.:-]*)
      echo "castellan: CASTELLAN_ADDRESS is no address: write https://localhost:9443" >&2
      exit 64
      ;;
  esac
  umask 077
  cat >"$config" <<END
schema: castellan/config/v1
remote:
  enabled: true
  port: 9443
  address: https://$rest
  tls:
    certificate: /run/castellan-tls/fullchain.pem
    key: /run/castellan-tls/privkey.pem
END
  chown -h 10001:10001 "$config"
fi
