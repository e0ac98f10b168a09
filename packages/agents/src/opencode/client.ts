// The OpenCode that is installed. Its version is asked of the program itself, away from the person's folders.
import { isAbsolute } from 'node:path';
import { childEnvironment } from '@castellan/contract';
import { type Done, done, undone } from '../fault.ts';
import { runToEnd } from '../launch.ts';
import type { InstalledClient, Machine } from '../machine.ts';
import { isProgram, onPath } from '../on-path.ts';

const NOWHERE = '/nonexistent';

/** Null: it is not installed. @param path instead of PATH */
export async function findOpenCode({ env }: Machine, path?: string): Promise<Done<InstalledClient> | null> {
  const file = path ?? (await onPath(env.PATH ?? '', ['opencode']));
  if (file === null) return null;
  if (!isAbsolute(file) || !(await isProgram(file)))
    return undone('client-missing', `\`${file}\` is no program`, 'install OpenCode, or name it by its whole path');
  const folders = ['CONFIG', 'DATA', 'STATE', 'CACHE'].map((name) => [`XDG_${name}_HOME`, NOWHERE]);
  const asked = childEnvironment('bare', env, { HOME: NOWHERE, OPENCODE_PURE: '1', ...Object.fromEntries(folders) });
  const ended = await runToEnd({ file, args: ['--version'], cwd: '/', env: asked }, 30_000);
  const version = ended.kind === 'exited' ? /^v?(\d+\.\d+\.\d+)\b/.exec(ended.stdout.trim())?.[1] : undefined;
  if (version === undefined)
    return undone(
      'client-missing',
      `\`${file}\` does not say which version it is`,
      'check that it is OpenCode and runs',
    );
  return done({ path: file, version });
}
