// xargs: the words it adds come from its input. What is known there is walked as it would run; names that another command
// printed lie below its folders; anything else is not known. Sources: the manual pages of GNU findutils, FreeBSD and macOS.

import type { Field } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath } from '../paths.ts';
import { addUnknown } from '../run.ts';
import { bothWays, type Flow, type Stdin } from '../state.ts';
import { namesOf } from '../told-names.ts';
import { movesAny, unknownName, walkOver } from './names.ts';
import { type Arguments, readArguments, type Spec } from './spec.ts';

const XARGS: Spec = {
  options:
    '-0 -a< -d= -e? -E= -i? -I= -J= -l? -L= -n= -o -p -P= -r -R= -s= -S= -t -x --null --arg-file< --delimiter= --eof? --replace? --max-lines? --max-args= --open-tty --interactive --max-procs= --process-slot-var= --no-run-if-empty --max-chars= --verbose --exit --show-limits',
  operands: 'text',
  leading: true,
  values: { '--process-slot-var': /^[a-z_]+$/ },
};
const MAX_RUNS = 50;
const NOTHING: Stdin = { kind: 'text', text: '' };

export function walkXargs(invocation: Invocation): Flow {
  const { run, name, args, state, span, stdin } = invocation;
  const read = readArguments(XARGS, args);
  const moved = bothWays({ ...state, pathsMoved: true });
  if ('unknown' in read) {
    addUnknown(run, name, read.unknown.span, `\`xargs\`: ${read.note}`);
    return moved;
  }
  addExecute(run, name, span);
  for (const { field } of read.paths) addPath(run, 'read', field, state);
  const echo: Field = { kind: 'text', text: 'echo', span };
  const words = read.operands.length > 0 ? read.operands : [echo];
  const marker = markerOf(read);
  const known = read.paths.length === 0 && stdin.kind === 'text' ? itemsOf(stdin.text, read, marker) : undefined;
  const names = read.paths.length === 0 ? namesOf(stdin) : undefined;
  let moves = false;
  if (known !== undefined && known.length <= MAX_RUNS) {
    for (const items of known)
      moves = movesAny(invocation.walk(filled(words, marker, items, span), { stdin: NOTHING })) || moves;
  } else if (names !== undefined) {
    const whole = read.seen.has('-0') || read.seen.has('--null');
    moves = walkOver(invocation, words, marker, { ...names, split: names.split || !whole });
  } else {
    const value = unknownName(invocation, false);
    const has = (word: Field): boolean => word.kind === 'text' && marker !== '' && word.text.includes(marker);
    const all = words.some(has)
      ? words.map((word) => (has(word) ? { ...value, span: word.span } : word))
      : marker === ''
        ? [...words, value]
        : words;
    moves = movesAny(invocation.walk(all, { stdin: NOTHING }));
  }
  return bothWays(moves ? { ...state, pathsMoved: true } : state);
}

/** What stands for one line of the input; empty: words are added behind. */
function markerOf(read: Arguments): string {
  for (const option of ['-I', '-J', '--replace', '-i']) {
    const value = read.values.get(option);
    if (value !== undefined) return value;
    if (read.seen.has(option)) return '{}';
  }
  return '';
}

/** The words of a known input, in the groups in which they are passed on. */
function itemsOf(text: string, read: Arguments, marker: string): readonly (readonly string[])[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (
    ['-0', '--null', '-d', '--delimiter', '-E', '-e', '--eof', '-L', '-l', '--max-lines', '-J', '-R'].some((option) =>
      read.seen.has(option),
    )
  )
    return undefined;
  if (/['"\\]/.test(text)) return undefined;
  if (marker !== '') return lines.map((line) => [line.replace(/^[ \t]+/, '')]);
  const items = text.split(/\s+/).filter(Boolean);
  const most = Number(read.values.get('-n') ?? read.values.get('--max-args') ?? items.length);
  if (!Number.isInteger(most) || most < 0) return undefined;
  if (most === 0 || items.length === 0) return [[]];
  return Array.from({ length: Math.ceil(items.length / most) }, (_, at) => items.slice(at * most, (at + 1) * most));
}

function filled(
  words: readonly Field[],
  marker: string,
  items: readonly string[],
  span: Field['span'],
): readonly Field[] {
  if (marker === '') return [...words, ...items.map((text): Field => ({ kind: 'text', text, span }))];
  const [line = ''] = items;
  return words.map((word) => (word.kind === 'text' ? { ...word, text: word.text.replaceAll(marker, line) } : word));
}
