// Builtins that change the shell itself: where it is, what its variables are, what it evaluates. A builtin that is not here
// and not in the tables is unknown.
import { assign } from './assign.ts';
import { addExecute, type Invocation } from './invocation.ts';
import { lexical } from './names.ts';
import { addPath, resolve } from './paths.ts';
import { addUnknown } from './run.ts';

import { bothWays, type Flow, join, type State, withVar } from './state.ts';
import { walkTestArguments } from './test-expression.ts';
import { isDangerous, isName, mayPassOn } from './variables.ts';
import type { Field } from './word.ts';

type Builtin = (invocation: Invocation) => Flow | undefined;

const known = (word: Field | undefined): string | undefined => (word?.kind === 'text' ? word.text : undefined);
const allKnown = (words: readonly Field[]): readonly string[] | undefined => {
  const texts = words.map(known);
  return texts.every((text) => text !== undefined) ? texts : undefined;
};

const always =
  (outcome: 'success' | 'failure'): Builtin =>
  (invocation) => {
    addExecute(invocation.run, invocation.name, invocation.span);
    const { state } = invocation;
    return outcome === 'success' ? { success: state, failure: undefined } : { success: undefined, failure: state };
  };

/** Words that only print or do nothing: whatever they are, nothing comes of it. */
const inert: Builtin = ({ run, name, span, state }) => {
  addExecute(run, name, span);
  return bothWays(state);
};

const cd: Builtin = ({ run, name, args, state, span }) => {
  addExecute(run, name, span);
  const texts = allKnown(args.filter((word) => !(word.kind === 'text' && /^-[LP]$|^--$/.test(word.text))));
  const target = texts?.length === 0 ? run.facts.home : texts?.[0];
  if (texts === undefined || texts.length > 1 || target === undefined || target === '' || /^[-+]/.test(target))
    return { success: { ...state, cwds: undefined }, failure: state };
  const field: Field = args.find((word) => known(word) === target) ?? { kind: 'text', text: target, span };
  for (const fact of resolve(run, target, state))
    if (fact.place === 'castellan') addPath(run, 'read', field, state, { certainty: 'possible' });
  // Without `./`, `cd` looks through CDPATH first.
  if (run.cdpath && !/^(?:\/|\.{1,2}(?:\/|$))/.test(target))
    return { success: { ...state, cwds: undefined }, failure: state };
  // `..` is taken out of the text by some shells and followed through links by others: both may be.
  const folders = state.cwds?.flatMap((cwd) => {
    const logical = lexical(cwd, target);
    const physical = run.facts.resolvePath(target, { cwd, workspace: run.workspace }).path;
    const real = run.facts.resolvePath(logical, { cwd, workspace: run.workspace }).path;
    return physical === real ? [logical] : [logical, physical];
  });
  const absolute = target.startsWith('/') ? [lexical('/', target)] : undefined;
  const next = folders ?? absolute;
  const success = join({ ...state, cwds: next }, undefined);
  return { success, failure: state };
};

const elsewhere: Builtin = ({ run, name, span, state }) => {
  addExecute(run, name, span);
  return bothWays({ ...state, cwds: undefined });
};

/** `export`, `declare` and their kin. `-i` makes text arithmetic, `-n` makes a name stand for another: neither is followed. */
const declare: Builtin = ({ run, name, args, assignments, state, span }) => {
  addExecute(run, name, span);
  let next: State = state;
  let exported = name === 'export';
  let names = assignments.length;
  for (const word of args) {
    const text = known(word);
    if (text?.startsWith('-') !== true) names += 1;
    if (text === undefined) addUnknown(run, '', word.span, 'a declaration that is not known');
    else if (/^-[grxaA]+$/.test(text) && name !== 'export') exported ||= text.includes('x');
    else if (!isName(text)) addUnknown(run, text, word.span, 'a declaration that can run commands or change them');
    else if (isDangerous(text) && name !== 'local')
      addUnknown(run, text, word.span, `\`${text}\` may change what other commands do`);
    else if (name !== 'export' && name !== 'readonly') next = withVar(next, text, undefined);
  }
  // Alone, or with options only, it prints every variable and its value: the agent's own secrets among them.
  if (names === 0) addUnknown(run, name, span, 'prints variables, secrets among them');
  for (const each of assignments) {
    next = assign(run, each, next);
    if (exported && !mayPassOn(each.name))
      addUnknown(run, each.text, [each.pos, each.end], `\`${each.name}\` may change what other commands do`);
  }
  return bothWays(next);
};

const unset: Builtin = ({ run, name, args, state, span }) => {
  addExecute(run, name, span);
  let next: State = state;
  for (const word of args) {
    const text = known(word);
    if (text === '-v') continue;
    if (text === undefined || isDangerous(text))
      addUnknown(run, text ?? '', word.span, 'a variable that may change other commands');
    else next = withVar(next, text, undefined);
  }
  return bothWays(next);
};

const set: Builtin = ({ run, name, args, state, span }) => {
  const texts = allKnown(args);
  const harmless = texts?.every(
    (text, index) =>
      /^[-+][eux]*o?$/.test(text) ||
      (/^(?:pipefail|errexit|nounset|xtrace)$/.test(text) && /o$/.test(texts[index - 1] ?? '')),
  );
  // `set -- …` sets what `$1` and `$@` are, which are never known here; `set` alone prints every variable.
  if (args.length === 0) addUnknown(run, name, span, 'prints variables, secrets among them');
  else if (texts !== undefined && (harmless === true || texts[0] === '--')) addExecute(run, name, span);
  else addUnknown(run, name, span, 'settings of the shell that are not followed');
  return bothWays(state);
};

const read: Builtin = ({ run, name, args, state, span }) => {
  addExecute(run, name, span);
  let next: State = state;
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index];
    const text = known(word);
    if (text !== undefined && /^-[rs]+$/.test(text)) continue;
    if (text !== undefined && /^-[rs]*[ptdnN]$/.test(text) && known(args[index + 1]) !== undefined) index += 1;
    else if (text === undefined || isDangerous(text))
      addUnknown(run, text ?? '', word?.span ?? span, 'a name that can run commands or change them');
    else next = withVar(next, text, undefined);
  }
  return bothWays(next);
};

/** `printf -v` and `%n` set variables, and some shells calculate the arguments of `%d`. */
const printf: Builtin = ({ run, name, args, state, span }) => {
  const first = known(args[0]) === '--' ? 1 : 0;
  const format = known(args[first]);
  const plain = format !== undefined && !(first === 0 && format.startsWith('-'));
  const conversions = (format ?? '').replaceAll('%%', '').match(/%[^a-zA-Z]*[a-zA-Z]/g) ?? [];
  const onlyText = conversions.every((each) => /[sbqc]$/.test(each) && !each.includes('*'));
  const numbers = args.slice(first + 1).every((word) => /^[\w.+-]*$/.test(known(word) ?? '?'));
  if (plain && (onlyText || (numbers && !conversions.some((each) => each.endsWith('n'))))) addExecute(run, name, span);
  else addUnknown(run, name, span, 'a format that is not known to only print');
  return bothWays(state);
};

/** `eval`: what is known is read as the command it becomes. */
const evaluate: Builtin = ({ run, args, state, span }) => {
  const texts = allKnown(args);
  if (texts !== undefined) return run.text(run, texts.join(' '), state, span);
  addUnknown(run, '', span, 'evaluates text that is not known');
  return bothWays({ cwds: undefined, vars: new Map(), pathsMoved: true });
};

const source: Builtin = ({ run, args, state, span }) => {
  const [file] = args;
  if (file !== undefined) addPath(run, 'read', file, state);
  addUnknown(run, '', span, 'runs the commands of a file');
  return bothWays({ cwds: undefined, vars: new Map(), pathsMoved: true });
};

/** `command x`, `builtin x`, `exec x`: x, without functions and aliases. */
const unwrap: Builtin = (invocation) => {
  const { name, args, walk } = invocation;
  const first = known(args[0]);
  if (name === 'command' && (first === '-v' || first === '-V')) return inert(invocation);
  const rest = first === '--' ? args.slice(1) : args;
  if (rest.length === 0 && (name === 'exec' || name === 'command')) return inert(invocation);
  if (first === undefined || (first !== '--' && first.startsWith('-'))) return undefined;
  return walk(rest);
};

const test: Builtin = ({ run, name, args, state, span }) => {
  addExecute(run, name, span);
  walkTestArguments(run, name === '[' ? args.slice(0, -1) : args, state, span);
  return bothWays(state);
};

const untold =
  (note: string): Builtin =>
  ({ run, name, span }) => {
    addUnknown(run, name, span, note);
    return bothWays({ cwds: undefined, vars: new Map(), pathsMoved: true });
  };

const jump: Builtin = ({ run, name, args, span, state }) => {
  const texts = allKnown(args);
  if (texts?.every((text) => /^\d+$/.test(text)) === true || args.length === 0) addExecute(run, name, span);
  else addUnknown(run, name, span, 'a number that is not known');
  return bothWays(state);
};

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', always('success')],
  ['true', always('success')],
  ['false', always('failure')],
  ['echo', inert],
  ['cd', cd],
  ['pushd', elsewhere],
  ['popd', elsewhere],
  ['export', declare],
  ['declare', declare],
  ['typeset', declare],
  ['local', declare],
  ['readonly', declare],
  ['unset', unset],
  ['set', set],
  ['read', read],
  ['printf', printf],
  ['eval', evaluate],
  ['source', source],
  ['.', source],
  ['command', unwrap],
  ['builtin', unwrap],
  ['exec', unwrap],
  ['test', test],
  ['[', test],
  ['break', jump],
  ['continue', jump],
  ['return', jump],
  ['exit', jump],
  ['wait', jump],
  ['type', inert],
  ['alias', untold('an alias may stand for another command')],
  ['unalias', untold('an alias may have stood for another command')],
  ['trap', untold('a command that runs later')],
  ['enable', untold('builtins may change')],
  ['hash', untold('names of commands may change')],
  ['shopt', untold('settings of the shell may change')],
  ['mapfile', untold('may run commands')],
  ['readarray', untold('may run commands')],
  ['let', untold('a calculation can run commands')],
  ['complete', untold('a command that runs later')],
  ['emulate', untold('evaluates text')],
]);
