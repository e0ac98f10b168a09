// The Claude Code that is installed: where it is and whether it can be held. INVARIANT: a version without `onFailure` is
// refused: its hooks let a tool run whenever the daemon is away.
import { isAbsolute } from 'node:path';
import { childEnvironment } from '@castellan/contract';
import type { AgentFault } from '../fault.ts';
import { runToEnd } from '../launch.ts';
import { isProgram, onPath } from '../on-path.ts';

/** The first version whose hooks have `onFailure`. */
export const OLDEST_VERSION = '2.1.295';

export interface ClaudeBinary {
  readonly path: string;
  readonly version: string;
}
export type FoundBinary =
  | { readonly ok: true; readonly value: ClaudeBinary }
  | { readonly ok: false; readonly fault: AgentFault };

const refused = (code: 'client-missing' | 'client-too-old', message: string, hint: string): FoundBinary => ({
  ok: false,
  fault: { code, message, hints: [hint] },
});

/** `path` names the client; without it the folders of PATH are searched. Its version is asked of the program itself. */
export async function findClaude(
  env: { readonly [name: string]: string | undefined },
  path?: string,
): Promise<FoundBinary> {
  const file = path ?? (await onPath(env.PATH ?? '', ['claude']));
  if (file === null || !isAbsolute(file) || !(await isProgram(file))) {
    return refused(
      'client-missing',
      `\`${path ?? 'claude'}\` is not installed`,
      'install Claude Code, or name it with `--client PATH`',
    );
  }
  const home = env.HOME ?? '/';
  const asked = childEnvironment('bare', env, { HOME: '/nonexistent', CLAUDE_CONFIG_DIR: '/nonexistent/.claude' });
  const ended = await runToEnd({ file, args: ['--version'], cwd: home, env: asked }, 20_000);
  const version = ended.kind === 'exited' ? /^(\d+\.\d+\.\d+)\b/.exec(ended.stdout.trim())?.[1] : undefined;
  if (version === undefined) {
    return refused(
      'client-missing',
      `\`${file}\` does not say which version it is`,
      'check that it is Claude Code and runs',
    );
  }
  if (isOlder(version, OLDEST_VERSION)) {
    return refused(
      'client-too-old',
      `Claude Code ${version} cannot be held: its hooks let tools run when the daemon is away`,
      `update it to ${OLDEST_VERSION} or later`,
    );
  }
  return { ok: true, value: { path: file, version } };
}

export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let at = 0; at < 3; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
