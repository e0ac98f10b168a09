// Text of an agent as text for a person far away: one line, nothing that hides or turns round what stands beside it, cut to
// a length. INVARIANT: made plain before it is redacted, because a secret with something invisible in its middle is found by
// nobody until the invisible is gone; cut after it, because half a secret is found by nobody either.

/**
 * Controls and breaks of lines become blanks; formats (bidirectional, zero-width, tags) and halves of letters go, also where
 * a summary has written them out (`\u{200b}`) for a person who looks closely.
 */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/\\u\{[0-9a-f]{1,6}\}/gi, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Cf}|\p{Co}|\p{Cn}|[\u115f\u1160\u3164\uffa0]|\u034f/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** At most `max` UTF-16 units, the mark of the cut included; no letter is cut in two. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/u, '')}…`;
}

/** A word of a server that refused: short, and without anything long enough to be a token that it repeats. */
export const serverWords = (text: unknown): string =>
  typeof text === 'string' ? cut(plain(text.slice(0, 1000)).replace(/[\w+/=:-]{24,}/g, '…'), 160) : '';
