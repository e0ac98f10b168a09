// Names in a pipe: which commands print names that lie below a folder, and which pass lines on as they are.

import type { Field, Names } from '../field.ts';
import type { Invocation } from '../invocation.ts';
import { matchingNow } from '../protected.ts';
import type { Run } from '../run.ts';
import type { Flow, State } from '../state.ts';
import { namesOf, printsNames } from '../told-names.ts';
import { readArguments } from './spec.ts';
import { TEXT } from './tables/text.ts';

/** Options with which these still print whole lines of what they read. */
const FILTERS: { readonly [name: string]: RegExp } = {
  grep: /^-(?:[vixwEFGPa]+|e|-invert-match|-ignore-case|-line-regexp|-word-regexp|-line-buffered)$/,
  egrep: /^-[vixwa]+$/,
  fgrep: /^-[vixwa]+$/,
  sort: /^-(?:[bdfgMnrRuVz]+|k[\d,.nr]*|t.?)$/,
  uniq: /^-[udi]+$/,
  head: /^-(?:n?\d*|n)$/,
  tail: /^-(?:n?\+?\d*|n)$/,
  shuf: /^-(?:n\d*|z)$/,
  tac: /^$/,
  cat: /^-u$/,
};

/** The flow of a command of the tables, with the names it prints. */
export function withNames(invocation: Invocation, flow: Flow): Flow {
  if (/^(?:which|whence)$/.test(invocation.name)) printsNames(invocation, () => programs(invocation));
  if (invocation.name === 'ls' || Object.hasOwn(FILTERS, invocation.name) || invocation.name === 'rg')
    printsNames(invocation, () => filtered(invocation) ?? searched(invocation));
  return flow;
}

function filtered({ name, args, stdin }: Invocation): Names | undefined {
  const names = namesOf(stdin);
  const options = FILTERS[name];
  if (names === undefined || options === undefined) return undefined;
  const spec = TEXT[name];
  if (spec === undefined) return undefined;
  const read = readArguments(spec, args);
  const dashed = args.filter((word) => word.kind === 'text' && word.text.startsWith('-'));
  if ('unknown' in read || dashed.some((word) => word.kind === 'text' && !options.test(word.text))) return undefined;
  const pattern = spec.operands === 'text-read' && !read.seen.has('-e') ? 1 : 0;
  return read.operands.length === pattern && read.paths.length === 0 ? names : undefined;
}

/** `grep -rl x src`, `rg -l x`, `rg --files`, `ls`. */
function searched({ run, name, args, state, span }: Invocation): Names | undefined {
  const spec = /^(?:[ef]?grep|rg)$/.test(name) ? TEXT[name] : undefined;
  const here: Field = { kind: 'text', text: '.', span };
  if (spec === undefined) return name === 'ls' && listed(args) ? plainNames() : undefined;
  const read = readArguments(spec, args);
  if ('unknown' in read) return undefined;
  const has = (...options: readonly string[]): boolean => options.some((option) => read.seen.has(option));
  const whole = has('-l', '-L', '--files-with-matches', '--files-without-match', '--files');
  if (
    !whole ||
    has('-R', '--dereference-recursive', '--follow', '-c', '--count', '--color', '--colour') ||
    (name === 'rg' && has('-L'))
  )
    return undefined;
  const instead = (spec.insteadOfFirst ?? '').split(' ').some((option) => read.seen.has(option));
  const roots = instead ? read.operands : read.operands.slice(1);
  const recursive = name === 'rg' || has('-r', '--recursive');
  if (!recursive || roots.some((root) => root.kind !== 'text' || root.text.startsWith('-'))) return undefined;
  // Without a folder names stand alone, and one of them may look like an option.
  return roots.length > 0 ? { roots, noLinks: true, split: !has('-Z', '-0', '--null') } : plainNames();

  function plainNames(): Names | undefined {
    return namesHere(run, state, here, true);
  }
}

/** `which cc`: a program of this name, wherever on the path it lies. */
function programs({ args, span }: Invocation): Names | undefined {
  const texts = args.flatMap((word) => (word.kind === 'text' && /^[\w+][\w.+-]*$/.test(word.text) ? [word.text] : []));
  if (texts.length === 0 || texts.length < args.length) return undefined;
  return {
    roots: texts.map((each) => ({ kind: 'text', text: `/usr/bin/${each}`, span })),
    noLinks: false,
    split: true,
  };
}

/** Names as they stand in this folder: none of them may look like an option. */
function namesHere(run: Run, state: State, here: Field, split: boolean): Names | undefined {
  const none = !state.pathsMoved && matchingNow(run, '-*', state.cwds)?.length === 0;
  return none ? { roots: [here], noLinks: false, split } : undefined;
}

/** `git ls-files`: names below this folder, one a line. */
export function printsTracked(invocation: Invocation, args: readonly Field[]): void {
  const { run, state, span } = invocation;
  const options = args.every(
    (word) =>
      word.kind === 'text' &&
      (!word.text.startsWith('-') ||
        /^-(?:[cdmoz]+|-cached|-deleted|-modified|-others|-exclude-standard)$/.test(word.text)),
  );
  const split = !args.some((word) => word.kind === 'text' && /^-[a-z]*z/.test(word.text));
  if (options) printsNames(invocation, () => namesHere(run, state, { kind: 'text', text: '.', span }, split));
}

/** `ls` of the folder one is in: its names stand for themselves. */
const listed = (args: readonly Field[]): boolean =>
  args.every((word) => word.kind === 'text' && /^-[1aABcrStUX]+$/.test(word.text));
