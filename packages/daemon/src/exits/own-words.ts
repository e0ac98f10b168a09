// What of a value is ours and not anybody's: the words of our formats, and the numbers in their own members (a time, a size).
// A secret may look like one of them; hiding it there would hide nothing and leave an answer nobody can read.
import type { JsonValue } from '@castellan/contract';
import { protocolWords } from './vocabulary.ts';

export type Members = { readonly [key: string]: JsonValue };

export const isMembers = (value: JsonValue | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isOurWord = (text: string): boolean => protocolWords().has(text);

/** `member`: what it stands under. A number that is a secret from end to end is the secret, wherever it stands. */
export const isOurNumber = (whole: boolean, member: string): boolean => !whole && isOurWord(member);

/** Without what is ours: what is left must hold no secret. */
export function others(value: JsonValue, member = ''): JsonValue {
  if (typeof value === 'string') return isOurWord(value) ? '' : value;
  if (typeof value === 'number') return isOurWord(member) ? 0 : value;
  if (Array.isArray(value)) return value.map((part: JsonValue) => others(part, member));
  if (!isMembers(value)) return value;
  return Object.entries(value).map(([name, part]) => [isOurWord(name) ? '' : name, others(part, name)]);
}

/** `found` with what is ours put back where it stood in `given`. */
export function withOurs(given: JsonValue, found: JsonValue, member = ''): JsonValue {
  if (typeof given === 'string') return isOurWord(given) ? given : found;
  if (typeof given === 'number') return isOurWord(member) ? given : found;
  if (Array.isArray(given))
    return Array.isArray(found) && found.length === given.length
      ? given.map((part: JsonValue, n) => withOurs(part, found[n] ?? null, member))
      : found;
  if (!isMembers(given) || !isMembers(found)) return found;
  const names = Object.keys(given);
  const shown = Object.entries(found);
  if (names.length !== shown.length) return found;
  return Object.fromEntries(
    names.map((name, n) => {
      const [hidden, part] = shown[n] ?? [name, null];
      return [isOurWord(name) ? name : hidden, withOurs(given[name] ?? null, part, name)];
    }),
  );
}
