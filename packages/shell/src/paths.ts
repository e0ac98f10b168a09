// Paths inside a command: from the text the shell would pass on to effects with real targets and places.
import type { Certainty, EffectKind, PathFact, Resource } from '@castellan/contract';
import { hasLanded } from './changes.ts';
import { pathResource } from './path-resource.ts';
import { keysBelow, matchesProtected, matchingNow, protectedInside } from './protected.ts';
import { add, addUnknown, type Found, MAX_EFFECTS, type Run, step } from './run.ts';
import type { Span } from './span.ts';
import type { State } from './state.ts';
import { addUntoldPath } from './untold-path.ts';
import type { Field } from './word.ts';

const MANY = 256;

export type PathKind = Extract<EffectKind, 'read' | 'write' | 'delete'>;

export interface PathOptions {
  /** Everything below is meant too. */
  readonly recursive?: boolean;
  readonly certainty?: Certainty;
  readonly note?: string;
  /** What is read or changed of it, where that is less than what it is: `names` shows nothing of what lies below. */
  readonly resource?: Resource;
  /** Whoever adds it knows that it can be taken back. */
  readonly undoable?: boolean;
}

/** Streams of the command itself: whoever opened them was counted there. */
const HARMLESS = /^\/dev\/(?:null|zero|full|random|urandom|tty|std(?:in|out|err)|fd\/\d+)$/;

/** Every place a path may lead, one for each folder the shell may be in. Empty: a relative path and no known folder. */
export function resolve(run: Run, text: string, state: State): readonly PathFact[] {
  const absolute = text.startsWith('/');
  // A quoted `~` or a name that begins `file:` is an ordinary name here; facts would read it as home or as a URL.
  const path = absolute || !/^(?:~|file:)/i.test(text) ? text : `./${text}`;
  const folders = absolute ? (state.cwds ?? ['/']).slice(0, 1) : (state.cwds ?? []);
  return folders.map((cwd) => run.facts.resolvePath(path, { cwd, workspace: run.workspace }));
}

export function addPath(run: Run, kind: PathKind, field: Field, state: State, options: PathOptions = {}): void {
  // Looking further would only take time: the list already says that it is not complete.
  if (run.effects.length > MAX_EFFECTS) return;
  switch (field.kind) {
    case 'unknown':
      addUnknown(run, '', field.span, `${kind}s a path that is not known: ${field.note}`);
      if (options.resource !== 'names') addUntoldPath(run, kind, field, state, options);
      return;
    case 'glob':
      addGlob(run, kind, field.folder, field.text, field.span, state, options);
      return;
    case 'text':
      if (HARMLESS.test(field.text)) return;
      // Each is looked for on the disk.
      if (run.effects.length > MANY && !step(run, field.span)) return;
      addText(run, kind, field.text, field.span, state, options);
  }
}

function addText(run: Run, kind: PathKind, text: string, span: Span, state: State, options: PathOptions): void {
  const facts = resolve(run, text, state);
  if (facts.length === 0) addUnknown(run, text, span, `${kind}s \`${text}\` in a folder that is not known`);
  for (const fact of facts) addFact(run, kind, fact, span, state, options);
}

function addFact(run: Run, kind: PathKind, fact: PathFact, span: Span, state: State, options: PathOptions): void {
  const moved = state.pathsMoved ? 'what the path leads to may change earlier in this command' : undefined;
  // Nothing lies below a file, as long as it stays one.
  const recursive = options.recursive === true && (fact.kind !== 'file' || state.pathsMoved);
  const note = options.note ?? moved ?? (recursive ? 'with everything below' : undefined);
  const certainty = options.certainty ?? (state.pathsMoved || !isTold(fact) ? 'possible' : 'certain');
  // What is keys stays keys, unless only its name is looked at.
  const own = options.resource === 'names' ? undefined : pathResource(fact.path, run.facts.home);
  const resource = own ?? options.resource;
  const undoable =
    options.undoable === true ||
    (!recursive && certainty === 'certain' && changesOne(kind, fact, options) && canUndo(run, fact));
  const found: Found = {
    kind,
    target: fact.path,
    targetKind: 'path',
    // Which processes and devices there are is no more than which files there are.
    place: fact.place === 'device' && (resource === 'names' || isTable(kind, fact)) ? 'system' : fact.place,
    certainty,
    span,
    ...(resource === undefined ? {} : { resource }),
    ...(undoable ? { undoable } : {}),
    ...(recursive ? { recursive } : {}),
    ...(note === undefined ? {} : { note }),
  };
  add(run, found);
  addSafety(run, kind, fact, span, certainty);
  if (recursive || kind === 'delete') addInside(run, kind, fact, span, options);
}

/** Tables of the kernel that `ps`, `mount` and `lsof` print to anybody; not memory, environments or open files (proc(5)). */
const isTable = (kind: PathKind, { path }: PathFact): boolean =>
  kind === 'read' &&
  /^\/proc\/(?:(?:\d+|self)\/(?:cmdline|comm|stat|statm|status|limits|cgroup|mounts|mountinfo|uptime)|net\/(?:dev|route|tcp6?|udp6?|arp|sockstat)|partitions|mounts|swaps|stat|vmstat|diskstats|interrupts|modules|devices|cmdline|mdstat)$/.test(
    path,
  );

/** Of what is removed, a file whose bytes version control holds comes back; a folder or a link does not. */
const changesOne = (kind: PathKind, { kind: what }: PathFact, { resource }: PathOptions): boolean =>
  kind === 'write' || (kind === 'delete' && what === 'file' && resource === undefined);

/** Where a path leads could be told. What could not be walked has no kind and lies elsewhere. */
export const isTold = ({ path, kind, place }: PathFact): boolean =>
  path.startsWith('/') && !(kind === 'other' && place === 'elsewhere');

/** Asked only where a yes could matter: of what is not the user's a person is asked anyway. */
const canUndo = (run: Run, { path, place }: PathFact): boolean =>
  (place === 'workspace' || place === 'temp' || place === 'home' || place === 'elsewhere') &&
  !hasLanded(run.changes, path) &&
  run.facts.isUndoable(path);

/** Changing Castellan's own files or an agent's hooks changes what keeps the agent in bounds (C04). */
function addSafety(run: Run, kind: PathKind, fact: PathFact, span: Span, certainty: Certainty): void {
  const own = fact.place === 'castellan';
  if (!own && (kind === 'read' || fact.place !== 'agent-config')) return;
  add(run, {
    kind: 'change-safety',
    target: fact.path,
    targetKind: 'path',
    place: fact.place,
    certainty: own && kind === 'read' ? 'possible' : certainty,
    span,
    note: own ? 'Castellan’s own folder' : 'an agent’s hooks and settings',
  });
}

/** `rm -r ~` never names the state folder, nor keys, and takes them all the same. */
function addInside(run: Run, kind: PathKind, fact: PathFact, span: Span, { resource }: PathOptions): void {
  // Names, sizes and times show nothing of what is kept there.
  if (resource === 'names') return;
  for (const inside of protectedInside(run, fact.path)) {
    if (kind === 'read' && inside.place === 'agent-config') continue;
    add(run, { kind, target: inside.path, targetKind: 'path', place: inside.place, certainty: 'possible', span });
    addSafety(run, kind, { path: inside.path, kind: 'other', place: inside.place }, span, 'possible');
  }
  for (const { path, place, resource: below } of keysBelow(run, fact)) {
    const note = `lies below \`${fact.path}\``;
    add(run, { kind, target: path, targetKind: 'path', place, certainty: 'possible', resource: below, span, note });
  }
}

function addGlob(
  run: Run,
  kind: PathKind,
  folder: string,
  pattern: string,
  span: Span,
  state: State,
  options: PathOptions,
): void {
  const now = state.pathsMoved || options.certainty !== undefined ? undefined : matchingNow(run, pattern, state.cwds);
  if (now !== undefined) {
    addMatches(run, kind, now, pattern, span, state, options);
    return;
  }
  const note = `whatever matches \`${pattern}\``;
  addText(run, kind, folder === '' ? '.' : folder, span, state, { ...options, certainty: 'possible', note });
  for (const cwd of pattern.startsWith('/') ? ['/'] : (state.cwds ?? [])) {
    for (const reached of matchesProtected(run, pattern, cwd)) {
      if (kind === 'read' && reached.place === 'agent-config') continue;
      add(run, {
        kind: 'change-safety',
        target: reached.path,
        targetKind: 'path',
        place: reached.place,
        certainty: 'possible',
        span,
        note,
      });
    }
  }
}

/** Matches that are named one by one; of more, the ordinary ones stand together for their folder. */
const MAX_NAMED = 50;

/** Every match was looked up, so each is certain. Where nothing matches, a shell passes the pattern on as it is. */
function addMatches(
  run: Run,
  kind: PathKind,
  matches: readonly PathFact[],
  pattern: string,
  span: Span,
  state: State,
  options: PathOptions,
): void {
  if (matches.length === 0) addText(run, kind, pattern, span, state, options);
  if (matches.length <= MAX_NAMED) {
    for (const fact of matches) addFact(run, kind, fact, span, state, options);
    return;
  }
  const groups = new Map<string, PathFact[]>();
  for (const fact of matches) {
    const key = `${pathResource(fact.path, run.facts.home) ?? ''} ${fact.place} ${parent(fact.path)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fact]);
    else group.push(fact);
  }
  for (const [key, [first, ...others]] of groups) {
    if (first === undefined) continue;
    if (others.length === 0 || !key.startsWith(' ')) {
      for (const fact of [first, ...others].slice(0, MAX_NAMED)) addFact(run, kind, fact, span, state, options);
      continue;
    }
    const target = parent(first.path);
    const note = `${others.length + 1} that match \`${pattern}\``;
    const { place } = first;
    const about = options.resource === undefined ? {} : { resource: options.resource };
    const recursive = options.recursive === true ? { recursive: true } : {};
    add(run, { kind, target, targetKind: 'path', place, certainty: 'certain', ...about, ...recursive, span, note });
    if (options.recursive === true || kind === 'delete')
      for (const fact of [first, ...others]) addInside(run, kind, fact, span, options);
    addSafety(run, kind, first, span, 'certain');
  }
}

const parent = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
