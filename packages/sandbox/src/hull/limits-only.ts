// Where no namespaces can be had: limits of the process, and Node's own permissions (`--permission`), which keep its program from files,
// processes and threads. Root becomes nobody first. What an attacker who takes over the engine itself could do is not held by this.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '@castellan/contract';
import { commandOf, type Hull, prlimit } from './hull.ts';
import { findTool } from './tools.ts';

const run = promisify(execFile);

const AS_NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'];

/** The hulls of this kind that make sense for this user, best first. */
export function limitsOnly(isRoot: boolean): readonly Hull[] {
  const setpriv = findTool('setpriv');
  const tool = findTool('prlimit');
  // A limit on processes counts all of this user's: it is set when the engine's threads have been made, and none is allowed any more.
  const settle =
    tool === undefined
      ? undefined
      : async (pid: number): Promise<void> => {
          await run(tool, [`--pid=${pid}`, '--nproc=0:0'], { env: childEnvironment('bare', {}), timeout: 10_000 });
        };
  const hull = (words: string, before: readonly string[]): Hull => ({
    words,
    settle,
    command: (_program, memory, inner) => commandOf([...before, ...prlimit(memory, inner)]),
  });
  if (setpriv === undefined) return [hull('limits only', [])];
  const priv = [setpriv, '--pdeathsig=KILL', '--no-new-privs'];
  const plain = hull('limits only', [...priv, '--']);
  return isRoot ? [hull('limits only, as nobody', [...priv, ...AS_NOBODY, '--']), plain] : [plain];
}
