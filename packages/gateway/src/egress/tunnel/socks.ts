// SOCKS5 (RFC 1928), connecting only; a user name says which run it is of (RFC 1929) and gives no right. It is read from what has come
// so far, again from the beginning each time: it is short, and bounded.
import { Buffer } from 'node:buffer';

export type SocksStep =
  | { readonly kind: 'more' }
  /** To be sent before the client says more. `used`: bytes of it that are done with. */
  | { readonly kind: 'reply'; readonly bytes: Buffer; readonly used: number; readonly user: string | null }
  | { readonly kind: 'asked'; readonly host: string; readonly port: number; readonly used: number }
  | { readonly kind: 'fault'; readonly bytes: Buffer | null; readonly why: string };

export type SocksStage = 'greeting' | 'user' | 'request';

const MORE: SocksStep = { kind: 'more' };
const NO_AUTHENTICATION = 0;
const USER = 2;

export const SOCKS = { done: 0, failed: 1, refused: 2, unreachable: 4, closed: 5, command: 7, address: 8 } as const;

/** The answer to a request: no address of ours is told. */
export const socksReply = (code: number): Buffer => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);

/** What follows a greeting that was answered so. */
export const stageAfter = (stage: SocksStage, reply: Buffer): SocksStage =>
  stage === 'greeting' && reply[1] === USER ? 'user' : 'request';

export function readSocks(stage: SocksStage, bytes: Buffer): SocksStep {
  switch (stage) {
    case 'greeting':
      return greeting(bytes);
    case 'user':
      return userName(bytes);
    case 'request':
      return request(bytes);
  }
}

function greeting(bytes: Buffer): SocksStep {
  const [, count] = bytes;
  if (count === undefined || bytes.length < 2 + count) return MORE;
  const methods = bytes.subarray(2, 2 + count);
  const method = methods.includes(USER) ? USER : methods.includes(NO_AUTHENTICATION) ? NO_AUTHENTICATION : null;
  if (method === null)
    return { kind: 'fault', bytes: Buffer.from([5, 0xff]), why: 'SOCKS5 without a way to begin that is known here' };
  return { kind: 'reply', bytes: Buffer.from([5, method]), used: 2 + count, user: null };
}

function userName(bytes: Buffer): SocksStep {
  const [version, length] = bytes;
  if (version !== undefined && version !== 1) return { kind: 'fault', bytes: null, why: 'not SOCKS5' };
  if (length === undefined) return MORE;
  const secret = bytes[2 + length];
  if (secret === undefined || bytes.length < 3 + length + secret) return MORE;
  const user = bytes.subarray(2, 2 + length).toString('latin1');
  return { kind: 'reply', bytes: Buffer.from([1, 0]), used: 3 + length + secret, user };
}

function request(bytes: Buffer): SocksStep {
  const [version, command, , type, length] = bytes;
  if (version !== undefined && version !== 5) return { kind: 'fault', bytes: null, why: 'not SOCKS5' };
  if (type === undefined || length === undefined) return MORE;
  if (command !== 1)
    return { kind: 'fault', bytes: socksReply(SOCKS.command), why: 'SOCKS5: only connecting is possible here' };
  const size = type === 1 ? 4 : type === 4 ? 16 : type === 3 ? length : 0;
  if (size === 0)
    return { kind: 'fault', bytes: socksReply(SOCKS.address), why: 'SOCKS5: an address of no known kind' };
  const at = type === 3 ? 5 : 4;
  if (bytes.length < at + size + 2) return MORE;
  const said = bytes.subarray(at, at + size);
  const host = type === 3 ? said.toString('latin1') : type === 1 ? said.join('.') : groups(said);
  return { kind: 'asked', host, port: bytes.readUInt16BE(at + size), used: at + size + 2 };
}

const groups = (bytes: Buffer): string =>
  Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16)).join(':');
