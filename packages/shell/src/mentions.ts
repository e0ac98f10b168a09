// Words that lead to what keeps the agent in bounds. Any word that leads into Castellan's folder counts, whatever the
// command makes of it (C04); an agent's hooks and settings count where the command could not be told.
import { resolve } from './paths.ts';
import { add, type Run } from './run.ts';
import type { State } from './state.ts';
import type { Field } from './word.ts';

const MAX_WORDS = 200;

/** `--file=x`, `of=x`, `host:/x`, `@/x` and `-f/x` hold a path behind something else. */
function candidates(text: string): readonly string[] {
  const assigned = text.indexOf('=');
  const slash = text.indexOf('/');
  return [text, ...(assigned > 0 ? [text.slice(assigned + 1)] : []), ...(slash > 0 ? [text.slice(slash)] : [])];
}

export function addMentions(
  run: Run,
  words: readonly Field[],
  state: State,
  options: { readonly untold: boolean },
): void {
  for (const word of words.slice(0, MAX_WORDS)) {
    if (word.kind !== 'text') continue;
    const facts = candidates(word.text)
      .filter((text) => text !== '' && text.length < 4096 && (!text.startsWith('-') || text.includes('/')))
      .flatMap((text) => resolve(run, text, state));
    const fact = facts.find(({ place }) => place === 'castellan' || (options.untold && place === 'agent-config'));
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
