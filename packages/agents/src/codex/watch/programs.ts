// The processes of Codex, and what it starts by itself beside git: what tells it about the system, the person's own shell to learn
// what that sets up, a trial of bubblewrap. As the version of our tests does it.
import { basename, join } from 'node:path';
import { isSystem, type OwnPrograms } from '../../watch/own-programs.ts';

const SHELLS = ['bash', 'dash', 'sh', 'zsh'];
const TRIED = ['/bin/true', '/usr/bin/true', '--help'];
const KEPT_SHELL = /^set -e; \. "[^"`$\\]*\/shell_snapshots\/[^"`$\\]*"$/;

export const codexPrograms: OwnPrograms = {
  names: new Set(['codex']),
  is: ({ exe }) => basename(exe ?? '') === 'codex',
  settings: (env) => env.CODEX_HOME ?? join(env.HOME ?? '/', '.codex'),
  chore(program) {
    const [, first = '', second = ''] = program.args;
    if (isSystem(program, SHELLS)) {
      if (first === '/usr/bin/lsb_release') return 'with-all';
      if (first === '-lc' && second.includes('# Snapshot file')) return 'with-all';
      return first === '-c' && KEPT_SHELL.test(second) ? 'with-all' : null;
    }
    if (isSystem(program, ['lsb_release'])) return 'with-all';
    return isSystem(program, ['bwrap']) && TRIED.includes(program.args.at(-1) ?? '') ? 'with-all' : null;
  },
};
