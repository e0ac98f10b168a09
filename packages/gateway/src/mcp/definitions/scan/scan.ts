// What a definition may be up to, by its texts: instructions to the model, hidden text, hints of carrying something away.
// INVARIANT: findings are shown to a person and decide nothing; every text of a definition is looked at, and each look is one
// pass over it.
import type { Definition, DefinitionKind, Finding, JsonValue } from '@castellan/contract';
import { isObject } from '../arguments/pointer.ts';
import { textsOf } from '../texts.ts';
import { excerptAt, visible } from '../visible.ts';
import { encodedIn } from './encoded.ts';
import { hiddenIn } from './hidden.ts';
import { addressesIn, carrierIn, secretPlacesIn, tagsIn } from './marks.ts';
import { PHRASES } from './phrase-list.ts';
import { phraseBook, spokenIn } from './phrases.ts';
import { wordsIn } from './words.ts';

/** Of one definition: who hides forty things is found out by twenty. */
const MAX_FINDINGS = 20;
const BOOK = phraseBook(PHRASES);

interface About {
  readonly definition: DefinitionKind;
  readonly name: string;
}

/** What was found in a definition, in the order it was said. */
export function scan({ kind, name, definition }: Definition): readonly Finding[] {
  const about = { definition: kind, name };
  return once([
    ...textsOf(definition).flatMap(({ path, text }) => inText(text, path, about)),
    ...carriers(definition.inputSchema, about),
  ]);
}

/** What was found in what a server says of itself to a model. Told of a prompt that no server can have. */
export const scanInstructions = (text: string): readonly Finding[] =>
  once(inText(text, 'instructions', { definition: 'prompt', name: '(instructions)' }));

function inText(text: string, path: string, about: About): readonly Finding[] {
  if (text.length < 4) return [];
  const words = wordsIn(text);
  const found = (kind: Finding['kind'], what: string, excerpt: string): Finding => ({
    kind,
    ...about,
    text: `${what} (\`${visible(path).slice(0, 80)}\`)`,
    excerpt,
  });
  return [
    ...hiddenIn(text).map((each) => found('hidden-text', each.text, each.excerpt)),
    ...encodedIn(text).map((each) => found('hidden-text', each.text, each.excerpt)),
    ...[...tagsIn(text), ...secretPlacesIn(text, words), ...addressesIn(text)].map((each) =>
      found(each.kind, each.text, each.excerpt),
    ),
    ...spokenIn(words, BOOK).map(({ phrase, at, end }) =>
      found(phrase.kind, phrase.text, excerptAt(text, at, end - at)),
    ),
  ];
}

/** Arguments by their names, at any depth of the schema. */
function carriers(schema: JsonValue | undefined, about: About): readonly Finding[] {
  const found: Finding[] = [];
  const waiting: JsonValue[] = schema === undefined ? [] : [schema];
  for (let value = waiting.pop(); value !== undefined && found.length < MAX_FINDINGS; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (isObject(value) && isObject(value.properties))
      for (const [name, each] of Object.entries(value.properties)) {
        const description = isObject(each) && typeof each.description === 'string' ? each.description : '';
        const text = carrierIn(visible(name), wordsIn(description));
        if (text !== null)
          found.push({
            kind: 'exfiltration',
            ...about,
            text,
            ...(description !== '' && { excerpt: excerptAt(description, 0, 120) }),
          });
      }
    waiting.push(...Object.values(value));
  }
  return found;
}

/** The same thing in twenty places is one thing. */
function once(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings
    .filter(({ kind, text, excerpt }) => {
      const key = `${kind} ${text.replace(/ \([^()]*\)$/, '')} ${excerpt}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, MAX_FINDINGS);
}
