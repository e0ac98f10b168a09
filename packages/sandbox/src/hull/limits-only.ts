// Where no namespaces can be had: limits of the process, and Node's own permissions (`--permission`), which keep its program from files,
// processes and threads. Root becomes nobody first. What an attacker who takes over the engine itself could do is not held by this.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '@castellan/contract';
import { commandOf, type Hull, prlimit } from './hull.ts';
import { findTool } from './tools.ts';

const run = promisify(execFile);

const AS_NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'];

const NOBODY = 65_534;

/** The hull of this kind for this user. INVARIANT: root becomes nobody or starts nothing: there is no hull in which it stays root. */
export function limitsOnly(isRoot: boolean): Hull {
  const setpriv = findTool('setpriv');
  const tool = findTool('prlimit');
  const user = isRoot ? NOBODY : undefined;
  // A limit on processes counts all of this user's: it is set when the engine's threads have been made, and none is allowed any more.
  // By the user itself: another one's limits take a right that root in a container has not; to lower one's own takes none.
  const settle =
    tool === undefined
      ? undefined
      : async (pid: number): Promise<void> => {
          const own = user === undefined ? {} : { uid: user, gid: user };
          await run(tool, [`--pid=${pid}`, '--nproc=0:0'], {
            env: childEnvironment('bare', {}),
            timeout: 10_000,
            ...own,
          });
        };
  const priv = setpriv === undefined ? [] : [setpriv, '--pdeathsig=KILL', '--no-new-privs'];
  const before = setpriv === undefined ? [] : [...priv, ...(isRoot ? AS_NOBODY : []), '--'];
  return {
    words: isRoot ? 'limits only, as nobody' : 'limits only',
    settle,
    command: (_program, memory, inner) => ({
      ...commandOf([...before, ...prlimit(memory, inner)]),
      // Node itself changes the user where there is no tool for it.
      ...(setpriv === undefined && user !== undefined && { user }),
    }),
  };
}
