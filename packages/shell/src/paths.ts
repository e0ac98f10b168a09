// Paths inside a command: from the text the shell would pass on to effects with real targets and places.
import type { Certainty, EffectKind, PathFact } from '@castellan/contract';
import { matchesProtected, protectedInside } from './protected.ts';
import { add, addUnknown, MAX_EFFECTS, type Run, type Span } from './run.ts';
import type { State } from './state.ts';
import type { Field } from './word.ts';

export type PathKind = Extract<EffectKind, 'read' | 'write' | 'delete'>;

export interface PathOptions {
  /** Everything below is meant too. */
  readonly recursive?: boolean;
  readonly certainty?: Certainty;
  readonly note?: string;
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
      return;
    case 'glob':
      addGlob(run, kind, field.folder, field.text, field.span, state, options);
      return;
    case 'text':
      if (HARMLESS.test(field.text)) return;
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
  const note = options.note ?? moved ?? (options.recursive === true ? 'with everything below' : undefined);
  const certainty = options.certainty ?? (state.pathsMoved ? 'possible' : 'certain');
  add(run, {
    kind,
    target: fact.path,
    targetKind: 'path',
    place: fact.place,
    certainty,
    span,
    ...(options.recursive === true ? { recursive: true } : {}),
    ...(note === undefined ? {} : { note }),
  });
  addSafety(run, kind, fact, span, certainty);
  if (options.recursive === true || kind === 'delete') addInside(run, kind, fact, span);
}

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

/** `rm -r ~` never names the state folder, and takes it all the same. */
function addInside(run: Run, kind: PathKind, fact: PathFact, span: Span): void {
  for (const inside of protectedInside(run, fact.path)) {
    if (kind === 'read' && inside.place === 'agent-config') continue;
    add(run, { kind, target: inside.path, targetKind: 'path', place: inside.place, certainty: 'possible', span });
    addSafety(run, kind, { path: inside.path, kind: 'other', place: inside.place }, span, 'possible');
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
