// Words that lead to what keeps the agent in bounds. Any word that leads into Castellan's folder counts, whatever the
// command makes of it (C04); an agent's hooks and settings count where the command could not be told.
import type { PathFact } from '@castellan/contract';
import { pathResource } from './path-resource.ts';
import { resolve } from './paths.ts';
import { matchesProtected } from './protected.ts';
import { add, addNotWhole, type Run } from './run.ts';
import type { Span } from './span.ts';
import type { State } from './state.ts';
import type { Field } from './word.ts';

const MAX_WORDS = 1000;

/** `--file=x`, `of=x`, `host:/x`, `@/x` and `-f/x` hold a path behind something else. */
function candidates(text: string): readonly string[] {
  const assigned = text.indexOf('=');
  const slash = text.indexOf('/');
  return [text, ...(assigned > 0 ? [text.slice(assigned + 1)] : []), ...(slash > 0 ? [text.slice(slash)] : [])];
}

export interface Mentions {
  /** What the command does could not be told. */
  readonly untold: boolean;
  /** Nobody knows the command, or it copies: a folder it is given is given with everything below. */
  readonly whole?: boolean;
}

export function addMentions(run: Run, words: readonly Field[], state: State, options: Mentions): void {
  const [beyond] = words.slice(MAX_WORDS);
  if (beyond !== undefined) addNotWhole(run, beyond.span);
  for (const word of words.slice(0, MAX_WORDS)) {
    if (word.kind === 'unknown') continue;
    const fact =
      word.kind === 'text' ? byText(run, word.text, state, options) : byPattern(run, word.text, state, options);
    if (untoldKeys(word, options)) addKeys(run, word.text, state, word.span);
    if (fact === undefined) continue;
    add(run, {
      kind: 'change-safety',
      target: fact.path,
      targetKind: 'path',
      place: fact.place,
      certainty: 'possible',
      span: word.span,
      note: 'a word leads there',
    });
  }
}

const untoldKeys = (word: Field, { untold }: Mentions): boolean => untold && word.kind === 'text';

/** A command nobody knows that is told where keys lie may read them. */
function addKeys(run: Run, text: string, state: State, span: Span): void {
  const facts = pathsIn(run, text, state);
  const key = facts.find(({ path }) => pathResource(path, run.facts.home) === 'credentials');
  if (key === undefined) return;
  add(run, {
    kind: 'read',
    target: key.path,
    targetKind: 'path',
    place: key.place,
    certainty: 'possible',
    resource: 'credentials',
    span,
    note: 'a word leads there',
  });
}

const pathsIn = (run: Run, text: string, state: State): readonly PathFact[] =>
  candidates(text)
    .filter((each) => each !== '' && each.length < 4096 && (!each.startsWith('-') || each.includes('/')))
    .flatMap((each) => resolve(run, each, state));

type Reached = Pick<PathFact, 'path' | 'place'>;

function byText(run: Run, text: string, state: State, { untold, whole }: Mentions): Reached | undefined {
  const facts = pathsIn(run, text, state);
  const fact = facts.find(({ place }) => place === 'castellan' || (untold && place === 'agent-config'));
  if (fact !== undefined || whole !== true) return fact;
  const { stateFolder } = run.facts;
  return facts.some(({ path }) => isGivenAway(run, path)) ? { path: stateFolder, place: 'castellan' } : undefined;
}

/**
 * A folder above the state folder. Not the workspace itself, which every build is told about, nor
 * `/`, which is often a path on another machine: those ask a person like everything nobody knows.
 */
function isGivenAway({ facts, workspace }: Run, path: string): boolean {
  return path !== '/' && path !== workspace && facts.stateFolder.startsWith(`${path}/`);
}

/** An agent's settings count where the pattern asks for hidden names: `eslint *` does not. */
function byPattern(run: Run, pattern: string, state: State, { untold }: Mentions): Reached | undefined {
  if (!untold) return undefined;
  const hidden = /(?:^|\/)\.[^./]/.test(pattern);
  return (pattern.startsWith('/') ? ['/'] : (state.cwds ?? []))
    .flatMap((cwd) => matchesProtected(run, pattern, cwd))
    .find(({ place }) => place === 'castellan' || hidden);
}
