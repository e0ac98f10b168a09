// Builtins that change the shell itself: where it is, what its variables are, what it evaluates. A builtin that is not here
// and not in the tables is unknown.
import { defineAlias } from './aliases.ts';
import { addShown, allKnown, type Builtin, inert, known } from './builtin.ts';
import { declare, getopts, lists, read, set, shift, unset } from './builtins-values.ts';
import { addExecute } from './invocation.ts';
import { lexical } from './names.ts';
import { addPath, resolve } from './paths.ts';
import { format } from './printed.ts';
import { add, addUnknown, type Run } from './run.ts';
import type { Span } from './span.ts';
import { bothWays, type Flow, join, lost, type State, withVar } from './state.ts';
import { walkTestArguments } from './test-expression.ts';
import { isDangerous, isName } from './variables.ts';
import type { Field } from './word.ts';

const always =
  (outcome: 'success' | 'failure'): Builtin =>
  (invocation) => {
    addExecute(invocation.run, invocation.name, invocation.span);
    const { state } = invocation;
    return outcome === 'success' ? { success: state, failure: undefined } : { success: undefined, failure: state };
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

const pushd: Builtin = (invocation) =>
  invocation.args.length === 1 && /^[^-+]/.test(known(invocation.args[0]) ?? '-')
    ? cd(invocation)
    : elsewhere(invocation);

/** `printf -v name …`: what would be printed becomes a value. */
function printInto(run: Run, args: readonly Field[], state: State, span: Span): Flow {
  const name = known(args[1]);
  if (name === undefined || !isName(name) || isDangerous(name)) {
    addUnknown(run, name ?? '', span, 'a name that can run commands or change them');
    return bothWays(name === undefined ? lost(state) : withVar(state, name, undefined));
  }
  addExecute(run, 'printf', span);
  const texts = allKnown(args.slice(2));
  const value = texts === undefined || run.frozen.has(name) ? undefined : format(texts);
  if (value === undefined && texts?.[0]?.match(/%(?![sbqc%])/) !== null)
    addUnknown(run, name, span, 'a format that is not known to only print');
  return bothWays(withVar(state, name, value));
}

const echo: Builtin = (invocation) => {
  addShown(invocation);
  return inert(invocation);
};

/** `printf -v` and `%n` set variables, and some shells calculate the arguments of `%d`. */
const printf: Builtin = (invocation) => {
  const { run, name, args, state, span } = invocation;
  if (known(args[0]) === '-v') return printInto(run, args, state, span);
  addShown(invocation);
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
  return bothWays(lost(state));
};

const STREAM = /^\/dev\/(?:stdin|fd\/0)$|^\/proc\/self\/fd\/0$/;

const source: Builtin = ({ run, args, state, span, stdin }) => {
  const [file, ...words] = args;
  const text =
    file?.kind !== 'text'
      ? undefined
      : (file.contents ?? (STREAM.test(file.text) && stdin.kind === 'text' ? stdin.text : undefined));
  if (text !== undefined && words.length === 0) return run.text(run, text, state, span);
  if (file !== undefined) addPath(run, 'read', file, state);
  const target = known(file) ?? 'source';
  const note = 'runs the commands of a file';
  add(run, {
    kind: 'execute',
    target,
    targetKind: 'command',
    certainty: 'unknown',
    resource: 'project-code',
    span,
    note,
  });
  return bothWays(lost(state));
};

/** `command x`, `builtin x`, `exec x`: x, without functions and aliases. */
const unwrap: Builtin = (invocation) => {
  const { name, args, walk } = invocation;
  const first = known(args[0]);
  if (name === 'command' && (first === '-v' || first === '-V')) return inert(invocation);
  // `exec -a name`, `command -p`: the same program under another name, or looked for in the usual folders.
  const skipped =
    first === '--' || (name === 'command' && first === '-p') ? 1 : name === 'exec' && first === '-a' ? 2 : 0;
  const rest = args.slice(skipped);
  if (rest.length === 0 && (name === 'exec' || name === 'command')) return { ...inert(invocation), stdout: '' };
  const next = known(rest[0]);
  if (next === undefined || (first !== '--' && next.startsWith('-'))) return undefined;
  return walk(rest, { inShell: true });
};

const test: Builtin = ({ run, name, args, state, span }) => {
  addExecute(run, name, span);
  const closed = name !== '[' || known(args.at(-1)) === ']';
  const outcome = walkTestArguments(run, name === '[' ? args.slice(0, -1) : args, state, span);
  if (outcome === undefined || !closed) return bothWays(state);
  return outcome ? { success: state, failure: undefined } : { success: undefined, failure: state };
};

const untold =
  (note: string): Builtin =>
  ({ run, name, span, state }) => {
    addUnknown(run, name, span, note);
    return bothWays(lost(state));
  };

/** What follows is still walked: an effect too many is no harm. The state here is one the shell may be in behind the loop. */
const jump: Builtin = ({ run, name, args, span, state }) => {
  const fine = args.every((word) =>
    word.kind === 'text' ? /^-?\d+$/.test(word.text) : word.kind === 'unknown' && word.number === true,
  );
  if (fine) addExecute(run, name, span);
  else addUnknown(run, name, span, 'a number that is not known');
  if (name === 'break' || name === 'continue')
    for (const [index, at] of run.loops.entries()) run.loops[index] = join(at, state);
  const call = run.calls.at(-1);
  if (name === 'return' && call !== undefined) call.returned = join(call.returned, state);
  return bothWays(state);
};

const alias: Builtin = (invocation) => {
  const { run, name, span, state } = invocation;
  addExecute(run, name, span);
  if (!defineAlias(invocation)) addUnknown(run, name, span, 'an alias for a word of the shell itself');
  return bothWays(state);
};

/** The text runs later, in whatever state the shell is then: it is walked at the end, with all of them. */
const trap: Builtin = ({ run, name, args, span, state }) => {
  const texts = allKnown(args);
  if (texts === undefined) {
    addUnknown(run, name, span, 'a command that runs later and is not known');
    return bothWays(state);
  }
  addExecute(run, name, span);
  const [first, ...signals] = texts[0] === '--' ? texts.slice(1) : texts;
  if (first === undefined || first === '' || first === '-' || /^-[lp]$/.test(first) || signals.length === 0)
    return bothWays(state);
  run.traps.push({ text: first, span, late: signals.every((signal) => /^(?:0|(?:SIG)?EXIT)$/i.test(signal)) });
  run.trapState = join(run.trapState, state);
  return { ...bothWays(state), stdout: '' };
};

const PATTERNS = /^(?:extglob|nullglob|dotglob|globstar|failglob|nocaseglob)$/;
const HARMLESS =
  /^(?:expand_aliases|lastpipe|inherit_errexit|checkwinsize|histappend|histverify|histreedit|lithist|cmdhist|huponexit|checkjobs|checkhash|promptvars|progcomp|hostcomplete|no_empty_cmd_completion|force_fignore|mailwarn|gnu_errfmt)$/;

const shopt: Builtin = ({ run, name, args, span, state }) => {
  const [option, ...names] = allKnown(args) ?? [];
  if (
    !/^-[suq]$/.test(option ?? '') ||
    names.length === 0 ||
    !names.every((each) => PATTERNS.test(each) || HARMLESS.test(each))
  )
    addUnknown(run, name, span, 'settings of the shell may change');
  else addExecute(run, name, span);
  if (names.some((each) => PATTERNS.test(each))) run.patterns = 'changed';
  return bothWays(state);
};

/** Each argument is a calculation: read as `(( … ))`. */
const calculation: Builtin = ({ run, name, args, span, state }) => {
  addExecute(run, name, span);
  let flow: Flow = bothWays(state);
  for (const word of args) {
    const before = join(flow.success, flow.failure) ?? state;
    if (word.kind === 'text') flow = run.text(run, `((${word.text}))`, before, span);
    else addUnknown(run, name, word.span, 'a calculation that is not known');
  }
  return flow;
};

/** Only what lists; anything else gives a key a meaning, which may be a command. */
const bind: Builtin = (invocation) =>
  invocation.args.length === 1 && /^-[lpPsSvV]$/.test(known(invocation.args[0]) ?? '')
    ? inert(invocation)
    : untold('keys may run commands')(invocation);

const hash: Builtin = ({ run, name, args, span, state }) => {
  if (args.every((word) => known(word) === '-r')) addExecute(run, name, span);
  else addUnknown(run, name, span, 'names of commands may change');
  return bothWays(state);
};

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', always('success')],
  ['true', always('success')],
  ['false', always('failure')],
  ['echo', echo],
  ['cd', cd],
  ['pushd', pushd],
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
  ['alias', alias],
  ['unalias', inert],
  ['trap', trap],
  ['hash', hash],
  ['shopt', shopt],
  ['mapfile', lists],
  ['readarray', lists],
  ['let', calculation],
  ['shift', shift],
  ['getopts', getopts],
  ['times', inert],
  ['jobs', inert],
  ['bg', inert],
  ['fg', inert],
  ['disown', inert],
  ['dirs', inert],
  ['umask', inert],
  ['ulimit', inert],
  ['bind', bind],
  ['zmodload', untold('brings in other commands')],
  ['autoload', untold('a function that comes from a file')],
  ['zle', untold('keys may run commands')],
  ['setopt', untold('settings of the shell may change')],
  ['unsetopt', untold('settings of the shell may change')],
  ['enable', untold('builtins may change')],
  ['complete', untold('a command that runs later')],
  ['emulate', untold('evaluates text')],
]);
