// How the tables say what a command does. INVARIANT: an option that a table does not list makes the command unknown, and so
// does every word that could turn out to be an option.

import type { Resource } from '@castellan/contract';
import { type Field, isInherited, isNoOption } from '../field.ts';
import type { PathKind } from '../paths.ts';

/** What the operands are: nothing is allowed, text without effect, or paths. */
export type Operands =
  | 'none'
  | 'text'
  | PathKind
  /** The first is text (a pattern, a mode), the others are read, written. */
  | 'text-read'
  | 'text-write'
  /** At most one, which is read: a second one would be written. */
  | 'read-one'
  /** The first is read, the others are text. */
  | 'read-text'
  /** The first is read, a second one written. */
  | 'read-write';

export interface Spec {
  /**
   * Options, separated by blanks: `-a` and `--all` are flags, `-n=` and `--lines=` take a value without effect, `-f<` one
   * that is read, `-o>` one that is written, `--color?` one that may be attached, `--arg==` two values.
   */
  readonly options: string;
  readonly operands: Operands;
  /** Without operands, this path (the working folder) is the operand. */
  readonly alone?: string;
  /** The first word that is no option ends them: everything behind belongs to what it starts (`nice`, `timeout`). */
  readonly leading?: boolean;
  /** `-20` is a number. */
  readonly numbers?: boolean;
  /** With one of these options everything below an operand is meant. `*`: always. */
  readonly recursive?: string;
  /** With one of these options it also follows links that it finds below an operand. */
  readonly follows?: string;
  /** One of these options holds what is otherwise the first operand (grep's pattern). */
  readonly insteadOfFirst?: string;
  /** Without operands and without an option that makes it recursive, it reads its input instead. */
  readonly streams?: boolean;
  /** With one of these options operands are text, not files (`shuf -e`). */
  readonly nothingRead?: string;
  /** More operands than this make the command another one (`ifconfig eth0 down`). */
  readonly most?: number;
  /** Without one of these options it does something else (`unzip` without `-l`). */
  readonly needs?: string;
  /** Operands must match this. */
  readonly only?: RegExp;
  /** Operands must not match this. */
  readonly never?: RegExp;
  /** Values of these options must match; any other value makes the command unknown. */
  readonly values?: { readonly [option: string]: RegExp };
  /** With one of these options a folder that is there stays as it is (`mkdir -p`). */
  readonly keeps?: string;
  /** Changes where paths lead: later paths of the same command are not certain. */
  readonly moves?: boolean;
  /** What the operands are, beyond where they lie. */
  readonly resource?: Resource;
  /** None of its options reads, writes or runs anything: a word that is not known makes no difference but as an operand. */
  readonly inert?: boolean;
  /** With one of these options the operands are only read (`gzip -c`). */
  readonly printing?: string;
  /** Without one of `printing`, the operands are removed when it is done (`gzip`), unless one of these options is there. */
  readonly replaces?: string;
  /** An operand that ends so becomes one without it, any one may become one with the first (`.tgz=.tar`: with that in its place). */
  readonly endings?: string;
  /** What it writes whatever the operands are, with everything below. */
  readonly makes?: string;
}

type Taking = 'flag' | 'value' | 'read' | 'write' | 'attached' | 'two';
const TAKING: { readonly [mark: string]: Taking } = { '=': 'value', '<': 'read', '>': 'write', '?': 'attached' };

const compiled = new Map<string, ReadonlyMap<string, Taking>>();

function optionsOf(spec: Spec): ReadonlyMap<string, Taking> {
  const cached = compiled.get(spec.options);
  if (cached !== undefined) return cached;
  const options = new Map<string, Taking>();
  for (const text of spec.options.split(/\s+/).filter(Boolean)) {
    if (text.endsWith('==')) options.set(text.slice(0, -2), 'two');
    else options.set(text.replace(/[=<>?]$/, ''), TAKING[text.at(-1) ?? ''] ?? 'flag');
  }
  compiled.set(spec.options, options);
  return options;
}

export interface Arguments {
  readonly operands: readonly Field[];
  readonly seen: ReadonlySet<string>;
  readonly paths: readonly { readonly kind: PathKind; readonly field: Field }[];
  /** Values of options without effect, by option. */
  readonly values: ReadonlyMap<string, string>;
}

/** Tells options and operands apart, or says which word cannot be told. */
export function readArguments(
  spec: Spec,
  args: readonly Field[],
): Arguments | { readonly unknown: Field; readonly note: string } {
  const options = optionsOf(spec);
  const operands: Field[] = [];
  const paths: { kind: PathKind; field: Field }[] = [];
  const seen = new Set<string>();
  const values = new Map<string, string>();
  const take = (taking: Taking, option: string, value: Field): void => {
    if (taking === 'read' || taking === 'write') paths.push({ kind: taking, field: value });
    else if (value.kind === 'text') values.set(option, value.text);
  };
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index];
    if (word === undefined) break;
    const text = word.kind === 'unknown' ? undefined : word.text;
    // A pattern that begins with a folder or a letter never becomes an option; a value that is not known may.
    if (text === undefined || (word.kind === 'glob' && /^[-*?[]/.test(text))) {
      const number = word.kind === 'unknown' && word.number === true && isNumbered(spec, options);
      if (spec.inert === true || number || isNoOption(word) || isInherited(word)) {
        if (spec.leading === true) {
          operands.push(...args.slice(index));
          break;
        }
        operands.push(word);
        continue;
      }
      // What matches is only possible anyway, so it is shown as such.
      if (word.kind === 'glob' && !text?.startsWith('-') && /^(?:read|write|delete)$/.test(spec.operands))
        operands.push(word);
      else return { unknown: word, note: 'a word that could be an option' };
      continue;
    }
    if (
      word.kind === 'glob' ||
      text === '-' ||
      !/^[-+]/.test(text) ||
      (text.startsWith('+') && !options.has(text.slice(0, 2)))
    ) {
      if (spec.leading === true) {
        operands.push(...args.slice(index));
        break;
      }
      operands.push(word);
      continue;
    }
    if (text === '--') {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (spec.numbers === true && /^-\d+$/.test(text)) continue;
    for (const [option, attached] of splitOptions(text, options)) {
      const taking = options.get(option);
      if (taking === undefined) return { unknown: word, note: `option \`${option}\` is not known` };
      seen.add(option);
      const next = attached === undefined && taking !== 'flag' && taking !== 'attached' ? args[index + 1] : undefined;
      if (!isAllowed(spec.values?.[option], attached, next))
        return { unknown: word, note: `option \`${option}\` with a value that is not known` };
      if (taking === 'flag') {
        if (attached !== undefined) return { unknown: word, note: `option \`${option}\` takes no value` };
      } else if (taking === 'attached') {
        if (attached !== undefined) values.set(option, attached);
      } else if (attached !== undefined && taking !== 'two')
        take(taking, option, { kind: 'text', text: attached, span: word.span });
      else {
        // A value that is not quoted may become several words: `head -n $x` with `1 secret` reads `secret`.
        const loose = args
          .slice(index + 1, index + (taking === 'two' ? 3 : 2))
          .find((each) => isLoose(each) && !(isInherited(each) && /^(?:text|none)$/.test(spec.operands)));
        if (loose !== undefined || next === undefined)
          return { unknown: loose ?? word, note: `option \`${option}\` has no value that is known` };
        if (next.kind === 'unknown' && (taking === 'read' || taking === 'write'))
          return { unknown: next, note: next.note };
        take(taking, option, next);
        index += taking === 'two' ? 2 : 1;
      }
    }
  }
  return { operands, seen, paths, values };
}

/** A number is an operand, a number of lines, or an option that nobody knows. */
const isNumbered = (spec: Spec, options: ReadonlyMap<string, Taking>): boolean =>
  spec.numbers === true || ![...options.keys()].some((option) => /^[-+]\d/.test(option));

const isLoose = (word: Field): boolean => word.kind === 'glob' || (word.kind === 'unknown' && word.single !== true);

function isAllowed(pattern: RegExp | undefined, attached: string | undefined, next: Field | undefined): boolean {
  if (pattern === undefined) return true;
  const text = attached ?? (next?.kind === 'text' ? next.text : undefined);
  return text === undefined ? next === undefined : pattern.test(text);
}

/** `-la` is `-l -a`; `-n5` is `-n` with `5`; `--x=y` is `--x` with `y`; `-name` is itself where a table lists it so. */
function* splitOptions(
  text: string,
  options: ReadonlyMap<string, Taking>,
): Generator<readonly [string, string | undefined]> {
  if (text.startsWith('--') || options.has(text)) {
    const at = text.startsWith('--') ? text.indexOf('=') : -1;
    yield at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
    return;
  }
  for (let index = 1; index < text.length; index += 1) {
    const option = `${text[0]}${text[index]}`;
    const taking = options.get(option);
    if (taking === undefined || taking === 'flag') {
      yield [option, undefined];
      if (taking === undefined) return;
      continue;
    }
    const rest = text.slice(index + 1);
    yield [option, rest === '' ? undefined : rest];
    return;
  }
}
