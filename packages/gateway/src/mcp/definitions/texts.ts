// Every text of a definition with where it stands: names of properties, defaults and examples are read by a model as much as
// a description is. INVARIANT: what is walked is bounded, so that a hostile definition costs what an ordinary long one does.
import type { JsonValue } from '@castellan/contract';

/** What a text is to whoever reads it. */
export type TextRole = 'prose' | 'name' | 'value';

export interface FoundText {
  /** Dotted. */
  readonly path: string;
  readonly role: TextRole;
  readonly text: string;
}

/** Members that hold sentences; everything else is a value: an enum, a default, an example, an address. */
const PROSE: ReadonlySet<string> = new Set([
  'description',
  'title',
  '$comment',
  'instructions',
  'text',
  'summary',
  'usage',
]);
const MAX_TEXTS = 20_000;

/** In the order they were said. */
export function textsOf(whole: JsonValue): readonly FoundText[] {
  const found: FoundText[] = [];
  const waiting: { readonly value: JsonValue; readonly path: string; readonly member: string }[] = [
    { value: whole, path: '', member: '' },
  ];
  for (let item = waiting.pop(); item !== undefined && found.length < MAX_TEXTS; item = waiting.pop()) {
    const { value, path, member } = item;
    if (typeof value === 'string') found.push({ path, role: PROSE.has(member) ? 'prose' : 'value', text: value });
    if (typeof value !== 'object' || value === null) continue;
    const isList = Array.isArray(value);
    for (const [name, part] of Object.entries(value).toReversed()) {
      const below = path === '' ? name : `${path}.${name}`;
      if (!isList) found.push({ path: below, role: 'name', text: name });
      waiting.push({ value: part, path: below, member: isList ? member : name });
    }
  }
  return found;
}
