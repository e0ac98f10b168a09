// The processes of Claude Code, and what it starts by itself beside git: the person's own shell once, to learn what that sets up,
// and what reads a PDF. As the version of our tests does it.
import { join } from 'node:path';
import { isSystem, type OwnPrograms } from '../../watch/own-programs.ts';
import { isClaude } from './processes.ts';

const SHELLS = ['bash', 'dash', 'sh', 'zsh'];

export const claudePrograms: OwnPrograms = {
  names: new Set(['claude', 'node', 'bun']),
  is: ({ exe, args }) => isClaude(exe ?? '', args),
  settings: (env) => env.CLAUDE_CONFIG_DIR ?? join(env.HOME ?? '/', '.claude'),
  chore(program) {
    const [, first, second, third] = program.args;
    if (isSystem(program, SHELLS) && first === '-c') {
      // A command of a setting comes as one word behind `-c`, so it cannot look like this.
      if (second === '-l' && third?.startsWith('SNAPSHOT_FILE=') === true) return 'with-all';
      return second === 'env' ? 'itself' : null;
    }
    return isSystem(program, ['env']) && program.args.length === 1 ? 'itself' : pdf(program);
  },
};

const pdf = (program: Parameters<OwnPrograms['chore']>[0]): 'itself' | null =>
  isSystem(program, ['pdfinfo', 'pdftoppm']) ? 'itself' : null;
