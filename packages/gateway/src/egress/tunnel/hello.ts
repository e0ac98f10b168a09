// What the first bytes of a client say: whether it begins TLS, and for which name. INVARIANT: what cannot be read to its end is never
// taken for something else; nothing of it is kept longer than it takes to look.
import { Buffer } from 'node:buffer';

export type Hello =
  /** Not enough of it is there to tell. */
  | { readonly kind: 'more' }
  | { readonly kind: 'plain' }
  /** `name`: which server it asks for, in lower case; null: it does not say. */
  | { readonly kind: 'tls'; readonly name: string | null }
  | { readonly kind: 'unreadable' };

const MORE: Hello = { kind: 'more' };
const UNREADABLE: Hello = { kind: 'unreadable' };

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
/** Longest greeting that is looked at; post-quantum ones have about 2,000 bytes. */
export const MAX_HELLO_BYTES = 32_768;
const MAX_RECORD_BYTES = 16_384;

/** Reads what has come so far; call it again with more of it while it says so. */
export function readHello(bytes: Buffer): Hello {
  if (bytes.length === 0) return MORE;
  if (bytes[0] !== HANDSHAKE) return { kind: 'plain' };
  if (bytes.length > MAX_HELLO_BYTES) return UNREADABLE;
  const parts: Buffer[] = [];
  let length = 0;
  // Whoever wants to hide the name cuts it in two: records are put together as a server does.
  for (let at = 0; ; ) {
    if (bytes.length >= at + 1 && bytes[at] !== HANDSHAKE) return UNREADABLE;
    if (bytes.length >= at + 2 && bytes[at + 1] !== 3) return UNREADABLE;
    if (bytes.length < at + 5) return MORE;
    const size = bytes.readUInt16BE(at + 3);
    if (size === 0 || size > MAX_RECORD_BYTES) return UNREADABLE;
    const end = Math.min(bytes.length, at + 5 + size);
    parts.push(bytes.subarray(at + 5, end));
    length += end - at - 5;
    const whole = wholeOf(parts, length);
    if (whole !== null) return whole;
    if (bytes.length < at + 5 + size) return MORE;
    at += 5 + size;
  }
}

/** Null: more of it is needed. */
function wholeOf(parts: readonly Buffer[], length: number): Hello | null {
  if (length < 1) return null;
  const message = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  if (message[0] !== CLIENT_HELLO) return UNREADABLE;
  if (length < 4) return null;
  const size = message.readUIntBE(1, 3);
  if (size > MAX_HELLO_BYTES) return UNREADABLE;
  if (length < 4 + size) return null;
  try {
    return { kind: 'tls', name: serverName(message.subarray(4, 4 + size)) };
  } catch {
    return UNREADABLE;
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(count: number): Buffer {
    if (this.#at + count > this.#bytes.length) throw new RangeError('too short');
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  number(size: 1 | 2): number {
    return this.take(size).readUIntBE(0, size);
  }

  /** What is as long as the number before it says. */
  block(size: 1 | 2): Reader {
    return new Reader(this.take(this.number(size)));
  }

  rest(): Buffer {
    return this.take(this.#bytes.length - this.#at);
  }
}

/** @throws RangeError when it is no greeting, or says its name in two ways. */
function serverName(body: Buffer): string | null {
  const hello = new Reader(body);
  hello.take(2 + 32);
  hello.block(1);
  hello.block(2);
  hello.block(1);
  if (hello.isAtEnd) return null;
  const extensions = hello.block(2);
  if (!hello.isAtEnd) throw new RangeError('too long');
  let name: string | null = null;
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const extension = extensions.block(2);
    if (type !== SERVER_NAME) continue;
    if (name !== null) throw new RangeError('two names');
    name = nameIn(extension);
  }
  return name;
}

function nameIn(extension: Reader): string {
  const names = extension.block(2);
  const isHostName = names.number(1) === 0;
  const name = names.block(2).rest().toString('latin1');
  // Another one behind it: whoever reads the last one reads another host.
  if (!isHostName || !names.isAtEnd || !extension.isAtEnd || !/^[\x21-\x7e]{1,255}$/.test(name))
    throw new RangeError('no name');
  return name.toLowerCase().replace(/\.$/, '');
}

/** What a client of TLS is told when its connection ends here: a fatal alert, unrecognized_name. */
export const WRONG_NAME = Buffer.from([0x15, 3, 1, 0, 2, 2, 112]);
