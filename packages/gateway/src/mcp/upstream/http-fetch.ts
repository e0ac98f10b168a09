// `fetch` as the SDK's transport wants it, over the one way out. INVARIANT: the module's headers go to the module's origin
// and nowhere else; no redirect leaves that origin; a body is bounded while it is read; a compressed one is refused, for
// what it grows to is not.
import type { IncomingMessage } from 'node:http';
import type { McpClock } from '../host.ts';
import type { Wire } from './http-wire.ts';
import { WireFault, wireText } from './http-wire.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import type { Pace } from './pace.ts';

export interface FetchHost {
  readonly wire: Wire;
  readonly clock: McpClock;
  readonly pace: Pace;
  readonly origin: string;
  /** Of the manifest, filled in. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it signs in: then its sign-in may lie elsewhere. */
  readonly signsIn: boolean;
  /** Whether the server itself is on this machine or the local network. */
  readonly isLocal: boolean;
  /** Told what was refused, in words: what the SDK makes of it says less. */
  readonly refused: (why: string) => void;
}

type FetchInput = string | URL;

/** Names that say where a message comes from or how long it is: the connection's own. */
const OWN: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
]);
const NO_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

export function guardedFetch(host: FetchHost): (input: FetchInput, init?: RequestInit) => Promise<Response> {
  return async (input, init = {}) => {
    const url = new URL(String(input));
    const isOwn = url.origin === host.origin;
    if (!isOwn && !mayElsewhere(url, host))
      throw refusal(host, `it wants a request to go to ${url.host}; it was not sent`);
    const given = Object.fromEntries([...new Headers(init.headers)].filter(([name]) => !OWN.has(name)));
    if (!isOwn) delete given['mcp-session-id'];
    const headers = {
      ...given,
      'accept-encoding': 'identity',
      ...(isOwn &&
        Object.fromEntries(Object.entries(host.headers).map(([name, value]) => [name.toLowerCase(), value]))),
    };
    let answer: IncomingMessage;
    try {
      answer = await host.wire.send({
        url,
        method: init.method ?? 'GET',
        headers,
        body: init.body == null ? null : Buffer.from(String(init.body)),
        signal: init.signal ?? null,
        isNamedByServer: !isOwn && !host.isLocal,
      });
    } catch (error) {
      const said = wireText(url.host, error);
      throw said === null ? error : refusal(host, said);
    }
    return responseOf(answer, url, host);
  };
}

/** Where its sign-in lies: TLS, or this very machine where the server is local too. */
const mayElsewhere = (url: URL, { signsIn, isLocal }: FetchHost): boolean =>
  signsIn && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal));

function responseOf(answer: IncomingMessage, url: URL, host: FetchHost): Response {
  const status = answer.statusCode ?? 0;
  const { location, 'content-encoding': encoding = 'identity' } = answer.headers;
  const refuse = (why: string): WireFault => {
    answer.destroy();
    return refusal(host, why);
  };
  if (status >= 300 && status < 400 && location !== undefined) {
    const to = URL.canParse(location, url.href) ? new URL(location, url.href) : null;
    if (to?.origin !== url.origin)
      throw refuse(`it wants a request to go to ${to?.host ?? 'nowhere'}; it was not sent there`);
  }
  if (encoding !== 'identity') throw refuse('it answers compressed though it was asked not to');
  if (status < 200) throw refuse(`it answers with status ${status}`);
  const headers = new Headers();
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2)
    headers.append(answer.rawHeaders[at] ?? '', answer.rawHeaders[at + 1] ?? '');
  const isEvents = /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '');
  const init = { status, statusText: answer.statusMessage ?? '', headers };
  if (NO_BODY.has(status)) {
    answer.resume();
    return new Response(null, init);
  }
  return new Response(streamOf(bounded(answer, isEvents, host)), init);
}

function refusal(host: FetchHost, why: string): WireFault {
  host.refused(why);
  return new WireFault(why);
}

const streamOf = (chunks: AsyncGenerator<Buffer>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });

const TOO_LONG = `it sent a message longer than ${MAX_MESSAGE_BYTES} bytes`;

/** An answer as a whole, or each event of a stream, up to the bound; and no faster than a server may say things. */
async function* bounded(answer: IncomingMessage, isEvents: boolean, host: FetchHost): AsyncGenerator<Buffer> {
  const { clock, pace } = host;
  let since = 0;
  let tail = Buffer.alloc(0);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const seen = Buffer.concat([tail, chunk]);
    const end = isEvents
      ? Math.max(seen.lastIndexOf('\n\n'), seen.lastIndexOf('\n\r\n'), seen.lastIndexOf('\r\r'))
      : -1;
    since = end === -1 ? since + chunk.length : seen.length - end;
    if (since > MAX_MESSAGE_BYTES) throw refusal(host, TOO_LONG);
    tail = Buffer.from(seen.subarray(-2));
    const wait = pace.waitMs;
    if (wait > 0) await new Promise<void>((resolve) => void clock.after(wait, resolve));
    yield chunk;
  }
}
