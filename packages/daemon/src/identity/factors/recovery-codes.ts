// Recovery codes: for whoever lost the phone. Each is 80 random bits, so a plain digest keeps it: nobody can try 2^80 of them
// through a hash, slow or not, and a slow one would only make answering cost more.
import { digestOf } from '../credentials.ts';

const HOW_MANY = 10;
const BYTES = 10;
/** Without I, L, O and U: what is written down by hand is read again by hand. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function written(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  const letters = Array.from({ length: (BYTES * 8) / 5 }, (_, n) => LETTERS[Number((bits >> BigInt(n * 5)) & 31n)]);
  return letters.join('').replaceAll(/.{4}(?=.)/g, '$&-');
}

/** `ABCD-EFGH-JKMN-PQRS`, ten of them. */
export const newRecoveryCodes = (random: (bytes: number) => Buffer): readonly string[] =>
  Array.from({ length: HOW_MANY }, () => written(random(BYTES)));

/** However it was typed: small letters, without the lines between, `o` for a nought. */
export const recoveryDigest = (code: string): Buffer =>
  digestOf(code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1'));
