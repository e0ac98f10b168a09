// New ids: 80 random bits in hexadecimal, so that no id can be guessed; the command takes any part of one that is unique.
import type { Clock } from './clock.ts';

export const newId = <Prefix extends string>(clock: Clock, prefix: Prefix): `${Prefix}_${string}` =>
  `${prefix}_${clock.random(10).toString('hex')}`;
