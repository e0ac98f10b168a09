// What whoever is refused reads: one line that a person understands, where programs show it. INVARIANT: nothing of a request is said
// back but host and port.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SOCKS, socksReply } from './socks.ts';

/** Only what may stand in a line of HTTP. */
const line = (text: string): string => text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 300);

const GOODBYE_MS = 2000;

export interface Said {
  readonly status: number;
  readonly why: string;
  readonly hint: string;
}

export const bodyOf = ({ why, hint }: Said): string => `castellan: ${why}${hint === '' ? '' : `\nhint: ${hint}`}\n`;

/** Programs that make a tunnel show no body, but many show the words behind the number. */
export const reasonOf = ({ status, why }: Said): string => line(`castellan: ${why}`) || (STATUS_CODES[status] ?? '');

export const HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  connection: 'close',
  'x-castellan': 'refused',
} as const;

/** Says it and closes, whether or not anybody reads it. */
export function sayGoodbye(
  socket: Duplex,
  bytes: string | Uint8Array,
  after: (ms: number, action: () => void) => () => void,
): void {
  const stop = after(GOODBYE_MS, () => socket.destroy());
  socket.once('close', stop);
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(bytes, () => socket.destroy());
}

export function httpRefusal(said: Said): string {
  const body = bodyOf(said);
  const head = [
    `HTTP/1.1 ${said.status} ${reasonOf(said)}`,
    ...Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

export const socksRefusal = (outcome: 'refused' | 'failed'): Uint8Array =>
  socksReply(outcome === 'refused' ? SOCKS.refused : SOCKS.unreachable);

/** Of the status of an answer to a request that was not let through, or could not be. */
export const statusOf = (outcome: 'refused' | 'failed'): number => (outcome === 'refused' ? 403 : 502);

/** Who a client says it is, by its proxy credentials: a name, and no right. */
export function userOf(header: string | undefined): string | null {
  const encoded = /^Basic +([A-Za-z0-9+/=]{1,400})$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  return nameOnly(Buffer.from(encoded, 'base64').toString('latin1').split(':', 1)[0] ?? '');
}

export const nameOnly = (user: string): string | null => (/^[A-Za-z0-9_-]{1,64}$/.test(user) ? user : null);
