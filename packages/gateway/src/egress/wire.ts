// The one way out for programs that were approved to reach a host. INVARIANT: a connection goes to an address that was looked
// at in the same step in which it was resolved, certificates are always checked, no proxy of the environment is used, no
// connection is used twice, nothing is followed, and what is read is bounded after it was unpacked as well.
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { bodyOf } from './body.ts';
import { WebFault, webFault } from './fault.ts';
import { addressesFault, addressFault, type Guarded } from './guard.ts';

/** What a host resolves to: the system's own resolver, or that of a test. */
type Lookup = (hostname: string, answer: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

interface WebRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** Ends it at any point: while it is resolved, connected, sent or read. */
  readonly signal: AbortSignal;
  /** Most that is read, packed and unpacked. */
  readonly maxBytes: number;
  /** A person listed this host as one of the local network that programs may reach. */
  readonly mayBePrivate: boolean;
}

export interface WebAnswer {
  readonly status: number;
  /** Lower case; what came twice is joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type WebResult =
  | { readonly kind: 'answer'; readonly answer: WebAnswer; readonly receivedBytes: number }
  | { readonly kind: 'failed'; readonly why: string; readonly receivedBytes: number };

export interface WebHost {
  /** Ports this daemon listens on: no program reaches it. */
  readonly ownPorts: () => readonly number[];
  readonly lookup?: Lookup | undefined;
  /** Further certificates to trust. */
  readonly ca?: string | undefined;
}

const MAX_HEADER_BYTES = 16_384;
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

const resolveBySystem: Lookup = (hostname, answer) =>
  systemLookup(hostname, { all: true }, (error, found) => answer(error, error === null ? found : []));

const guarded = ({ url, mayBePrivate }: WebRequest): Guarded => ({
  host: url.host,
  port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
  mayBePrivate,
  listedIn: 'scripts.privateHosts',
});

function guardedLookup(request: WebRequest, host: WebHost): LookupFunction {
  const resolve = host.lookup ?? resolveBySystem;
  return (hostname, options, callback) => {
    resolve(hostname, (error, found) => {
      if (error !== null) return callback(error, '', 0);
      const addresses = found.map(({ address }) => address);
      const fault = addressesFault(addresses, guarded(request), host.ownPorts());
      const [first] = found;
      if (fault !== null || first === undefined) return callback(fault, '', 0);
      if (options.all === true) return callback(null, [...found]);
      return callback(null, first.address, first.family);
    });
  };
}

export async function sendWeb(request: WebRequest, host: WebHost): Promise<WebResult> {
  const { url, signal, maxBytes } = request;
  let receivedBytes = 0;
  const received = (bytes: number): void => {
    receivedBytes += bytes;
  };
  try {
    signal.throwIfAborted();
    const answer = await headOf(request, host);
    const body = await bodyOf(answer, { maxBytes, signal, received });
    return {
      kind: 'answer',
      answer: { status: answer.statusCode ?? 0, headers: headersOf(answer), body },
      receivedBytes,
    };
  } catch (error) {
    return { kind: 'failed', why: webFault(url.host, error, signal), receivedBytes };
  }
}

const ignore = (): void => undefined;

function headOf(request: WebRequest, host: WebHost): Promise<IncomingMessage> {
  const { url, method, headers, body, signal } = request;
  const hostname = bare(url.hostname);
  // An address needs no lookup, so that the lookup would not look at it.
  const fault = isIP(hostname) === 0 ? null : addressFault(hostname, guarded(request), host.ownPorts());
  if (fault !== null) return Promise.reject(fault);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = {
    method,
    host: hostname,
    path: `${url.pathname}${url.search}`,
    headers: {
      ...headers,
      'accept-encoding': 'gzip, br',
      ...(body !== null && { 'content-length': String(body.length) }),
    },
    ...(url.port !== '' && { port: url.port }),
    // No connection is kept: the next request is looked at anew, from the name on.
    agent: false as const,
    lookup: guardedLookup(request, host),
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
    signal,
  };
  const sent =
    url.protocol === 'https:'
      ? httpsRequest({ ...options, rejectUnauthorized: true, ...(host.ca !== undefined && { ca: host.ca }) })
      : httpRequest(options);
  // A request that is broken off may leave an error on its socket that nobody waits for any more.
  sent.once('socket', (socket) => socket.on('error', ignore));
  sent.on('error', reject);
  sent.once('upgrade', (_answer, socket) => {
    socket.destroy();
    reject(new WebFault(`${url.host} wants to speak something else`));
  });
  sent.once('response', (answer) => {
    answer.on('error', ignore);
    resolve(answer);
  });
  sent.end(body ?? undefined);
  return promise;
}

function headersOf(answer: IncomingMessage): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2) {
    const name = (answer.rawHeaders[at] ?? '').toLowerCase();
    const value = answer.rawHeaders[at + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}
