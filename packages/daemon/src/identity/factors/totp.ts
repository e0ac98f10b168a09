// Time-based one-time codes (RFC 6238) as every authenticator app makes them: SHA-1, six digits, thirty seconds. INVARIANT: a
// time step is good for one code of one person, once: whoever looked over a shoulder comes too late.
import { Secret, TOTP } from 'otpauth';

/** Of the key: as long as the hash, as RFC 4226 asks. */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** A clock that is half a minute off, or a code that was typed slowly. */
const STEPS_AROUND = 1;

const generatorOf = (secret: Uint8Array, label = ''): TOTP =>
  new TOTP({
    issuer: 'Castellan',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
  });

export const newTotpSecret = (random: (bytes: number) => Buffer): Uint8Array => new Uint8Array(random(SECRET_BYTES));

/** For typing it in by hand. */
export const base32Of = (secret: Uint8Array): string => generatorOf(secret).secret.base32;

/** `otpauth://totp/…`: what the page shows as a picture. */
export const totpUri = (secret: Uint8Array, name: string): string => generatorOf(secret, name).toString();

/** The time step the code is of, or null: a wrong code, or one of a step that is `used` or older. */
export function acceptedStep(secret: Uint8Array, code: string, now: number, used: number): number | null {
  const delta = generatorOf(secret).validate({ token: code, timestamp: now, window: STEPS_AROUND });
  if (delta === null) return null;
  const step = Math.floor(now / 1000 / PERIOD_SECONDS) + delta;
  return step > used ? step : null;
}
