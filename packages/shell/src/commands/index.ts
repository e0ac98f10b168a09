// Every command whose effects are known: the tables, and the few that need a hand.
import type { Invocation } from '../invocation.ts';
import { bothWays, type Flow } from '../state.ts';
import { CHANGING } from './changing.ts';
import { walkFind } from './find.ts';
import { walkGit } from './git.ts';
import { walkDd, walkMoving } from './moving.ts';
import { walkFetch, walkRemote } from './network.ts';
import { walkEnding, walkEscalation, walkInstaller, walkSed, walkShell, walkVersion } from './others.ts';
import { READING } from './reading.ts';
import { walkSpec } from './spec.ts';

type Handler = (invocation: Invocation) => Flow | undefined;

const each = (names: string, handler: Handler): readonly (readonly [string, Handler])[] =>
  names.split(' ').map((name) => [name, handler] as const);

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...each('cp mv ln install', walkMoving),
  ...each('dd', walkDd),
  ...each('find', walkFind),
  ...each('git', walkGit),
  ...each('curl wget', walkFetch),
  ...each('ssh scp sftp rsync mosh telnet nc ncat socat ftp', walkRemote),
  ...each('sudo su doas pkexec runuser', walkEscalation),
  ...each(
    'npm npx pnpm yarn bun bunx pip pip3 pipx uv poetry cargo gem bundle composer brew apt apt-get dnf yum pacman apk',
    walkInstaller,
  ),
  ...each('kill pkill killall', walkEnding),
  ...each('sh bash dash zsh', walkShell),
  ...each('sed', walkSed),
  ...each('node python python3 ruby rustc gcc clang tsc docker java deno make', walkVersion),
]);

export function walkKnown(invocation: Invocation): Flow | undefined {
  const { name, state } = invocation;
  const handler = HANDLERS.get(name);
  if (handler !== undefined) return handler(invocation);
  const spec = Object.hasOwn(READING, name)
    ? READING[name]
    : Object.hasOwn(CHANGING, name)
      ? CHANGING[name]
      : undefined;
  if (spec === undefined) return undefined;
  walkSpec(spec, invocation);
  return bothWays(spec.moves === true ? { ...state, pathsMoved: true } : state);
}
