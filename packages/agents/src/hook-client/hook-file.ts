// `agents/ID/hook`: where a hook client finds the daemon and what it says who it is. Lines instead of JSON, because the native
// client and the shell read it without a parser. RULE: what does not read back as it was written is not written.
import { credentialPattern } from '@castellan/contract';
import { type Done, done, undone } from '../fault.ts';

export interface HookFile {
  /** Of the daemon, absolute. */
  readonly socket: string;
  /** The user id that owns the socket: whoever else listens there is not asked. */
  readonly owner: number;
  readonly credential: string;
  /** `/v1/hooks/codex`. */
  readonly route: string;
  /** How long the client waits for an answer: less than its host waits for the client. */
  readonly timeoutSeconds: number;
}

const FORM =
  /^castellan-hook 1\nsocket=(\/.*)\nowner=(0|[1-9]\d{0,9})\ncredential=(.*)\nroute=(\/v1\/hooks\/[a-z-]+)\ntimeout=([1-9]\d{0,4})\n$/;
/** What an address of a Unix socket has room for, its end included. */
const SOCKET_ROOM = 108;
const MAX_SECONDS = 86_400;
const MAX_OWNER = 2 ** 31 - 1;

/** What a hook file says; null: it says nothing a client would follow. */
export function hookFileOf(text: string): HookFile | null {
  const [, socket, owner, credential, route, timeout] = FORM.exec(text) ?? [];
  if (socket === undefined || credential === undefined || route === undefined) return null;
  const file = { socket, owner: Number(owner), credential, route, timeoutSeconds: Number(timeout) };
  const sound =
    Buffer.byteLength(socket) < SOCKET_ROOM &&
    !/\p{Cc}/u.test(socket) &&
    file.owner <= MAX_OWNER &&
    file.timeoutSeconds <= MAX_SECONDS &&
    credentialPattern.test(credential);
  return sound ? file : null;
}

/** The text of a hook file, or why no client could follow it. */
export function hookFileText(file: HookFile): Done<string> {
  const text = [
    'castellan-hook 1',
    `socket=${file.socket}`,
    `owner=${file.owner}`,
    `credential=${file.credential}`,
    `route=${file.route}`,
    `timeout=${file.timeoutSeconds}`,
    '',
  ].join('\n');
  if (hookFileOf(text) !== null) return done(text);
  return undone(
    'not-written',
    `no hook client could find the daemon's socket at \`${file.socket.replace(/\p{Cc}/gu, '?').slice(0, 150)}\``,
    'keep the state folder at a shorter path: set CASTELLAN_HOME and start the daemon again',
  );
}
