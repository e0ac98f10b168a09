// The processes of OpenCode, and what it starts by itself beside git that looks: its search for text, and the repository in its own
// folder in which it keeps what it changed. As the version of our tests does it.
import { basename, join } from 'node:path';
import { isSystem, type OwnPrograms } from '../../watch/own-programs.ts';

const SEARCH = /\/opencode\/bin\/(?:rg|fd)$/;

export const openCodePrograms: OwnPrograms = {
  names: new Set(['opencode', '.opencode']),
  is: ({ exe }) => basename(exe ?? '') === 'opencode',
  settings: (env) => join(env.XDG_CONFIG_HOME ?? join(env.HOME ?? '/', '.config'), 'opencode'),
  chore(program) {
    if (SEARCH.test(program.exe ?? '')) return 'itself';
    const { args } = program;
    const at = args.indexOf('--git-dir');
    const kept = at < 0 ? args.find((word) => word.startsWith('--git-dir='))?.slice(10) : args[at + 1];
    return isSystem(program, ['git']) && kept?.includes('/opencode/snapshot/') === true ? 'itself' : null;
  },
};
