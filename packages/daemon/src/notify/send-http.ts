// The one way a notification leaves by HTTP, and records to a collector. INVARIANT: a connection goes to the address that was looked at; without TLS only
// to this machine or its network; never to a metadata service; certificates are checked; redirects are answers, not roads; an
// answer is read to a bound and within a time. No failure tells a URL, which may hold a token.
import { type LookupAddress, lookup } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { addressPlace, hostPlace, type Place } from '@castellan/gateway';
import type { Clock } from '../clock.ts';
import type { Outcome } from './outbox.ts';

export interface Post {
  readonly url: URL;
  readonly method?: 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** public: never an address of this machine or its network, and never without TLS. @default anywhere */
  readonly reach?: 'anywhere' | 'public';
  /** PEM of an authority that counts instead of the system's. */
  readonly ca?: string;
  /** @default 10 s */
  readonly timeoutMs?: number;
  /** Of the answer; what is longer is cut. @default 64 KiB */
  readonly mostBytes?: number;
  readonly signal?: AbortSignal;
}

export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'failed'; readonly text: string; readonly again: boolean };
export type SendHttp = (post: Post) => Promise<Answer>;

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 64 * 1024;

class Forbidden extends Error {
  override readonly name = 'Forbidden';
}

function whyNot(place: Place, { url, reach }: Post): string | null {
  if (place === 'metadata') return 'it leads to the metadata service of a cloud machine';
  if (reach === 'public' && (place === 'local' || url.protocol !== 'https:'))
    return 'a push service is on the internet, with TLS, unless `services` names it';
  if (url.protocol === 'http:' && place !== 'local') return 'without TLS only this machine and its network are reached';
  return null;
}

const guarded =
  (post: Post): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const fault = found.map(({ address }) => whyNot(addressPlace(address), post)).find((why) => why !== null);
      if (fault !== undefined) return callback(new Forbidden(fault ?? ''), '', 0);
      if (options.all === true) return callback(null, [...found]);
      return callback(null, found[0]?.address ?? '', found[0]?.family ?? 0);
    });
  };

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

function failure(host: string, error: unknown): Answer {
  if (error instanceof Forbidden) return { kind: 'failed', text: `\`${host}\`: ${error.message}`, again: false };
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return { kind: 'failed', text: `\`${host}\` does not answer`, again: true };
  if (['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'].includes(code))
    return { kind: 'failed', text: `\`${host}\` cannot be found`, again: true };
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/.test(code))
    return { kind: 'failed', text: `the certificate of \`${host}\` cannot be trusted (${code})`, again: false };
  return { kind: 'failed', text: `the connection to \`${host}\` broke off (${code || 'unknown'})`, again: true };
}

/** Seconds, or a date. */
function retryAfter(incoming: IncomingMessage, now: number): number | null {
  const said = incoming.headers['retry-after'];
  if (said === undefined) return null;
  const ms = /^\d{1,6}$/.test(said) ? Number(said) * 1000 : new Date(said).getTime() - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function opened(post: Post): ClientRequest {
  const { url, method = 'POST', headers = {}, body, ca } = post;
  const options = {
    method,
    path: `${url.pathname}${url.search}`,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port !== '' && { port: url.port }),
    headers: { 'user-agent': 'castellan', ...headers, 'content-length': String(Buffer.byteLength(body)) },
    lookup: guarded(post),
    agent: false,
  } as const;
  return url.protocol === 'https:'
    ? httpsRequest({ ...options, ...(ca !== undefined && { ca }), rejectUnauthorized: true })
    : httpRequest(options);
}

export function createSendHttp(clock: Clock): SendHttp {
  return async (post) => {
    const { host, protocol, hostname } = post.url;
    const why = protocol === 'https:' || protocol === 'http:' ? whyNot(hostPlace(hostname), post) : 'only `https`';
    // A name that sounds local is judged by what it leads to.
    if (why !== null) return { kind: 'failed', text: `\`${host}\`: ${why}`, again: false };
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const outgoing = opened(post);
    const end = (answer: Answer): void => {
      resolve(answer);
      outgoing.destroy();
    };
    const stop = (): void => end({ kind: 'failed', text: 'stopped', again: false });
    const cancel = clock.after(post.timeoutMs ?? TIMEOUT_MS, () =>
      end({ kind: 'failed', text: `\`${host}\` did not answer in time`, again: true }),
    );
    post.signal?.addEventListener('abort', stop, { once: true });
    outgoing.on('error', (error) => end(failure(host, error)));
    outgoing.once('response', (incoming) => {
      let size = 0;
      const pieces: Buffer[] = [];
      const whole = (): void =>
        end({
          kind: 'answer',
          status: incoming.statusCode ?? 0,
          text: Buffer.concat(pieces).toString('utf8'),
          retryAfterMs: retryAfter(incoming, clock.now()),
        });
      incoming.on('data', (piece: Buffer) => {
        size += piece.length;
        if (size > (post.mostBytes ?? MOST_BYTES)) whole();
        else pieces.push(piece);
      });
      incoming.once('end', whole);
      incoming.once('error', (error) => end(failure(host, error)));
    });
    outgoing.end(post.body);
    return promise.finally(() => {
      cancel();
      post.signal?.removeEventListener('abort', stop);
    });
  };
}

/** What an answer means for the message. `words`: what the server says of it, already made short. */
export function outcomeOf(host: string, answer: Answer, words = ''): Outcome {
  if (answer.kind === 'failed') return answer;
  const { status, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const text = `\`${host}\` answered ${status}${status >= 300 && status < 400 ? ', a redirect that is not followed' : ''}${words === '' ? '' : `: ${words}`}`;
  const again = status === 408 || status === 425 || status === 429 || status >= 500;
  return { kind: 'failed', text, again, ...(retryAfterMs !== null && { afterMs: retryAfterMs }) };
}
