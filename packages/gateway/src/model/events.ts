// A stream of events cut where one event ends and the next begins, so that each is redacted whole. INVARIANT: when a byte
// goes on depends on line ends and on nothing else: what is held back because it may be the beginning of a secret tells
// whoever chose the bytes how the secret goes on.
const LF = 0x0a;
const CR = 0x0d;

export interface Events {
  /** The events that are whole now. */
  push(chunk: Buffer): readonly Buffer[];
  /** What came behind the last whole event. */
  rest(): Buffer;
  /** Bytes of the event that is not whole yet. */
  readonly held: number;
}

/** Line ends as in the HTML Living Standard 9.2.5: CR, LF, or both. */
export function createEvents(): Events {
  let parts: Buffer[] = [];
  let held = 0;
  let atLineStart = false;
  let afterCr = false;
  const keep = (part: Buffer): void => {
    if (part.length === 0) return;
    parts.push(part);
    held += part.length;
  };
  const take = (): Buffer => {
    const [only] = parts;
    const whole = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    parts = [];
    held = 0;
    return whole;
  };
  return {
    push(chunk) {
      const whole: Buffer[] = [];
      let from = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        if (byte !== LF && byte !== CR) {
          atLineStart = false;
          afterCr = false;
          continue;
        }
        const second = byte === LF && afterCr;
        afterCr = byte === CR;
        if (second) continue;
        if (atLineStart) {
          if (byte === CR && chunk[at + 1] === LF) {
            at += 1;
            afterCr = false;
          }
          keep(chunk.subarray(from, at + 1));
          whole.push(take());
          from = at + 1;
        }
        atLineStart = true;
      }
      keep(chunk.subarray(from));
      return whole;
    },
    rest: take,
    get held() {
      return held;
    },
  };
}
