// Messages of a client as lines of bytes: whole, in UTF-8, and no longer than the gateway takes one. What is none is told apart,
// so that the client is answered and the next line is read.
import { MAX_MCP_MESSAGE_BYTES } from '@castellan/contract';

export type ReadLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fault'; readonly code: -32700 | -32600; readonly why: string };

const NEWLINE = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export class Lines {
  #parts: Buffer[] = [];
  #bytes = 0;

  /** The lines that end in this piece; empty ones are none. */
  push(piece: Buffer): readonly ReadLine[] {
    const found: ReadLine[] = [];
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, from)) {
      this.#keep(piece.subarray(from, end));
      const line = this.#line();
      if (line !== null) found.push(line);
      from = end + 1;
    }
    this.#keep(piece.subarray(from));
    return found;
  }

  /** Counted to its end, and not kept once it is too long. */
  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > MAX_MCP_MESSAGE_BYTES) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #line(): ReadLine | null {
    const bytes = this.#bytes;
    const [first, ...more] = this.#parts;
    const whole = first === undefined ? Buffer.alloc(0) : more.length === 0 ? first : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    if (bytes > MAX_MCP_MESSAGE_BYTES)
      return { kind: 'fault', code: -32600, why: `the message is larger than ${MAX_MCP_MESSAGE_BYTES} bytes` };
    try {
      const text = utf8.decode(whole).trim();
      return text === '' ? null : { kind: 'text', text };
    } catch {
      return { kind: 'fault', code: -32700, why: 'the message is not UTF-8' };
    }
  }
}
