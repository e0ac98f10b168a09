// Bytes into lines, with a bound on one line. INVARIANT: what is held is never more than twice the bound, however the bytes
// are cut: a server that sends one byte at a time costs as little as one that sends a line.

export type NextLine = { readonly kind: 'line'; readonly bytes: Buffer } | { readonly kind: 'too-long' };

const FIRST_BYTES = 64 * 1024;
const NEWLINE = 10;

export class Lines {
  readonly #most: number;
  /** What came last and was not looked through. */
  #fresh: Buffer | null = null;
  /** The beginning of a line that has no end yet: the first `#length` bytes. */
  #begun: Buffer | null = null;
  #length = 0;

  constructor(most: number) {
    this.#most = most;
  }

  push(bytes: Buffer): void {
    this.#fresh = this.#fresh === null ? bytes : Buffer.concat([this.#fresh, bytes]);
  }

  /** The next whole line, without its end; null: there is none yet. */
  next(): NextLine | null {
    const fresh = this.#fresh;
    if (fresh === null) return null;
    const end = fresh.indexOf(NEWLINE);
    const piece = end === -1 ? fresh : fresh.subarray(0, end);
    if (this.#length + piece.length > this.#most) {
      this.#fresh = null;
      this.#begun = null;
      this.#length = 0;
      return { kind: 'too-long' };
    }
    this.#fresh = end === -1 || end + 1 === fresh.length ? null : fresh.subarray(end + 1);
    if (end !== -1 && this.#length === 0) return { kind: 'line', bytes: piece };
    this.#keep(piece);
    if (end === -1) return null;
    const bytes = (this.#begun ?? piece).subarray(0, this.#length);
    this.#begun = null;
    this.#length = 0;
    return { kind: 'line', bytes };
  }

  #keep(piece: Buffer): void {
    const needed = this.#length + piece.length;
    if (this.#begun === null || needed > this.#begun.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, needed, Math.min(needed * 2, this.#most)));
      this.#begun?.copy(larger, 0, 0, this.#length);
      this.#begun = larger;
    }
    piece.copy(this.#begun, this.#length);
    this.#length = needed;
  }
}
