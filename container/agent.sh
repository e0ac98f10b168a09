#!/bin/sh
# What the image `castellan-agent` starts: a program that reaches its gate and its way out over its own loopback, and nothing else. It
# has no network; castellan-inner carries these two ports to the two sockets of this agent.
#
#   agent.sh PROGRAM [ARGUMENT...]
#   agent.sh --check                  whether its gate answers
set -eu
fail() {
  echo "castellan: $1" >&2
  [ -z "${2:-}" ] || echo "hint: $2" >&2
  exit 125
}
[ $# -gt 0 ] || fail 'there is no program to start' 'put the agent into an image FROM castellan-agent and name it as the command'
sockets=
for folder in "$CASTELLAN_HOME"/sockets/agent_*; do
  [ -d "$folder" ] || continue
  [ -z "$sockets" ] || fail 'the sockets of more than one agent are here' 'give this container the folder of its own agent alone'
  sockets=$folder
done
[ -n "$sockets" ] || fail 'the sockets of no agent are here' 'connect the agent first: docs/guide/containers.md'

[ "$1" != --check ] || exec node /opt/castellan/container/health.mjs "$sockets/gate.sock"

proxy=http://127.0.0.1:3128
export HTTP_PROXY=$proxy HTTPS_PROXY=$proxy ALL_PROXY=$proxy http_proxy=$proxy https_proxy=$proxy all_proxy=$proxy
export NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1 NODE_USE_ENV_PROXY=1
umask 007
exec "/opt/castellan/packages/sandbox/bin/castellan-inner-linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')" \
  --forward "9999:$sockets/gate.sock" --forward "3128:$sockets/egress.sock" -- "$@"
