// Matches a pattern of a schema in one pass over the text. INVARIANT: the work is the length of the text times the length of
// the pattern, whatever either is, and is taken from what is left to spend: a pattern that would make JavaScript's own engine
// go back for ever costs here what any other costs.

import type { Fuel } from './fuel.ts';
import { isRegExp, PatternFault, type PatternNode, parsePattern } from './pattern-parse.ts';

type Step =
  | { readonly kind: 'char'; readonly matches: (char: string) => boolean }
  | { readonly kind: 'split'; readonly to: readonly number[] }
  | { readonly kind: 'at'; readonly place: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly kind: 'ahead'; readonly program: readonly Step[]; readonly not: boolean }
  | { readonly kind: 'match' };

/** `x{1,1000}` is a thousand steps. */
const MAX_STEPS = 4_000;

export interface Pattern {
  test(text: string): boolean;
  toString(): string;
}

/** @throws PatternFault when the pattern cannot be matched in one pass, or is no pattern. */
export function compilePattern(source: string, fuel: Fuel): Pattern {
  const program = programOf(parsePattern(source), { left: MAX_STEPS });
  // The compiler keeps patterns apart by their text.
  return { test: (text) => run(program, Array.from(text), 0, false, fuel), toString: () => source };
}

function programOf(node: PatternNode, room: { left: number }): readonly Step[] {
  const steps: Step[] = [];
  const add = (step: Step): number => steps.push(step) - 1;
  const addSplit = (): { readonly at: number; set(to: readonly number[]): void } => {
    const at = add({ kind: 'split', to: [] });
    return {
      at,
      set: (to) => {
        steps[at] = { kind: 'split', to };
      },
    };
  };
  const put = (part: PatternNode): void => {
    // Counted before it is looked at: nothing a million times is a million times too.
    room.left -= 1;
    if (room.left < 0) throw new PatternFault('a pattern is too large');
    switch (part.kind) {
      case 'char':
        add({ kind: 'char', matches: charOf(part.source) });
        return;
      case 'at':
        add(part);
        return;
      case 'ahead':
        add({ kind: 'ahead', program: programOf(part.part, room), not: part.not });
        return;
      case 'sequence':
        for (const each of part.parts) put(each);
        return;
      case 'either': {
        const fork = addSplit();
        const starts: number[] = [];
        const ends = part.parts.map((each) => {
          starts.push(steps.length);
          put(each);
          return addSplit();
        });
        fork.set(starts);
        for (const end of ends) end.set([steps.length]);
        return;
      }
      case 'repeat': {
        for (let i = 0; i < part.min; i += 1) put(part.part);
        if (part.max === Number.POSITIVE_INFINITY) {
          const fork = addSplit();
          put(part.part);
          addSplit().set([fork.at]);
          fork.set([fork.at + 1, steps.length]);
          return;
        }
        const forks = [];
        for (let i = part.min; i < part.max; i += 1) {
          forks.push(addSplit());
          put(part.part);
        }
        for (const fork of forks) fork.set([fork.at + 1, steps.length]);
        return;
      }
    }
  };
  put(node);
  add({ kind: 'match' });
  return steps;
}

/** A class or an escape of one character is asked of JavaScript: one character leaves nothing to go back to. */
function charOf(source: string): (char: string) => boolean {
  if (source.length === 1 && source !== '.') return (char) => char === source;
  const one = regExpOf(`^(?:${source})$`);
  const known = new Map<string, boolean>();
  return (char) => {
    const cached = known.get(char);
    if (cached !== undefined) return cached;
    const matches = one.test(char);
    if (known.size < 256) known.set(char, matches);
    return matches;
  };
}

function regExpOf(source: string): RegExp {
  const flags = ['u', ''].find((each) => isRegExp(source, each));
  if (flags === undefined) throw new PatternFault('a pattern is not a regular expression');
  return new RegExp(source, flags);
}

const WORD = /^[A-Za-z0-9_]$/;
const isWord = (char: string | undefined): boolean => char !== undefined && WORD.test(char);

/** Every place a match could be at is followed at once, so nothing is ever tried twice. */
function run(program: readonly Step[], text: readonly string[], from: number, anchored: boolean, fuel: Fuel): boolean {
  let now: number[] = [];
  fuel.spend(program.length);
  const seen = new Int32Array(program.length).fill(-1);
  const reach = (start: number, at: number, list: number[]): boolean => {
    const waiting = [start];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const step = program[index];
      if (step === undefined || seen[index] === at) continue;
      seen[index] = at;
      fuel.spend(1);
      switch (step.kind) {
        case 'match':
          return true;
        case 'char':
          list.push(index);
          break;
        case 'split':
          for (const to of step.to) waiting.push(to);
          break;
        case 'at':
          if (isAt(step.place, text, at)) waiting.push(index + 1);
          break;
        case 'ahead':
          if (run(step.program, text, at, true, fuel) !== step.not) waiting.push(index + 1);
          break;
      }
    }
    return false;
  };
  for (let at = from; ; at += 1) {
    if ((!anchored || at === from) && reach(0, at, now)) return true;
    const char = text[at];
    if (char === undefined || (anchored && now.length === 0)) return false;
    const next: number[] = [];
    for (const index of now) {
      const step = program[index];
      if (step?.kind === 'char' && step.matches(char) && reach(index + 1, at + 1, next)) return true;
    }
    fuel.spend(now.length + 1);
    now = next;
  }
}

function isAt(place: 'start' | 'end' | 'edge' | 'inside', text: readonly string[], at: number): boolean {
  switch (place) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'edge':
      return isWord(text[at - 1]) !== isWord(text[at]);
    case 'inside':
      return isWord(text[at - 1]) === isWord(text[at]);
  }
}
