// Whether an address fits a pattern (RFC 6570). Patterns are a server's and addresses a client's: both may be hostile, so this
// takes time in proportion to both and never more.

interface Part {
  /** What comes first; where it does not, the part is left out if it may be. */
  readonly begins: string;
  /** Of a variable: what it may not hold; null: the part is literal. */
  readonly stops: string | null;
  readonly optional: boolean;
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
const MAX_PARTS = 64;

/** A function that says whether an address fits; null: the text is no pattern. */
export function uriMatcher(pattern: string): ((uri: string) => boolean) | null {
  const parts: Part[] = [];
  for (const piece of pattern.split(/(\{[^{}]*\})/)) {
    if (piece === '') continue;
    if (piece.startsWith('{')) parts.push(OPERATORS[piece[1] ?? ''] ?? SIMPLE);
    else if (/[{}]/.test(piece)) return null;
    else parts.push({ begins: piece, stops: null, optional: false });
  }
  return parts.length > MAX_PARTS ? null : (uri) => fits(parts, uri);
}

/** Where in the address each part may end, one part after the other. */
function fits(parts: readonly Part[], uri: string): boolean {
  let ends = new Uint8Array(uri.length + 1);
  ends[0] = 1;
  for (const { begins, stops, optional } of parts) {
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
