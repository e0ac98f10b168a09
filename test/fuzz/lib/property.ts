// What must hold between what bash did and what the analysis said: nothing happened that it did not name, unless it said
// that something could not be told.
import { resolve } from 'node:path';
import type { Effect, EffectKind } from '@castellan/contract';
import { createFacts } from '@castellan/facts';
import { analyseCommand } from '@castellan/shell';
import type { Ran } from './run-bash.ts';

export interface Miss {
  readonly program: string;
  readonly what: string;
  readonly effects: readonly Effect[];
}

export const analyseIn = (program: string, cwd: string, home: string): readonly Effect[] =>
  analyseCommand(program, {
    cwd,
    workspace: cwd,
    facts: createFacts({ home, stateFolder: `${home}/.config/castellan`, tempFolders: ['/var/tmp'] }),
  });

/** Commands whose operands are what they do it to. */
const OPERANDS: ReadonlyMap<string, EffectKind> = new Map([
  ['rm', 'delete'],
  ['touch', 'write'],
  ['mkdir', 'write'],
  ['cat', 'read'],
]);

/** Words of the shell itself that run others: where one could not be told, its command may be any. */
const RUNNERS = new Set(['builtin', 'command', 'coproc', 'eval', 'exec', 'source', 'time', 'trap']);

/** A program nobody knows is named, and does nothing here: that alone is no excuse for anything else. */
/** Whether everything was told but what unknown programs do. */
export const isTold = (effects: readonly Effect[]): boolean => !effects.some(isExcuse);

/** `c*`: names that look so, of which any may be meant. */
const isOneOf = (path: string, pattern: string): boolean =>
  pattern.includes('*') &&
  new RegExp(`^${pattern.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '[^/]*')}$`, 's').test(path);

const isExcuse = ({ kind, targetKind, certainty, target }: Effect): boolean =>
  certainty !== 'certain' &&
  !(kind === 'execute' && targetKind === 'command' && /^[a-z][a-z0-9]*$/.test(target) && !RUNNERS.has(target));

export function findMiss({ program, calls, created }: Ran, effects: readonly Effect[]): Miss | null {
  if (!isTold(effects)) return null;
  const miss = (what: string): Miss => ({ program, what, effects });
  const isNamed = (kinds: readonly EffectKind[], path: string): boolean =>
    effects.some(
      ({ kind, target, recursive }) =>
        kinds.includes(kind) &&
        (target === path || isOneOf(path, target) || (recursive === true && path.startsWith(`${target}/`))),
    );
  for (const { cwd, argv } of calls) {
    const [name = '', ...args] = argv;
    if (!effects.some(({ kind, target }) => kind === 'execute' && target === name)) return miss(`ran \`${name}\``);
    const kind = OPERANDS.get(name);
    if (kind === undefined || args.some((arg) => arg.startsWith('-'))) continue;
    for (const arg of args) {
      // A pipe to another command of the program, which is named itself.
      if (arg !== '' && !arg.startsWith('/dev/fd/') && !isNamed([kind], resolve(cwd, arg)))
        return miss(`\`${name}\` was given \`${arg}\` in ${cwd}`);
    }
  }
  for (const path of created) if (!isNamed(['write'], path)) return miss(`wrote \`${path}\``);
  return null;
}
