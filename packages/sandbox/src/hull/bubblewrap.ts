// A hull of namespaces: no network, no other processes, and a file system with nothing in it but Node, its libraries and the child's own
// program, all of it read-only. System calls that nobody needs there are refused.

import { commandOf, type Hull, prlimit } from './hull.ts';
import { librariesOf } from './libraries.ts';
import { seccompFilter } from './seccomp.ts';
import { findTool } from './tools.ts';

/** Of nobody, whoever starts it: root as well. */
const NAMESPACES = [
  ...['--unshare-all', '--unshare-user', '--disable-userns', '--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL'],
  ...['--die-with-parent', '--clearenv', '--chdir', '/'],
];

/** `undefined`: it is not installed. Whether it works here is seen when a child is started. */
export async function bubblewrap(node: string): Promise<Hull | undefined> {
  const tool = findTool('bwrap');
  if (tool === undefined) return undefined;
  const libraries = await librariesOf(node);
  const filter = seccompFilter(process.arch);
  const seccomp = filter === undefined ? [] : ['--seccomp', '5'];
  return {
    words: filter === undefined ? 'bubblewrap' : 'bubblewrap with seccomp',
    command(program, memory, inner) {
      const reads = [program.node, ...program.reads].flatMap((path) => ['--ro-bind', path, path]);
      const shared = libraries.flatMap((path) => ['--ro-bind-try', path, path]);
      // The folder that all this is put in is one in memory: nothing is written there either.
      const wrapped = [tool, ...NAMESPACES, ...reads, ...shared, '--remount-ro', '/', ...seccomp, '--', ...inner];
      return commandOf(prlimit(memory, wrapped), filter);
    },
  };
}
