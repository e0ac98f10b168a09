// Whether a file that will carry a credential could be committed. Asked of git itself, with nothing of the repository's
// own configuration that could start a program.
import { basename, dirname } from 'node:path';
import { childEnvironment } from '@castellan/contract';
import { runToEnd } from '../../launch.ts';

export type Exposure = 'tracked' | 'not-ignored' | 'safe' | 'unknown';

const QUIET = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

export async function gitExposure(
  path: string,
  env: { readonly [name: string]: string | undefined },
): Promise<Exposure> {
  const cwd = dirname(path);
  const asked = childEnvironment('bare', env, { LC_ALL: 'C', GIT_CEILING_DIRECTORIES: '' });
  const git = (...args: readonly string[]) =>
    runToEnd({ file: 'git', args: [...QUIET, ...args, '--', basename(path)], cwd, env: asked }, 10_000);
  const tracked = await git('ls-files', '--error-unmatch');
  if (tracked.kind !== 'exited') return 'unknown';
  if (tracked.code === 0) return 'tracked';
  if (/not a git repository/i.test(tracked.stderr)) return 'safe';
  const ignored = await git('check-ignore', '-q');
  if (ignored.kind !== 'exited' || ignored.code > 1) return 'unknown';
  return ignored.code === 0 ? 'safe' : 'not-ignored';
}
