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

/**
 * Without what of ours looks like a secret by itself: what is left must hold none. The rest of it stays, because a secret may
 * be a piece of JSON with words of ours in it.
 */
export function others(value: JsonValue, isClean: (text: string) => boolean, member = ''): JsonValue {
  if (typeof value === 'string') return isOurWord(value) && !isClean(value) ? '' : value;
  if (typeof value === 'number') return isOurWord(member) && !isClean(String(value)) ? 0 : value;
  if (Array.isArray(value)) return value.map((part: JsonValue) => others(part, isClean, member));
  if (!isMembers(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part], n) => [
      isOurWord(name) && !isClean(name) ? `${n}` : name,
      others(part, isClean, name),
    ]),
  );
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
