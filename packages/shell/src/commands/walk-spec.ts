// What a command of the tables does. INVARIANT: an operand whose kind is not known is never passed over.

import { wasTouched } from '../changes.ts';
import { type Field, isInherited, isNoOption } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { type PathKind, type PathOptions, resolve } from '../paths.ts';
import { matchingNow } from '../protected.ts';
import { add, addUnknown, type Run } from '../run.ts';
import type { State } from '../state.ts';
import { addUntoldPath } from '../untold-path.ts';
import { addAnyNames, addPathAs } from './add.ts';
import { staysBelow } from './below.ts';
import { type Arguments, readArguments, type Spec } from './spec.ts';

/** Adds what a command of a table does. */
export function walkSpec(spec: Spec, invocation: Invocation): void {
  const { run, args, state, span, name } = invocation;
  const read = readArguments(spec, withoutHiddenOptions(run, args, state));
  if ('unknown' in read) {
    const does = /read|write|delete/.exec(spec.operands)?.[0];
    addUnknown(run, name, read.unknown.span, `\`${name}\`${does === undefined ? '' : ` ${does}s`}: ${read.note}`);
    if (does === 'delete') addIfEmpty(invocation);
    addWorst(spec, invocation, read.unknown);
    return;
  }
  addExecute(run, name, span);
  for (const { kind, field } of read.paths) if (!isStream(field)) addPathAs(run, kind, field, state, undefined);
  const recursive = spec.recursive === '*' || (spec.recursive ?? '').split(' ').some((option) => read.seen.has(option));
  walkOperands(spec, invocation, read, recursive);
  if (spec.makes !== undefined && !hasOne(spec.printing, read))
    addPathAs(run, 'write', { kind: 'text', text: spec.makes, span }, state, undefined, { recursive: true });
}

/** What could not be told may still be the worst it could: what the command does to paths, with everything below where a word says so. */
function addWorst(spec: Spec, { run, args, state }: Invocation, first: Field): void {
  const kinds: readonly PathKind[] = (['read', 'write', 'delete'] as const).filter((kind) =>
    spec.operands.includes(kind),
  );
  if (kinds.length === 0 || spec.resource === 'names') return;
  const flags = (spec.recursive ?? '').split(' ').filter(Boolean);
  const recursive =
    flags.includes('*') ||
    args.some(
      (word) =>
        word.kind === 'text' &&
        flags.some(
          (flag) =>
            word.text === flag ||
            (/^-[a-zA-Z]$/.test(flag) && /^-[a-zA-Z]+$/.test(word.text) && word.text.includes(flag.slice(1))),
        ),
    );
  const options = { recursive, ...(spec.resource === undefined ? {} : { resource: spec.resource }) };
  const unknown = args.filter(({ kind }) => kind === 'unknown');
  for (const word of (unknown.length === 0 ? [first] : unknown).slice(0, 8))
    for (const kind of kinds) addUntoldPath(run, kind, word, state, options);
}

/** `rm -rf "$X/"*`: with nothing in `X` it is everything. */
export function addIfEmpty({ run, args }: Invocation): void {
  const recursive = args.some(
    (word) => word.kind === 'text' && /^(?:-[a-zA-Z]*[rR][a-zA-Z]*|--recursive)$/.test(word.text),
  );
  if (!recursive) return;
  for (const word of args) {
    const path = word.kind === 'unknown' && (word.starts ?? '') === '' ? word.empty : undefined;
    if (path === undefined || !path.startsWith('/')) continue;
    const folder = /[*?[]/.test(path) ? path.slice(0, path.slice(0, path.search(/[*?[]/)).lastIndexOf('/') + 1) : path;
    const what = word.kind === 'unknown' ? word.about : undefined;
    const note = `${folder === '/' ? 'everything' : 'this'}, if \`${what ?? 'a value'}\` is empty`;
    // Only this: what lies below is told by the rule about everything.
    const { path: target, place } = run.facts.resolvePath(folder, { cwd: '/', workspace: run.workspace });
    const { span } = word;
    add(run, { kind: 'delete', target, targetKind: 'path', place, certainty: 'possible', recursive: true, span, note });
  }
}

/** Where no name in the folder begins with `-`, no match of `*` can be an option: `./*` matches the same. */
export function withoutHiddenOptions(run: Run, args: readonly Field[], state: State): readonly Field[] {
  if (!args.some((word) => word.kind === 'glob' && /^[*?[]/.test(word.text)) || state.pathsMoved) return args;
  const none = matchingNow(run, '-*', state.cwds)?.length === 0;
  if (!none) return args;
  return args.map((word) =>
    word.kind === 'glob' && /^[*?[]/.test(word.text) ? { ...word, text: `./${word.text}`, folder: './' } : word,
  );
}

const hasOne = (options: string | undefined, read: Arguments): boolean =>
  (options ?? '').split(' ').some((option) => read.seen.has(option));

const isStream = (field: Field): boolean => field.kind === 'text' && field.text === '-';

function walkOperands(spec: Spec, invocation: Invocation, read: Arguments, recursive: boolean): void {
  const { run, name, state, span } = invocation;
  const isNoMore = (word: Field): boolean => spec.inert === true || isInherited(word) || isNoOption(word);
  const textOnly = spec.operands === 'text' && spec.only === undefined && spec.never === undefined;
  // Names of anything at all: no more than `find /` shows.
  const anyNames = (word: Field): boolean => spec.resource === 'names' && spec.operands === 'read' && isNoMore(word);
  const bad = read.operands.find(
    (word) =>
      (word.kind === 'unknown' &&
        !(textOnly && isNoMore(word)) &&
        !anyNames(word) &&
        !spec.operands.startsWith('text-')) ||
      (spec.only !== undefined && !(word.kind === 'text' && spec.only.test(word.text))) ||
      (spec.never !== undefined && (word.kind === 'unknown' || spec.never.test(word.text))),
  );
  if (bad !== undefined) {
    const does = /read|write|delete/.exec(spec.operands)?.[0];
    addUnknown(
      run,
      name,
      bad.span,
      `\`${name}\`${does === undefined ? '' : ` ${does}s`}: an operand that is not known`,
    );
    if (does === 'delete') addIfEmpty(invocation);
    addWorst(spec, invocation, bad);
    return;
  }
  if (read.operands.length > (spec.most ?? Number.POSITIVE_INFINITY)) {
    addUnknown(run, name, span, `\`${name}\`: more operands than are known`);
    return;
  }
  if (spec.needs !== undefined && !hasOne(spec.needs, read)) {
    addUnknown(run, name, span, `\`${name}\` without \`${spec.needs.split(' ')[0]}\``);
    return;
  }
  if (hasOne(spec.nothingRead, read)) return;
  const follows = recursive && hasOne(spec.follows, read);
  const path = (kind: PathKind, words: readonly Field[]): void => {
    for (const word of words)
      if (word.kind === 'unknown' && anyNames(word)) addAnyNames(run, state, word);
      else if (!isStream(word))
        addPathAs(run, kind, word, state, spec.resource, below(run, word, state, recursive, follows));
    if (words.length === 0 && spec.alone !== undefined && (recursive || spec.streams !== true)) {
      const folder: Field = { kind: 'text', text: spec.alone, span };
      addPathAs(run, kind, folder, state, spec.resource, below(run, folder, state, recursive, follows));
    }
  };
  const instead = hasOne(spec.insteadOfFirst, read);
  const [first] = read.operands;
  // `grep ~/.ssh/* a`: only the first file is the pattern, the others are read.
  if (spec.operands.startsWith('text-') && !instead && (first?.kind === 'glob' || isLooseUnknown(first))) {
    if (first?.kind === 'glob' && isLookedUp(run, first.text, state))
      path(spec.operands === 'text-read' ? 'read' : 'write', [first]);
    else addUnknown(run, name, first?.span ?? span, `\`${name}\`: a pattern that becomes several words`);
  }
  const rest = instead ? read.operands : read.operands.slice(1);
  switch (spec.operands) {
    case 'none':
      if (read.operands.length > 0) addUnknown(run, name, span, `\`${name}\`: operands that are not known`);
      return;
    case 'text':
      return;
    case 'read':
    case 'delete':
      path(spec.operands, read.operands);
      return;
    case 'write':
      if (hasOne(spec.printing, read)) path('read', read.operands);
      else {
        if (replacesAnother(spec, invocation, read, recursive)) return;
        path(
          'write',
          spec.keeps === undefined || !hasOne(spec.keeps, read) ? read.operands : missing(run, read.operands, state),
        );
        if (spec.endings !== undefined && !recursive) path('write', otherNames(spec.endings, read.operands));
        if (spec.replaces !== undefined && !hasOne(spec.replaces, read)) path('delete', read.operands);
      }
      return;
    case 'text-read':
      path('read', rest);
      return;
    case 'text-write':
      path('write', rest);
      return;
    case 'read-one':
      if (read.operands.length > 1) addUnknown(run, name, span, `\`${name}\`: a second operand is written`);
      else path('read', read.operands);
      return;
    case 'read-text':
      path('read', read.operands.slice(0, 1));
      return;
    case 'read-write':
      if (read.operands.length > 2) addUnknown(run, name, span, `\`${name}\`: a third operand`);
      path('read', read.operands.slice(0, 1));
      if (read.operands.length > 1) path('write', read.operands.slice(1));
  }
}

/** `gzip a`: `a.gz` is new and holds all that was in `a`, which goes. True: this is all it does. */
function replacesAnother(spec: Spec, { run, state }: Invocation, read: Arguments, recursive: boolean): boolean {
  if (spec.endings === undefined || recursive || state.pathsMoved || read.operands.length === 0) return false;
  if (read.paths.length > 0 || read.operands.some((word) => word.kind !== 'text')) return false;
  const is = (word: Field, kinds: readonly string[]): boolean => {
    const facts = word.kind === 'text' ? resolve(run, word.text, state) : [];
    return facts.length > 0 && facts.every(({ kind, path }) => kinds.includes(kind) && !wasTouched(run.changes, path));
  };
  const others = otherNames(spec.endings, read.operands);
  if (!read.operands.every((word) => is(word, ['file', 'missing'])) || !others.every((word) => is(word, ['missing'])))
    return false;
  for (const word of others) addPathAs(run, 'write', word, state, spec.resource);
  if (spec.replaces !== undefined && !hasOne(spec.replaces, read))
    for (const word of read.operands) addPathAs(run, 'delete', word, state, spec.resource, { undoable: true });
  return true;
}

/** Without the folders that are there: nothing is made of them. */
const missing = (run: Run, words: readonly Field[], state: State): readonly Field[] =>
  words.filter((word) => {
    const facts = word.kind === 'text' && !state.pathsMoved ? resolve(run, word.text, state) : [];
    const there =
      facts.length > 0 && facts.every(({ kind, path }) => kind === 'folder' && !wasTouched(run.changes, path));
    return !there;
  });

const isLooseUnknown = (word: Field | undefined): boolean => word?.kind === 'unknown' && word.single !== true;

/** Where links are followed, everything below is certain only when no link there leads out. */
function below(run: Run, word: Field, state: State, recursive: boolean, follows: boolean): PathOptions {
  if (!recursive) return {};
  return follows && !staysBelow(run, word, state)
    ? { recursive, certainty: 'possible', note: 'follows links, which may lead out of it' }
    : { recursive };
}

const isLookedUp = (run: Run, pattern: string, state: State): boolean =>
  !state.pathsMoved && matchingNow(run, pattern, state.cwds) !== undefined;

/** A pattern whose matches may be options in one of the folders the shell may be in, or lists of options: any word at all. */
export function withoutOptions(run: Run, args: readonly Field[], state: State, lists: boolean): readonly Field[] {
  const mayBegin = (sign: string, text: string): boolean => text.startsWith(sign) || /^[*?[]/.test(text);
  const note = 'a pattern, where a file has the name of an option';
  const there = new Map<string, boolean>();
  const isThere = (sign: string): boolean => {
    const found = there.get(sign) ?? (matchingNow(run, `${sign}*`, state.cwds)?.length ?? 0) > 0;
    there.set(sign, found);
    return found;
  };
  return args.map((word) =>
    word.kind === 'glob' &&
    ((mayBegin('-', word.text) && isThere('-')) || (lists && mayBegin('@', word.text) && isThere('@')))
      ? { kind: 'unknown', note, span: word.span }
      : word,
  );
}

/** A pattern that matches nothing now is passed on as it stands. */
export function asPassedOn(run: Run, args: readonly Field[], state: State): readonly Field[] {
  if (state.pathsMoved || !args.some(({ kind }) => kind === 'glob')) return args;
  const nothing = (pattern: string): boolean => matchingNow(run, pattern, state.cwds)?.length === 0;
  return args.map((word) =>
    word.kind === 'glob' && nothing(word.text) ? { kind: 'text', text: word.text, span: word.span } : word,
  );
}

/** What a file is called once it is packed or unpacked; an ending does not tell which of the two is meant. */
function otherNames(endings: string, words: readonly Field[]): readonly Field[] {
  return words.flatMap((word): readonly Field[] => {
    if (word.kind === 'unknown') return [];
    if (word.kind === 'glob') return [{ kind: 'unknown', note: 'names made from a pattern', span: word.span }];
    const pairs = endings.split(' ').map((each) => each.split('='));
    const [ending = '', instead = ''] = pairs.find(([end = '']) => word.text.endsWith(end)) ?? [];
    const packed: Field = { ...word, text: word.text + (pairs[0]?.[0] ?? '') };
    return ending === '' ? [packed] : [{ ...word, text: word.text.slice(0, -ending.length) + instead }, packed];
  });
}
