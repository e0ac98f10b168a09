// Plain HTTP through the way out: each request is read, judged and written anew, each over a connection of its own. INVARIANT: what is
// sent on names the host that was decided and no other, ends where it says, and makes of the connection nothing but one request.
import { type ClientRequest, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { bodyOf, HEADERS, reasonOf, type Said, statusOf, userOf } from './answers.ts';
import { placeOf, readAuthority } from './destination.ts';
import { enter, type Passed, type Passing, pass, type Room } from './pass.ts';
import type { Asked, Destination, Ended } from './types.ts';
import { readAnew } from './young.ts';

/** What is said to the next hop and no further, or by us alone. */
const OWN =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|http2-settings|forwarded|x-forwarded-.*)$/;
const MAX_TARGET = 16_384;
const MAX_ANSWER_HEAD = 65_536;

interface Target {
  readonly to: Destination;
  readonly path: string;
}

const one = (message: IncomingMessage, name: string): string | null | undefined => {
  const found = message.rawHeaders.filter(
    (_, at) => at % 2 === 1 && message.rawHeaders[at - 1]?.toLowerCase() === name,
  );
  return found.length > 1 ? null : found[0];
};

/** A text: why it is no request that goes through here. What is wrong is said, and nothing of the request. */
export function targetOf(message: IncomingMessage): Target | string {
  const target = message.url ?? '';
  if (target.length > MAX_TARGET) return 'the address is too long';
  const [, authority, path] = /^http:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  if (authority === undefined || path === undefined)
    return /^https:/i.test(target)
      ? 'https goes through a tunnel (CONNECT), not as a plain request'
      : 'this is a proxy: it takes `http://` addresses and CONNECT';
  if (authority.includes('@')) return 'the address holds credentials; send them in a header';
  if (/[^\x21-\x7e]|[\\#]/.test(path)) return 'the address holds what no address may hold';
  const to = readAuthority(authority, 80);
  if (to === null) return 'the address names no host';
  const host = one(message, 'host');
  if (host === null) return 'the header `host` stands there twice';
  const said = host === undefined ? to : readAuthority(host, 80);
  if (said === null || said.host !== to.host || said.port !== to.port)
    return `the header \`host\` does not say ${placeOf(to)}, which the address names`;
  return { to, path: path.startsWith('/') ? path : `/${path}` };
}

/** Names and values as they came, without those of one hop. */
function onward({ rawHeaders, headers }: Pick<IncomingMessage, 'rawHeaders' | 'headers'>): [string, string][] {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  const kept: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const lower = name.toLowerCase();
    // A length may not be taken away by calling it a matter of this hop.
    if (OWN.test(lower) || (named.has(lower) && lower !== 'content-length')) continue;
    kept.push([name, rawHeaders[at + 1] ?? '']);
  }
  return kept;
}

export function answerPlain(response: ServerResponse, said: Said): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  response.writeHead(said.status, reasonOf(said), HEADERS);
  response.end(bodyOf(said));
}

export interface Live {
  moved(): number;
  cut(why: string): void;
}

export interface Plain {
  readonly passing: Passing;
  readonly room: Room;
  /** Told of what is under way, so that it is looked at; the function ends that. */
  readonly follow: (live: Live) => () => void;
}

export async function forward(plain: Plain, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { passing, room } = plain;
  const { clock } = passing.host;
  const began = clock.monotonic();
  const over = (ended: Pick<Ended, 'outcome'> & Partial<Ended>): void =>
    room.owner.ended({
      host: '?',
      port: 0,
      by: 'http',
      sentBytes: 0,
      receivedBytes: 0,
      durationMs: clock.monotonic() - began,
      ...ended,
    });
  const target = targetOf(message);
  if (typeof target === 'string') {
    over({ outcome: 'refused', text: target });
    return answerPlain(response, { status: 400, why: target, hint: '' });
  }
  const { to } = target;
  const place = { host: to.host, port: to.port };
  const leave = enter(passing, room);
  if (leave === null) {
    const why = 'too many connections are open (`network.connections`)';
    over({ ...place, outcome: 'failed', text: why });
    return answerPlain(response, { status: 503, why, hint: 'close some' });
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const asked: Asked = { ...to, by: 'http', user: userOf(message.headers['proxy-authorization']) };
  const passed = await pass(passing, room, asked, gone.signal);
  if (passed.kind === 'stopped') {
    leave();
    over({ ...place, ...passed.noted, outcome: passed.outcome, text: passed.why });
    return answerPlain(response, { status: statusOf(passed.outcome), why: passed.why, hint: passed.hint });
  }
  const ended = (end: Pick<Ended, 'outcome' | 'text'>): void => {
    leave();
    passed.passage.over();
    const { bytesWritten: sentBytes, bytesRead: receivedBytes } = passed.socket;
    over({ ...place, ...passed.passage.noted, address: passed.address, sentBytes, receivedBytes, ...end });
  };
  exchange({ plain, passed, message, response, target, ended });
}

interface Exchange {
  readonly plain: Plain;
  readonly passed: Passed;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: Target;
  readonly ended: (end: Pick<Ended, 'outcome' | 'text'>) => void;
}

function exchange({ plain, passed, message, response, target, ended }: Exchange): void {
  const { socket, passage } = passed;
  const maxBytes = plain.passing.host.bounds().bytes;
  const moved = (): number => socket.bytesRead + socket.bytesWritten;
  let isOver = false;
  const finish = (outcome: Ended['outcome'], text?: string): void => {
    if (isOver) return;
    isOver = true;
    unfollow();
    passage.standing.removeEventListener('abort', withdrawn);
    socket.destroy();
    if (outcome !== 'closed') {
      if (response.headersSent) response.destroy();
      else answerPlain(response, { status: statusOf('failed'), why: text ?? '', hint: '' });
    }
    ended({ outcome, ...(text !== undefined && { text }) });
  };
  const cut = (why: string): void => finish('cut', why);
  const withdrawn = (): void => cut(String(passage.standing.reason));
  const counted = (chunk: Buffer): void => {
    readAnew(chunk.length);
    if (moved() > maxBytes)
      cut(`more than ${Math.round(maxBytes / 1_048_576)} MB went over it (\`network.megabytes\`)`);
  };
  const unfollow = plain.follow({ moved, cut });
  passage.standing.addEventListener('abort', withdrawn, { once: true });
  const unreadable = `${placeOf(target.to)} broke off, or its answer cannot be read`;
  const sent = requestOver(socket, target, message);
  if (sent === null) return void finish('failed', 'the request cannot be written');
  sent.on('error', () => finish('failed', unreadable));
  sent.once('upgrade', () => finish('failed', `${placeOf(target.to)} wants to speak something else`));
  sent.once('response', (answer) => {
    try {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', onward(answer).flat());
    } catch {
      // A status or a header that may be read but not written.
      return void finish('failed', unreadable);
    }
    answer.on('data', counted);
    answer.pipe(response);
    answer.once('close', () => {
      if (!answer.complete) finish('failed', `${placeOf(target.to)} broke off`);
    });
    response.once('finish', () => finish('closed'));
  });
  response.once('close', () => finish('closed', response.writableFinished ? undefined : 'its client broke off'));
  if (response.destroyed) return void finish('closed', 'its client broke off');
  if (!hasBody(message)) return void sent.end();
  message.on('data', counted);
  message.pipe(sent);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Null: what came cannot be written. */
function requestOver(socket: Socket, { to, path }: Target, message: IncomingMessage): ClientRequest | null {
  const chunked = message.headers['transfer-encoding'] === undefined ? [] : [['Transfer-Encoding', 'chunked']];
  try {
    return httpRequest({
      method: message.method ?? 'GET',
      path,
      headers: [...onward(message), ...chunked, ['Host', hostText(to)], ['Connection', 'close']].flat(),
      createConnection: () => socket,
      maxHeaderSize: MAX_ANSWER_HEAD,
      insecureHTTPParser: false,
      setHost: false,
    });
  } catch {
    return null;
  }
}

/** As it stands in an address: without the port that `http` has anyway. */
const hostText = (to: Destination): string => (to.port === 80 ? placeOf(to).replace(/:80$/, '') : placeOf(to));
