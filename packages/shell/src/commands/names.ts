// Names that a command prints for another one to work on (`find … | xargs …`, `find -exec`): not known one by one, but known to
// lie below certain folders. INVARIANT: what may leave those folders, through a link or a name that is taken apart, is possible.
import type { Effect } from '@castellan/contract';
import type { Field, Names, Told } from '../field.ts';
import type { Invocation } from '../invocation.ts';
import { resolve } from '../paths.ts';
import type { Span } from '../span.ts';
import { after, bothWays, type Flow, type Stdin } from '../state.ts';
import { addPathAs, collect } from './add.ts';
import { staysBelow } from './below.ts';
import { textWithFound } from './found-text.ts';
import { DIGESTS } from './tables/digests.ts';
import { LISTING } from './tables/listing.ts';
import { TEXT } from './tables/text.ts';

/** What stands for names nobody knows. `single`: each is one word whatever it is. */
export const unknownName = (invocation: Invocation, single: boolean, names?: Told): Field => ({
  kind: 'unknown',
  note: 'names that are not known',
  span: invocation.span,
  single,
  ...(names === undefined ? {} : { names }),
});

/** Commands whose words are just words: what stands for a name is never part of a text that is evaluated. */
const PLAIN =
  /^(?:find|[a-z0-9]*grep|[a-z0-9]*cat|ls|dir|stat|du|wc|file|head|tail|[a-z0-9]*sum|cksum|basename|dirname|readlink|realpath|echo|sort|cut|nl|od|strings|hexdump|xxd|touch|rm|rmdir|unlink|shred|chmod|chown|chgrp|cp|mv|ln|install|diff|cmp|comm|tac|rev|fold|fmt|expand|md5|gzip|gunzip|bzip2|xz|dos2unix|test|\[|sed|g?awk|mawk|tar|truncate|mkdir|uniq|paste|join|printf|true|zipinfo|zip|du)$/;

const isPlain = (program: string): boolean =>
  PLAIN.test(program) || [TEXT, LISTING, DIGESTS].some((table) => Object.hasOwn(table, program));

/**
 * Walks `words` once for each folder, with the folder in place of `marker` (behind the words where it is empty), and makes
 * of what is done to the folder something that is done to what is below it. True: something may have been moved.
 */
export function walkOver(invocation: Invocation, words: readonly Field[], marker: string, names: Names): boolean {
  const { run, state } = invocation;
  let moves = false;
  const stdin: Stdin = { kind: 'text', text: '' };
  const [head] = words;
  const program = head?.kind === 'text' ? head.text.replace(/^\/(?:usr\/)?bin\//, '') : '';
  const plain = isPlain(program);
  const named = namedPaths(invocation, words, marker);
  for (const root of names.roots) {
    const one: Names = { ...names, roots: [root] };
    const filled = fill(
      invocation,
      words,
      marker,
      plain ? root : unknownName(invocation, false, () => one),
      SHELL.test(program) ? one : undefined,
    );
    const facts = root.kind === 'text' ? resolve(run, root.text, state) : [];
    let looked: boolean | undefined;
    const tight = (): boolean => {
      looked ??= (names.noLinks && !names.split) || staysBelow(run, root, state, names);
      return looked;
    };
    // What it packs goes into a file that it names: looked at before that one is written.
    if (/^(?:(?:g|bsd)?tar|zip)$/.test(program)) tight();
    const found = collect(run, () => {
      moves = movesAny(invocation.walk(filled, { stdin })) || moves;
    });
    // Shown at the command that does it: at the folder itself stands what was searched.
    const shown: Field = head === undefined ? root : { ...root, span: head.span };
    const own = (effect: Effect): boolean =>
      effect.targetKind === 'path' && facts.some(({ path }) => path === effect.target);
    for (const effect of found) {
      if (!own(effect)) run.effects.push(named().has(effect.target) ? effect : aside(effect));
      else if (effect.kind === 'read' || effect.kind === 'write' || effect.kind === 'delete') {
        // A name is removed as it is, and a link is looked at as one.
        const listed = (effect.resource === 'names' || effect.kind === 'delete') && !names.split;
        const certain = effect.certainty === 'certain' && (listed || tight());
        const why = {
          certainty: 'possible',
          note: 'a link below, or a name that is taken apart, may lead out of it',
        } as const;
        addPathAs(
          run,
          effect.kind,
          shown,
          state,
          effect.resource,
          certain ? { recursive: true } : { ...why, recursive: true },
        );
      } else run.effects.push(effect);
    }
  }
  return moves;
}

const FOUND = '\0found';

/** Walks a command with names among its words that another one found (`wc -l $(find . -name '*.c')`). */
export function walkFound(invocation: Invocation): Flow | undefined {
  const { name, args, span, state } = invocation;
  if (!isPlain(name)) return undefined;
  const at = args.findIndex((word) => word.kind === 'unknown' && word.names !== undefined);
  const word = args[at];
  const names = word?.kind === 'unknown' ? word.names?.() : undefined;
  // A name that begins with its folder is no option.
  if (names === undefined || names.roots.some((root) => root.kind !== 'text' || root.text.startsWith('-')))
    return undefined;
  const words = [name, ...args].map(
    (each, index): Field =>
      typeof each === 'string' ? text(each, span) : index === at + 1 ? text(FOUND, each.span) : each,
  );
  const moves = walkOver(invocation, words, FOUND, names);
  return bothWays(moves ? { ...state, pathsMoved: true } : state);
}

const text = (value: string, span: Span): Field => ({ kind: 'text', text: value, span });

/** Whether what ran may have moved what a path leads to. */
export const movesAny = (flow: Flow): boolean => after(flow)?.pathsMoved !== false;

/** The paths that stand in a command as they are, whatever was found. */
function namedPaths({ run, state }: Invocation, words: readonly Field[], marker: string): () => ReadonlySet<string> {
  let paths: ReadonlySet<string> | undefined;
  return () => {
    const texts = words.flatMap((word) =>
      word.kind === 'text' && !(marker !== '' && word.text.includes(marker))
        ? [word.text, word.text.replace(/^--[a-z-]+=/, '')]
        : [],
    );
    paths ??= new Set(texts.flatMap((each) => resolve(run, each, state).map(({ path }) => path)));
    return paths;
  };
}

/** Whatever is changed beside the folder has a name that comes from what was found. */
const aside = (effect: Effect): Effect =>
  effect.targetKind === 'path' &&
  (effect.kind === 'write' || effect.kind === 'delete') &&
  effect.certainty === 'certain'
    ? { ...effect, certainty: 'possible', recursive: true }
    : effect;

const SHELL = /^(?:sh|bash|dash)$/;

/** `sh -c 'wc -l {}'`, where every name was looked up and none could be more than a name. */
function inText(
  { run, state }: Invocation,
  word: Field,
  before: Field | undefined,
  marker: string,
  names: Names,
): Field | undefined {
  if (word.kind !== 'text' || before?.kind !== 'text' || !/^-[a-z]*c$/.test(before.text)) return undefined;
  const text = textWithFound(word.text, marker);
  const ordinary = names.roots.every((root) => staysBelow(run, root, state, { inText: true }));
  return text === undefined || !ordinary ? undefined : { ...word, text, found: () => names };
}

function fill(
  invocation: Invocation,
  words: readonly Field[],
  marker: string,
  value: Field,
  shell?: Names,
): readonly Field[] {
  const has = (word: Field): boolean => word.kind === 'text' && marker !== '' && word.text.includes(marker);
  if (!words.some(has)) return marker === '' ? [...words, value] : words;
  return words.map((word, at): Field => {
    if (word.kind !== 'text' || !has(word)) return word;
    if (word.text === marker) return value;
    const text = shell === undefined ? undefined : inText(invocation, word, words[at - 1], marker, shell);
    if (text !== undefined) return text;
    // `{}.bak` is beside what was found, `{}/..` above it.
    return { ...unknownName(invocation, true), span: word.span };
  });
}
