// New ids: 100 random bits in lower-case base 32, so that no id can be guessed and every id is easy to read aloud.
import type { Clock } from './clock.ts';

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

export function newId<Prefix extends string>(clock: Clock, prefix: Prefix): `${Prefix}_${string}` {
  const letters = Array.from(clock.random(20), (byte) => DIGITS.charAt(byte & 31)).join('');
  return `${prefix}_${letters}`;
}
