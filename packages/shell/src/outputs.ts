// Commands that print one ordinary word, nobody knows which: a name, a number, a date. It has no blanks and nothing that a
// shell expands, and begins with a letter or a digit, so it is no option. Sources: the manual pages of GNU coreutils.
import type { ParsedScript } from 'unbash';
import type { Run } from './run.ts';
import type { State } from './state.ts';

const NUMBER = /^(?:nproc(?: --all)?|id -[ug]|date \+%s)$/;
const WORD =
  /^(?:whoami|logname|arch|id -(?:un|gn)|uname(?: -[imnprs])?|hostname(?: -[fs])?|hostid|tty|date -?u? ?\+[%A-Za-z0-9][%\w.:-]*)$/;
/** What `date` prints of these has no blanks in any language. */
const DATE = /^[^%]*(?:%[CdFgGHIjmMNsSTuUVwWyY][^%]*)+$/;

/** A whole path, or nothing. */
const PATH =
  /^(?:pwd(?: -[LP])?|realpath \.|readlink -[efm] \.|git rev-parse --show-toplevel|which [\w.+-]+|mktemp(?: -d)?)$/;

export interface Output {
  readonly starts?: string;
  readonly number?: boolean;
  readonly plain?: boolean;
}

export function outputOf(run: Run, script: ParsedScript | undefined, state: State): Output {
  const [statement, ...others] = script?.commands ?? [];
  const command = statement?.command;
  if (command?.type !== 'Command' || others.length > 0 || statement?.background === true || state.ifsChanged === true)
    return {};
  if (command.prefix.length > 0 || command.redirects.length > 0 || run.aliases.size > 0) return {};
  const words = [command.name, ...command.args].map((word) =>
    word?.type === 'Word' &&
    (word.parts === undefined || word.parts.every(({ type }) => /^(?:Single|Double)Quoted$/.test(type)))
      ? word.value
      : undefined,
  );
  const [name] = words;
  if (name === undefined || words.includes(undefined) || state.functions?.has(name) === true) return {};
  const text = words.join(' ');
  if (NUMBER.test(text)) return { number: true, plain: true };
  if (PATH.test(text)) return { starts: '/' };
  return WORD.test(text) && (name !== 'date' || DATE.test(text.slice(text.indexOf('+') + 1))) ? { plain: true } : {};
}
