// What may be a known secret: long enough to be found without redacting ordinary words, under a name that can say nothing
// else. A value of four to seven characters is found as a whole token only.

export interface KnownSecret {
  readonly name: string;
  readonly value: string;
}

/** Shorter values are refused: they would be half-protected, or redact half of everything. */
export const MIN_SECRET_LENGTH = 4;

/** From this length on a value is found anywhere, also inside a word. */
export const ANYWHERE_LENGTH = 8;

/** A value longer than this is a file; redacting it whole would cost every other text. */
export const MAX_SECRET_LENGTH = 65_536;

/** Why a value cannot be protected, in words for a person; null when it can. */
export function whyNotProtected(value: string): string | null {
  if (value.length < MIN_SECRET_LENGTH) {
    return `a secret has at least ${MIN_SECRET_LENGTH} characters; a shorter one is found in every text`;
  }
  if (value.length > MAX_SECRET_LENGTH) return `a secret has at most ${MAX_SECRET_LENGTH} characters`;
  if (value.trim().length < MIN_SECRET_LENGTH) {
    return `without the white space around it the value has fewer than ${MIN_SECRET_LENGTH} characters`;
  }
  return null;
}

/** INVARIANT: what stands in the place of a secret can neither end the marker nor start a line, a tag or an escape. */
export function markerName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 64);
  return safe === '' ? 'secret' : safe;
}
