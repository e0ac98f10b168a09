// Builtins that set variables. INVARIANT: a name that is not known, or that other commands look at, makes the command unknown.

import type { Assignment } from 'unbash';
import { assign } from './assign.ts';
import { allKnown, type Builtin, known } from './builtin.ts';
import type { Told } from './field.ts';
import { addExecute } from './invocation.ts';
import { addUnknown, doubtfully, type Run } from './run.ts';
import { addEnvironment, addSecret, isSecretName } from './secrets.ts';
import { bothWays, keptParams, lost, type State, type Stdin, withArray, withFound, withVar } from './state.ts';
import { isDangerous, isName, mayPassOn } from './variables.ts';
import { type Field, valueFor } from './word.ts';

const settable = (run: Run, name: string): boolean => isName(name) && !isDangerous(name) && !run.frozen.has(name);

/** `export`, `declare` and their kin. `-i` makes text arithmetic, `-n` makes a name stand for another: neither is followed. */
export const declare: Builtin = ({ run, name, args, assignments, state, span }) => {
  addExecute(run, name, span);
  let next: State = state;
  let exported = name === 'export';
  let keyed = false;
  let listed = false;
  let prints = false;
  let fixed = name === 'readonly';
  let global = name === 'export' || name === 'readonly';
  let names = assignments.length;
  const call = run.calls.at(-1);
  const own = (each: string): void => {
    if (!global) call?.locals.add(each);
  };
  for (const word of args) {
    const text = known(word);
    if (text?.startsWith('-') !== true) names += 1;
    if (text === undefined) addUnknown(run, '', word.span, 'a declaration that is not known');
    else if (/^-[grxaA]*p[grxaA]*$/.test(text)) prints = true;
    else if (prints && isName(text)) {
      if (isSecretName(text)) addSecret(run, text, word.span);
      else addUnknown(run, text, word.span, 'prints a variable');
    } else if (/^-[grxaA]+$/.test(text) && name !== 'export') {
      exported ||= text.includes('x');
      keyed ||= text.includes('A');
      listed ||= /a/i.test(text);
      fixed ||= text.includes('r');
      global ||= text.includes('g');
    } else if (!isName(text)) addUnknown(run, text, word.span, 'a declaration that can run commands or change them');
    else if (isDangerous(text) && name !== 'local')
      addUnknown(run, text, word.span, `\`${text}\` may change what other commands do`);
    else if (name !== 'export' && name !== 'readonly') {
      own(text);
      next = keyed ? withArray(next, text, { keyed, items: new Map() }) : withVar(next, text, undefined);
    }
    if (text !== undefined && fixed) run.frozen.add(text);
    if (exported && text !== undefined && isName(text) && !mayPassOn(text) && !isDangerous(text))
      addUnknown(run, text, word.span, `\`${text}\` may change what other commands do`);
  }
  // Alone, or with options only, it prints every variable and its value: the agent's own secrets among them.
  if (names === 0) addEnvironment(run, span);
  for (const each of assignments) {
    own(each.name);
    walkList(run, each, next, listed);
    next = assign(run, each, next, { keyed });
    if (exported && !mayPassOn(each.name))
      addUnknown(run, each.text, [each.pos, each.end], `\`${each.name}\` may change what other commands do`);
    // One shell keeps it to the function, the other does not; outside of one, `local` fails in some.
    if (call === undefined ? name === 'local' : fixed)
      next = withArray(withVar(next, each.name, undefined), each.name, undefined);
    if (fixed) run.frozen.add(each.name);
  }
  return bothWays(next);
};

/** `declare -a y='($(x))'`: where `y` is a list, the text is read as one, commands in it run. */
function walkList(run: Run, { name, value, pos, end }: Assignment, state: State, listed: boolean): void {
  if (value.type === 'ArrayValue') return;
  const outer = run.effects.length;
  const field = valueFor(run, value, state);
  // Whatever the word itself runs is told where it is assigned.
  run.effects.length = outer;
  const may = listed || run.mayBeList(name);
  if (field.kind !== 'text' ? may && !(field.kind === 'unknown' && field.number === true) : /^\s*\(/.test(field.text)) {
    addUnknown(run, name, [pos, end], 'a value that a shell reads as a list, and runs what stands in it');
    if (field.kind === 'text')
      doubtfully(run, 'if it is read as a list', () => run.text(run, `${name}=${field.text}`, state, [pos, end]));
  }
}

export const unset: Builtin = ({ run, name, args, state, span }) => {
  addExecute(run, name, span);
  let next: State = state;
  for (const word of args) {
    const text = known(word);
    if (text === '-v') continue;
    if (text === '-f') return bothWays({ ...next, functions: perhaps(next) });
    if (text === undefined || isDangerous(text))
      addUnknown(run, text ?? '', word.span, 'a variable that may change other commands');
    else next = { ...withArray(withVar(next, text, undefined), text, undefined), functions: perhaps(next) };
  }
  return bothWays(next);
};

/** A function may be gone, or still there. */
const perhaps = ({ functions }: State): State['functions'] =>
  functions === undefined
    ? undefined
    : new Map([...functions].map(([name, each]) => [name, { ...each, perhaps: true }]));

export const set: Builtin = ({ run, name, args, state, span }) => {
  if (args.length === 0) {
    addExecute(run, name, span);
    addEnvironment(run, span);
    return bothWays(state);
  }
  const at = args.findIndex((word) => known(word) === '--');
  const first = known(args[0]);
  const plain = first !== undefined && !/^[-+]/.test(first);
  const options = allKnown(at >= 0 ? args.slice(0, at) : plain ? [] : args);
  const harmless = options?.every(
    (text, index) =>
      /^(?:[-+][euxvfHCm]*o?|\+a)$/.test(text) ||
      (/^(?:pipefail|errexit|nounset|xtrace)$/.test(text) && /o$/.test(options[index - 1] ?? '')),
  );
  if (harmless !== true) {
    addUnknown(run, name, span, 'settings of the shell that are not followed');
    return bothWays({ ...state, params: undefined });
  }
  addExecute(run, name, span);
  // Without patterns words stay what they are, or are patterns again.
  if (options?.some((text) => text.includes('f')) === true) run.patterns = 'changed';
  if (at < 0 && !plain) return { ...bothWays(state), stdout: '' };
  const words = at >= 0 ? args.slice(at + 1) : args;
  const told = words.every((word) => word.kind === 'text' || (word.kind === 'unknown' && word.single === true));
  const params = told ? [state.params?.[0], ...words.map((word) => known(word))] : undefined;
  return { ...bothWays({ ...state, params: keptParams(params) }), stdout: '' };
};

export const shift: Builtin = ({ run, name, args, state, span }) => {
  addExecute(run, name, span);
  const count = args.length === 0 ? 1 : Number(known(args[0]) ?? Number.NaN);
  const { params } = state;
  if (params === undefined || !Number.isInteger(count) || count < 0 || count >= params.length + (count === 0 ? 1 : 0))
    return bothWays({ ...state, params: undefined });
  return bothWays({ ...state, params: [params[0], ...params.slice(1 + count)] });
};

export const read: Builtin = ({ run, name, args, state, span, stdin }) => {
  addExecute(run, name, span);
  const names: string[] = [];
  let plain = true;
  let whole = true;
  let raw = false;
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index];
    const text = known(word);
    if (text !== undefined && /^-[rse]+$/.test(text)) {
      raw ||= text.includes('r');
      // With editing the line may be another one, and zsh prints it and sets nothing.
      if (text.includes('e')) {
        plain = false;
        whole = false;
      }
      continue;
    }
    const next = args[index + 1];
    const zero = text !== undefined && /^-[rs]*d$/.test(text) && known(next) === '';
    if (text?.startsWith('-') === true && !zero) whole = false;
    if (text !== undefined && /^-[rse]*(?:[nN]\d+|t[\d.]+)$/.test(text)) plain = false;
    else if (text !== undefined && /^-[rse]*[iptdnN]$/.test(text) && isOne(next)) {
      // In zsh `-p` reads from a coprocess; a limit or another end changes what is read.
      plain = false;
      index += 1;
    } else if (text !== undefined && /^-[rs]*a$/.test(text) && isName(known(args[index + 1]) ?? '')) plain = false;
    else if (text === undefined || isDangerous(text))
      addUnknown(run, text ?? '', word?.span ?? span, 'a name that can run commands or change them');
    else names.push(text);
  }
  if (names.length === 0) names.push('REPLY');
  const line = stdin.kind === 'text' && plain && state.ifsChanged !== true ? firstLine(stdin.text, raw) : undefined;
  let next = state;
  let rest = line;
  for (const [index, each] of names.entries()) {
    const last = index === names.length - 1;
    const value = rest === undefined ? undefined : last ? rest : (/^[^ \t]*/.exec(rest)?.[0] ?? '');
    if (rest !== undefined && value !== undefined) rest = rest.slice(value.length).replace(/^[ \t]+/, '');
    next = withArray(withVar(next, each, settable(run, each) ? value : undefined), each, undefined);
    if (value !== undefined && settable(run, each)) next = withVar(next, each, value);
  }
  // A line of names that were found is one of them, as long as none of them is more than a line.
  const [only, ...more] = names;
  const told = whole && more.length === 0 ? linesOf(stdin) : undefined;
  if (only !== undefined && told !== undefined && settable(run, only)) next = withFound(next, only, told);
  return bothWays(next);
};

const linesOf = (stdin: Stdin): Told | undefined => {
  const told = stdin.kind === 'unknown' ? stdin.names : undefined;
  return told === undefined
    ? undefined
    : () => {
        const names = told();
        return names === undefined ? undefined : { ...names, split: true };
      };
};

/** One word, whatever it holds. */
const isOne = (word: Field | undefined): boolean =>
  word?.kind === 'text' || (word?.kind === 'unknown' && word.single === true);

function firstLine(text: string, raw: boolean): string | undefined {
  const line = text.split('\n', 1)[0] ?? '';
  return !raw && line.includes('\\') ? undefined : line.replace(/^[ \t]+|[ \t]+$/g, '');
}

/** `mapfile`: lines become an array; `-C` runs a command for them. */
export const lists: Builtin = ({ run, name, args, state, span }) => {
  const texts = allKnown(args) ?? [];
  const at = texts.indexOf('-C');
  const callback = at < 0 ? undefined : texts[at + 1];
  const options = texts.filter((text) => text.startsWith('-'));
  const names = texts.filter((text) => isName(text));
  const fine =
    texts.length === args.length &&
    options.every((text) => text === '-t') &&
    names.length === texts.length - options.length;
  if (!fine || names.length > 1 || names.some(isDangerous)) addUnknown(run, name, span, 'may run commands');
  else addExecute(run, name, span);
  if (callback !== undefined) run.text(run, callback, lost(state), span);
  let next = state;
  for (const each of names.length === 0 ? ['MAPFILE'] : names)
    next = withArray(withVar(next, each, undefined), each, undefined);
  return bothWays(fine ? next : lost(next));
};

export const getopts: Builtin = ({ run, name, args, state, span }) => {
  const [options, variable] = args;
  const text = known(variable);
  if (options === undefined || text === undefined || !isName(text) || isDangerous(text)) {
    addUnknown(run, name, span, 'a name that can run commands or change them');
    return bothWays(lost(state));
  }
  addExecute(run, name, span);
  return bothWays([text, 'OPTARG', 'OPTIND'].reduce((next, each) => withVar(next, each, undefined), state));
};
