// `case`: the branches that may be taken, in order. A branch is skipped only where its patterns are certain not to match.
import type { Case, CaseItem, CompoundList, Word } from 'unbash';
import { isCostly, patternToRegExp } from './glob.ts';
import { conditionally, type Run } from './run.ts';
import { after, bothWays, type Flow, join, type State } from './state.ts';
import { valueFor } from './word.ts';

type Walk = (run: Run, list: CompoundList, state: State) => Flow;

export function walkCase(run: Run, node: Case, state: State, walk: Walk): Flow {
  const word = valueFor(run, node.word, state);
  const text = word.kind === 'text' ? word.text : undefined;
  let end: State | undefined;
  /** Where no branch was taken yet, and where the one before fell through. */
  let open: State | undefined = state;
  let through: State | undefined;
  let sure = true;
  for (const item of node.items) {
    if (open === undefined) visited(run, item, state);
    const matches = open === undefined ? false : matching(run, item, text, open);
    const before: State | undefined = join(matches === false ? undefined : open, through);
    through = undefined;
    if (matches !== false && matches !== true) sure = false;
    if (matches === true) open = undefined;
    if (before === undefined) continue;
    const body: State | undefined = after(
      sure ? walk(run, item.body, before) : conditionally(run, () => walk(run, item.body, before)),
    );
    if (item.terminator === ';&') through = body;
    else if (item.terminator === ';;&') open = join(open, body);
    else end = join(end, body);
  }
  return bothWays(join(join(end, open), through) ?? state);
}

function visited(run: Run, item: CaseItem, state: State): void {
  for (const pattern of item.pattern) valueFor(run, pattern, state);
}

/** Whether a pattern of the branch matches: undefined where that cannot be told. */
function matching(run: Run, item: CaseItem, text: string | undefined, state: State): boolean | undefined {
  let all: boolean | undefined = false;
  for (const pattern of item.pattern) {
    const one = matchesOne(run, pattern, text, state);
    if (one === true) return true;
    if (one === undefined) all = undefined;
  }
  return all;
}

function matchesOne(run: Run, pattern: Word, text: string | undefined, state: State): boolean | undefined {
  const value = valueFor(run, pattern, state);
  if (pattern.text === '*') return true;
  if (text === undefined || value.kind !== 'text') return undefined;
  if (pattern.parts === undefined) return /^[\w./:@%,+-]*$/.test(pattern.text) ? pattern.text === text : undefined;
  if (pattern.parts.every(({ type }) => /Quoted$/.test(type))) return value.text === text;
  const plain = pattern.parts.every(
    (part) =>
      (part.type === 'Literal' && /^[\w./:@%,+-]*$/.test(part.text)) ||
      (part.type === 'Glob' && part.kind !== 'bracket'),
  );
  const expression =
    plain && text.length <= 1000 && !isCostly(pattern.text) ? patternToRegExp(pattern.text) : undefined;
  return expression?.test(text);
}
