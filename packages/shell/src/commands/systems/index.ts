// Commands that reach beyond files: version control, packages, networks, databases, containers, clouds, the machine itself.
import { each, type Handler } from '../handler.ts';
import type { Spec } from '../spec.ts';
import { walkGit } from './git.ts';
import { walkEnding, walkInstaller } from './installers.ts';
import { walkFetch, walkRemote } from './network.ts';

export const SYSTEM_HANDLERS: readonly (readonly [string, Handler])[] = [
  ...each('git', walkGit),
  ...each('curl wget', walkFetch),
  ...each('ssh scp sftp rsync mosh telnet nc ncat socat ftp', walkRemote),
  ...each(
    'npm npx pnpm yarn bun bunx pip pip3 pipx uv poetry cargo gem bundle composer brew apt apt-get dnf yum pacman apk',
    walkInstaller,
  ),
  ...each('kill pkill killall', walkEnding),
];

/** Those whose whole behaviour is a table. */
export const SYSTEM_SPECS: { readonly [name: string]: Spec } = {};
