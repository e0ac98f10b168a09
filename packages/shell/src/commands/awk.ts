// awk: a program in an argument that only looks at fields is as harmless as `cut`; one that writes, reads further files or runs
// commands does so in few ways, which are read here. Sources: POSIX awk; the manuals of gawk and mawk; GTFOBins.

import type { Field } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { addUnknown } from '../run.ts';
import type { Span } from '../span.ts';
import { bothWays, type Flow } from '../state.ts';
import { addCode, addPathAs, spoken } from './add.ts';
import { awkTokens, type Token } from './awk-tokens.ts';
import { readArguments, type Spec } from './spec.ts';

/** Not `-f`, `-E`, `-e`, `-i`, `-l` (programs from elsewhere), `-o`, `-p`, `-d` (write), `-D`. */
const AWK: Spec = {
  options:
    '-F= -v= -b -c -C -M -n -N -O -P -r -s -S -t -V --field-separator= --assign= --characters-as-bytes --traditional --non-decimal-data --posix --re-interval --sandbox --lint? --version --help --csv -k',
  operands: 'text',
  leading: true,
};

/** Words that reach the operands, the variables or the functions by name, or the environment. */
const REACHING = /^(?:ARGV|ARGC|ENVIRON|SYMTAB|FUNCTAB|PROCINFO|system|extension)$/;

/** What a program does beyond its fields; nothing where it could not be told. */
export interface AwkDeeds {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly runs: readonly string[];
}

const literal = (token: Token | undefined): string | undefined =>
  token?.kind === 'string' && !token.text.includes('\\') ? token.text.slice(1, -1) : undefined;
const isMark = (token: Token | undefined, ...texts: readonly string[]): boolean =>
  token?.kind === 'mark' && texts.includes(token.text);
/** Nothing is joined to what stands before. */
const ends = (token: Token | undefined): boolean =>
  token === undefined || token.kind === 'end' || isMark(token, '}', ')');
const begins = (token: Token | undefined): boolean =>
  token === undefined || token.kind === 'end' || isMark(token, '{', '}', '(', '=', '&&', '||', '!');

export function awkDeeds(program: string): AwkDeeds | undefined {
  const tokens = awkTokens(program);
  if (tokens === undefined) return undefined;
  const reads: string[] = [];
  const writes: string[] = [];
  const runs: string[] = [];
  let depth = 0;
  /** How deep in parentheses the print statement stands whose output may be redirected. */
  let printing: number | undefined;
  for (const [index, token] of tokens.entries()) {
    const [before, next, behind] = [tokens[index - 1], tokens[index + 1], tokens[index + 2]];
    // Behind these a line goes on.
    if (token.text === '\n' && isMark(before, ',', '&&', '||', '?', ':')) continue;
    if (token.kind === 'end' || isMark(token, '}', '{')) printing = undefined;
    else if (token.kind === 'word') {
      if (REACHING.test(token.text)) return undefined;
      if (token.text === 'print' || token.text === 'printf') printing = depth;
    } else if (isMark(token, '@', '|&')) return undefined;
    else if (isMark(token, '(')) depth += 1;
    else if (isMark(token, ')')) {
      depth -= 1;
      if (printing !== undefined && depth < printing) printing = undefined;
    } else if (isMark(token, '|')) {
      const command = printing === undefined ? literal(before) : literal(next);
      const alone = printing === undefined ? begins(tokens[index - 2]) && next?.text === 'getline' : ends(behind);
      if (command === undefined || !alone) return undefined;
      runs.push(command);
    } else if (isMark(token, '>', '>>') && printing !== undefined && depth === printing) {
      const file = literal(next);
      if (file === undefined || !ends(behind) || file.startsWith('/inet')) return undefined;
      writes.push(file);
    } else if (isMark(token, '<') && readsFrom(tokens, index)) {
      const file = literal(next);
      if (file === undefined || !ends(behind) || file.startsWith('/inet')) return undefined;
      reads.push(file);
    }
  }
  return { reads, writes, runs };
}

/** `getline < f`, `getline x < f`, `getline x[1] < f`; a comparison elsewhere. */
function readsFrom(tokens: readonly Token[], at: number): boolean {
  for (let index = at - 1; index >= 0; index -= 1) {
    const token = tokens[index];
    if (token?.text === 'getline') return true;
    if (token === undefined || token.kind === 'end' || isMark(token, '{', '}', '&&', '||')) return false;
  }
  return false;
}

export function walkAwk(invocation: Invocation): Flow {
  const { run, name, args, state, span } = invocation;
  const read = readArguments(AWK, args);
  const untold = (where: Span, note: string): Flow => {
    addCode(run, spoken([{ kind: 'text', text: name, span }, ...args]), where, 'inline-code', note);
    return bothWays({ ...state, pathsMoved: true });
  };
  if ('unknown' in read) return untold(read.unknown.span, `\`${name}\`: ${read.note}`);
  const [program, ...files] = read.operands;
  addExecute(run, name, span);
  if (program === undefined) {
    if (!read.seen.has('-V') && !read.seen.has('--version') && !read.seen.has('--help'))
      return untold(span, `\`${name}\` without a program`);
    return bothWays(state);
  }
  const deeds = program.kind === 'text' ? awkDeeds(program.text) : undefined;
  if (deeds === undefined) return untold(program.span, 'a program that may run commands or open other files');
  const path = (text: string): Field => ({ kind: 'text', text, span: program.span });
  for (const file of files) {
    if (file.kind === 'unknown') addUnknown(run, name, file.span, `\`${name}\` reads: an operand that is not known`);
    else if (file.text !== '-' && !/^[A-Za-z_]\w*=/.test(file.text)) addPathAs(run, 'read', file, state, undefined);
  }
  for (const file of deeds.reads) if (file !== '-') addPath(run, 'read', path(file), state);
  for (const file of deeds.writes) addPath(run, 'write', path(file), state);
  for (const command of deeds.runs) run.text(run, command, { ...state, vars: new Map() }, program.span);
  return bothWays(deeds.runs.length > 0 ? { ...state, pathsMoved: true } : state);
}
