// Whether an address fits a pattern (RFC 6570). Patterns are a server's and addresses a client's: both may be hostile, so a match
// takes at most parts times characters, is paid for out of a budget, and has no answer once that is used up.

interface Part {
  /** What comes first; where it does not, the part is left out if it may be. */
  readonly begins: string;
  /** Of a variable: what it may not hold; null: the part is literal. */
  readonly stops: string | null;
  readonly optional: boolean;
}

/** How much work is left: characters looked at, once for each part. */
export interface Steps {
  left: number;
}

export interface UriMatcher {
  /** Whatever fits begins and ends so: compared first, for that costs next to nothing. */
  readonly prefix: string;
  readonly suffix: string;
  /** False as well where the work is not done when `steps` are used up. */
  fits(uri: string, steps: Steps): boolean;
}

const OPERATORS: Readonly<Record<string, Part>> = {
  '+': { begins: '', stops: '', optional: false },
  '#': { begins: '#', stops: '', optional: true },
  '.': { begins: '.', stops: '/?#', optional: true },
  '/': { begins: '/', stops: '?#', optional: true },
  ';': { begins: ';', stops: '/?#', optional: true },
  '?': { begins: '?', stops: '#', optional: true },
  '&': { begins: '&', stops: '#', optional: true },
};
const SIMPLE: Part = { begins: '', stops: '/?#', optional: false };
/** Literals and variables of one pattern. The longest of a known server has nine. */
export const MAX_TEMPLATE_PARTS = 16;

/** Null: the text is no pattern, or one of too many parts. */
export function uriMatcher(pattern: string): UriMatcher | null {
  const parts: Part[] = [];
  for (const piece of pattern.split(/(\{[^{}]*\})/)) {
    if (piece === '') continue;
    if (piece.startsWith('{')) parts.push(OPERATORS[piece[1] ?? ''] ?? SIMPLE);
    else if (/[{}]/.test(piece)) return null;
    else parts.push({ begins: piece, stops: null, optional: false });
    if (parts.length > MAX_TEMPLATE_PARTS) return null;
  }
  const literal = (part: Part | undefined): string => (part?.stops === null ? part.begins : '');
  return {
    prefix: literal(parts[0]),
    suffix: literal(parts.at(-1)),
    fits: (uri, steps) => hasLiterals(parts, uri) && fits(parts, uri, steps),
  };
}

/** Every literal, one after the other: what lacks one of them needs no closer look. One walk over the address. */
function hasLiterals(parts: readonly Part[], uri: string): boolean {
  let from = 0;
  for (const { begins, stops } of parts) {
    if (stops !== null) continue;
    const at = uri.indexOf(begins, from);
    if (at === -1) return false;
    from = at + begins.length;
  }
  return true;
}

/** Where in the address each part may end, one part after the other. */
function fits(parts: readonly Part[], uri: string, steps: Steps): boolean {
  let ends = new Uint8Array(uri.length + 1);
  ends[0] = 1;
  for (const { begins, stops, optional } of parts) {
    steps.left -= uri.length + 1;
    if (steps.left < 0) return false;
    const next = optional ? ends.slice() : new Uint8Array(uri.length + 1);
    // Whether a variable that began before is still being read at this character.
    let reading = false;
    for (let at = 0; at <= uri.length; at += 1) {
      if (reading) next[at] = 1;
      const start = at - begins.length;
      if (start >= 0 && ends[start] === 1 && uri.startsWith(begins, start)) {
        if (stops === null) next[at] = 1;
        else reading = true;
      }
      if (reading && stops?.includes(uri.charAt(at)) === true && at < uri.length) reading = false;
    }
    ends = next;
  }
  return ends[uri.length] === 1;
}
