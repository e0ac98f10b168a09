// Options and operands of a tool told apart, every value kept. INVARIANT: reading goes on behind a word that is not known, so
// that what stands there is seen, and `untold` says that something was not.

import { type Field, isNoOption } from '../../field.ts';
import type { Span } from '../../span.ts';

type Taking = 'flag' | 'value' | 'read' | 'write' | 'attached' | 'two' | 'program';
const TAKING: { readonly [mark: string]: Taking } = {
  '=': 'value',
  '<': 'read',
  '>': 'write',
  '?': 'attached',
  '!': 'program',
};
export type Options = ReadonlyMap<string, Taking>;

const cache = new Map<string, Options>();

export function optionsOf(text: string): Options {
  const cached = cache.get(text);
  if (cached !== undefined) return cached;
  const options = new Map<string, Taking>();
  for (const each of text.split(/\s+/).filter(Boolean)) {
    if (each.endsWith('==')) options.set(each.slice(0, -2), 'two');
    else options.set(each.replace(/[=<>?!]$/, ''), TAKING[each.at(-1) ?? ''] ?? 'flag');
  }
  cache.set(text, options);
  return options;
}

export interface Seen {
  readonly option: string;
  readonly value: Field | undefined;
  readonly taking: Taking;
  /** It was cut short, or could be another one. */
  readonly guessed: boolean;
}

export interface Read {
  readonly operands: readonly Field[];
  readonly seen: readonly Seen[];
  readonly untold: readonly { readonly word: Field; readonly note: string }[];
  /** What stands behind the operand from which on it is a command of its own. */
  readonly inner: readonly Field[];
}

export interface ReadOptions {
  readonly abbreviates?: boolean;
  readonly lenient?: boolean;
  readonly inner?: number;
}

const isLoose = (word: Field): boolean => word.kind === 'glob' || (word.kind === 'unknown' && word.single !== true);
const text = (word: string, span: Span): Field => ({ kind: 'text', text: word, span });

/** One step: the option at the start of `args`, and how many words it took. Nothing where it is not listed. */
export function readOption(
  options: Options,
  args: readonly Field[],
  how: ReadOptions = {},
): { readonly seen: readonly Seen[]; readonly used: number; readonly note?: string } | undefined {
  const [word, next] = args;
  if (word?.kind !== 'text') return undefined;
  const long = word.text.startsWith('--');
  const at = word.text.indexOf('=');
  const name = at < 0 ? word.text : word.text.slice(0, at);
  if (long || options.has(name)) return whole(options, name, at < 0 ? undefined : word.text.slice(at + 1), args, how);
  const seen: Seen[] = [];
  for (let index = 1; index < word.text.length; index += 1) {
    const option = `-${word.text[index]}`;
    const taking = options.get(option);
    if (taking === undefined)
      return seen.length === 0 ? undefined : { seen, used: 1, note: `option \`${option}\` is not known` };
    if (taking === 'flag') {
      seen.push({ option, value: undefined, taking, guessed: false });
      continue;
    }
    const rest = word.text.slice(index + 1).replace(/^=/, '');
    if (rest !== '')
      return { seen: [...seen, { option, value: text(rest, word.span), taking, guessed: false }], used: 1 };
    if (taking === 'attached')
      return { seen: [...seen, { option, value: undefined, taking, guessed: false }], used: 1 };
    if (next === undefined || isLoose(next)) return { seen, used: 1, note: `\`${option}\` has no value that is known` };
    return { seen: [...seen, { option, value: next, taking, guessed: false }], used: taking === 'two' ? 3 : 2 };
  }
  return { seen, used: 1 };
}

function whole(
  options: Options,
  name: string,
  attached: string | undefined,
  [word, next]: readonly Field[],
  how: ReadOptions,
): ReturnType<typeof readOption> {
  const span = word?.span ?? [0, 0];
  const taking = options.get(name);
  if (taking === undefined) {
    // `--forc` is `--force` to a tool that takes what it can; which other options it has nobody can list for all versions.
    if (how.abbreviates !== true || name.length < 3) return undefined;
    const meant = [...options].filter(([option]) => option.startsWith(name));
    if (meant.length === 0) return undefined;
    const value = attached === undefined ? undefined : text(attached, span);
    const seen = meant.map(([option, kind]): Seen => ({ option, value: value ?? next, taking: kind, guessed: true }));
    return { seen, used: 1, note: `\`${name}\` is an option cut short` };
  }
  const one = (value: Field | undefined): readonly Seen[] => [{ option: name, value, taking, guessed: false }];
  if (attached !== undefined) return { seen: one(text(attached, span)), used: 1 };
  if (taking === 'flag' || taking === 'attached') return { seen: one(undefined), used: 1 };
  if (next === undefined || isLoose(next))
    return { seen: one(next), used: 1, note: `\`${name}\` has no value that is known` };
  return { seen: one(next), used: taking === 'two' ? 3 : 2 };
}

export function readAll(options: Options, args: readonly Field[], how: ReadOptions = {}): Read {
  const operands: Field[] = [];
  const seen: Seen[] = [];
  const untold: { word: Field; note: string }[] = [];
  for (let index = 0; index < args.length; ) {
    if (how.inner !== undefined && operands.length >= how.inner)
      return { operands, seen, untold, inner: args.slice(index) };
    const word = args[index];
    if (word === undefined) break;
    if (word.kind === 'text' && word.text === '--') {
      if (how.inner !== undefined) {
        const rest = args.slice(index + 1);
        return { operands, seen, untold, inner: rest };
      }
      operands.push(...args.slice(index + 1));
      break;
    }
    if (isNoOption(word)) {
      operands.push(word);
      index += 1;
      continue;
    }
    if (word.kind === 'unknown' || (word.kind === 'glob' && /^[-*?[]/.test(word.text))) {
      if (word.kind === 'unknown' || word.text.startsWith('-'))
        untold.push({ word, note: 'a word that could be an option' });
      operands.push(word);
      index += 1;
      continue;
    }
    if (word.kind === 'glob' || word.text === '-' || !word.text.startsWith('-')) {
      operands.push(word);
      index += 1;
      continue;
    }
    const step = readOption(options, args.slice(index), how);
    if (step === undefined) {
      if (how.lenient !== true) untold.push({ word, note: `option \`${word.text.slice(0, 60)}\` is not known` });
      index += 1;
      continue;
    }
    seen.push(...step.seen);
    if (step.note !== undefined) untold.push({ word, note: step.note });
    index += step.used;
  }
  return { operands, seen, untold, inner: [] };
}
