// The Codex that is installed: where it is, and whether it can be held. INVARIANT: a version without hooks is refused.
import { isAbsolute } from 'node:path';
import { childEnvironment } from '@castellan/contract';
import { isOlder } from '../claude-code/client-binary.ts';
import { type Done, done, undone } from '../fault.ts';
import { runToEnd } from '../launch.ts';
import type { InstalledClient, Machine } from '../machine.ts';
import { isProgram, onPath } from '../on-path.ts';

/** Older ones were never looked at, and their hooks differ. */
const OLDEST = '0.160.0';

/** Null: it is not installed. */
export async function findCodex({ env }: Pick<Machine, 'env'>, path?: string): Promise<Done<InstalledClient> | null> {
  const file = path ?? (await onPath(env.PATH ?? '', ['codex']));
  if (file === null) return null;
  if (!isAbsolute(file) || !(await isProgram(file)))
    return undone('client-missing', `\`${file}\` cannot be started`, 'name Codex by an absolute path');
  // Asked with a home of nobody's: the answer needs none, and it leaves files there.
  const asked = childEnvironment('bare', env, { HOME: '/nonexistent', CODEX_HOME: '/nonexistent/.codex' });
  const ended = await runToEnd({ file, args: ['--version'], cwd: '/', env: asked }, 20_000);
  const version = ended.kind === 'exited' ? /\b(\d+\.\d+\.\d+)\b/.exec(ended.stdout.trim())?.[1] : undefined;
  if (version === undefined)
    return undone('client-missing', `\`${file}\` does not say which version it is`, 'check that it is Codex and runs');
  if (isOlder(version, OLDEST))
    return undone(
      'client-too-old',
      `Codex ${version} has no hooks that could hold it`,
      `update it to ${OLDEST} or later`,
    );
  return done({ path: file, version });
}
