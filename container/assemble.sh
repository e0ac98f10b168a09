#!/bin/sh
# Puts what the images hold into OUT/castellan and OUT/agent, from a checkout whose bundles are made. What is not named here is in no
# image: no sources, no tests, no dependencies but the one that holds terminals.
#
#   container/assemble.sh OUT
set -eu
out=$1
both='packages/cli packages/agents packages/sandbox'

put() { # IMAGE PATH...
  image=$1
  shift
  for path in "$@"; do
    mkdir -p "$out/$image/opt/castellan/$(dirname "$path")"
    cp -R "$path" "$out/$image/opt/castellan/$path"
  done
}

for image in castellan agent; do
  for package in $both; do put $image "$package/package.json"; done
  put $image LICENSE packages/cli/bin packages/cli/dist packages/cli/src/bundles.ts packages/agents/bin packages/sandbox/bin
  put $image node_modules/@lydell
  mkdir -p "$out/$image/usr/local/bin"
  ln -s ../../../opt/castellan/packages/cli/bin/castellan.mjs "$out/$image/usr/local/bin/castellan"
done
put castellan packages/daemon/package.json packages/daemon/dist packages/sandbox/dist packages/web/dist
put castellan packages/policy/package.json packages/policy/shipped packages/policy/dist
put castellan container/folders.sh container/entrypoint.sh container/modes.sh container/health.mjs
put agent container/folders.sh container/agent.sh container/health.mjs

# Nobody who runs in a container can change a program of ours, whatever the modes of the checkout were.
chown -R 0:0 "$out"
chmod -R u=rwX,go=rX "$out"
