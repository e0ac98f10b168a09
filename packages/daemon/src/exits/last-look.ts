// The last look at a text that was made of what had passed the exits: making it may change the case of a value, or put two halves
// of one together. INVARIANT: what passes holds no known value in any case; only words of ours, ids, digests and numbers may look
// like one.
import type { JsonValue } from '@castellan/contract';
import type { Redactor } from '@castellan/secrets';
import { isMembers, isOurWord } from './own-words.ts';

export interface LastLook {
  /** The names of known values in a text. */
  mentions(text: string): readonly string[];
  /** The value with known ones taken out of its strings, in any case; the string they stood in is then in lower case. */
  without(value: JsonValue): JsonValue;
  /** What is ours of it: everything that somebody else may have written is empty. */
  bare(value: JsonValue): JsonValue;
}

const OURS = /^(?:[a-z]{2,12}_[0-9a-z]{6,40}|sha256:[0-9a-f]{64}|[0-9.]{1,20})$/;
const isOurs = (text: string): boolean => isOurWord(text) || OURS.test(text);

function mapped(value: JsonValue, text: (text: string) => string): JsonValue {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((part: JsonValue) => mapped(part, text));
  if (!isMembers(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [text(name), mapped(part, text)]));
}

export const lastLook = (redactor: Pick<Redactor, 'anyCase'>): LastLook => ({
  mentions: (text) => redactor.anyCase().mentions(text),
  without: (value) => mapped(value, (text) => (isOurWord(text) ? text : redactor.anyCase().text(text))),
  bare: (value) => mapped(value, (text) => (isOurs(text) ? text : '')),
});
