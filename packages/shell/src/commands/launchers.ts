// Commands that start another command: their own options are read exactly, what is behind them is walked in their place.
// INVARIANT: an option that the table does not list leaves both the launcher and what it starts untold.

import type { Field } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { add, addUnknown } from '../run.ts';
import { addEnvironment } from '../secrets.ts';
import { bothWays, type Flow } from '../state.ts';
import { isDangerous, mayPassOn } from '../variables.ts';
import { addPathAs, spoken } from './add.ts';
import type { Handler } from './handler.ts';
import { readArguments } from './spec.ts';
import { LAUNCHERS, type Launcher } from './tables/launchers.ts';

const moved = ({ state }: Invocation): Flow => bothWays({ ...state, pathsMoved: true });

/** `A=1` in front of a command: only names that change nothing pass, as in front of any command. */
export function withoutAssignments({ run, name }: Invocation, words: readonly Field[]): readonly Field[] {
  let index = 0;
  for (; index < words.length; index += 1) {
    const word = words[index];
    const assigned = word?.kind === 'text' ? /^([A-Za-z_]\w*)=/.exec(word.text)?.[1] : undefined;
    if (word === undefined || assigned === undefined) break;
    if (/^CASTELLAN/i.test(assigned))
      add(run, {
        kind: 'change-safety',
        target: assigned,
        targetKind: 'text',
        certainty: 'possible',
        span: word.span,
        note: 'moves Castellan’s own folder',
      });
    if (!mayPassOn(assigned)) addUnknown(run, name, word.span, `\`${assigned}\` may change what the command does`);
  }
  return words.slice(index);
}

/** `env` alone prints every variable and its value. */
export function printsEnvironment({ run, name, span }: Invocation): void {
  addExecute(run, name, span);
  addEnvironment(run, span);
}

/** `env -S 'a b'`: its own splitting; only text in which nothing is special is split here. */
function splitString(invocation: Invocation, words: readonly Field[]): readonly Field[] | undefined {
  const at = words.findIndex((word) => word.kind === 'text' && /^(?:-[iv0]*S|--split-string(?:=|$))/.test(word.text));
  const word = words[at];
  if (word?.kind !== 'text') return words;
  const attached = word.text.replace(/^-[iv0]*S|^--split-string=?/, '');
  const next = attached === '' ? words[at + 1] : undefined;
  const text = attached === '' ? (next?.kind === 'text' ? next.text : undefined) : attached;
  if (text === undefined || !/^[\w./=:,@%+ -]*$/.test(text)) {
    addUnknown(invocation.run, 'env', word.span, '`env -S` with text that it splits in its own way');
    return undefined;
  }
  const split = text
    .split(' ')
    .filter(Boolean)
    .map((each): Field => ({ kind: 'text', text: each, span: word.span }));
  return [...words.slice(0, at), ...split, ...words.slice(at + (attached === '' ? 2 : 1))];
}

function addOwn(invocation: Invocation, launcher: Launcher): void {
  const { run, name, span } = invocation;
  if (launcher.escalates !== undefined)
    add(run, {
      kind: 'escalate',
      target: name,
      targetKind: 'command',
      certainty: 'certain',
      span,
      note: launcher.escalates,
    });
  else addExecute(run, name, span);
}

export const walkLauncher: Handler = (invocation) => {
  const { run, name, args, state, span } = invocation;
  const launcher = LAUNCHERS[name];
  if (launcher === undefined) return undefined;
  const words = name === 'env' ? splitString(invocation, args) : args;
  if (words === undefined) return moved(invocation);
  const read = readArguments({ ...launcher, operands: 'text', leading: true, numbers: name === 'nice' }, words);
  if ('unknown' in read) {
    if (launcher.escalates !== undefined) addOwn(invocation, launcher);
    addUnknown(run, spoken(args), read.unknown.span, `\`${name}\`: ${read.note}`);
    return moved(invocation);
  }
  addOwn(invocation, launcher);
  for (const { kind, field } of read.paths) addPath(run, kind, field, state);
  const unset = read.values.get('-u') ?? read.values.get('--unset');
  if (name === 'env' && unset !== undefined && isDangerous(unset))
    addUnknown(run, name, span, `without \`${unset}\` commands may do something else`);
  if ((launcher.unlike ?? '').split(' ').some((option) => option === '*' || read.seen.has(option)))
    addUnknown(run, name, span, `\`${name}\`: what it starts finds another world than this one`);
  const rest = launcher.assignments === true ? withoutAssignments(invocation, read.operands) : read.operands;
  const before = rest.slice(0, launcher.before?.length ?? 0);
  for (const [index, kind] of (launcher.before ?? []).entries()) {
    const word = before[index];
    if (word !== undefined && kind !== 'text') addPathAs(run, kind, word, state, undefined);
    if (word?.kind === 'glob' || (word?.kind === 'unknown' && word.single !== true))
      addUnknown(run, name, word.span, `\`${name}\`: a word that can become several`);
  }
  const inner = rest.slice(before.length);
  if (launcher.writes !== undefined) {
    const { path, note } = launcher.writes;
    addPathAs(run, 'write', { kind: 'text', text: path, span }, state, undefined, { note });
  }
  const [first, text] = inner;
  if (first === undefined) return walkAlone(invocation, launcher, read.seen);
  if (launcher.shell === 'joined') return walkJoined(invocation, inner);
  // `flock file -c 'text'`
  if (launcher.shell === '-c' && first.kind === 'text' && /^(?:-c|--command)$/.test(first.text))
    return text === undefined ? moved(invocation) : walkJoined(invocation, [text]);
  const flow = invocation.walk(inner, launcher.input === 'nothing' ? { stdin: { kind: 'text', text: '' } } : {});
  return launcher.moves === true ? moved(invocation) : { success: flow.success, failure: flow.failure };
};

function walkAlone(invocation: Invocation, launcher: Launcher, seen: ReadonlySet<string>): Flow {
  const { run, name, span, state } = invocation;
  if (launcher.alone === 'environment') printsEnvironment(invocation);
  else if (launcher.alone !== 'nothing' && !(launcher.asks ?? '').split(' ').some((option) => seen.has(option)))
    addUnknown(run, name, span, `\`${name}\` without a command that is known`);
  return bothWays(state);
}

/** Words that become one text for a shell: known only when every one of them is. */
export function walkJoined(invocation: Invocation, words: readonly Field[]): Flow {
  const { run, name, state, span } = invocation;
  const texts = words.map((word) => (word.kind === 'text' ? word.text : undefined));
  if (texts.includes(undefined))
    addUnknown(run, spoken(words), span, `\`${name}\`: a text for a shell that is not known`);
  else run.text(run, texts.join(' '), { ...state, vars: new Map() }, words[0]?.span ?? span);
  return moved(invocation);
}
