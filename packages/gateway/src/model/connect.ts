// The one way out to a model server. INVARIANT: a connection is made to an address that was looked at (never a metadata
// service; for a local name only a local address), certificates are always checked, no proxy of the environment is used,
// and nothing is connected to before a request asks for it (N4).
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type Failure, failure } from './failure.ts';
import type { Headers } from './headers.ts';
import { addressPlace } from './place.ts';
import type { Target } from './upstream.ts';

export interface Wire {
  /** Further certificates to trust. */
  readonly ca?: string;
  readonly lookup?: typeof systemLookup;
}

export interface Connector extends Disposable {
  send(target: Target, method: string, path: string, headers: Headers): ClientRequest;
}

class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly code: 'metadata-address' | 'not-local';
  constructor(code: 'metadata-address' | 'not-local') {
    super(code);
    this.code = code;
  }
}

/** Free connections kept to one server; what came back last is used first, so few stay. */
const POOL = { keepAlive: true, maxFreeSockets: 8, scheduling: 'lifo' } as const;
/** Given up before the servers do: the usual one of Python ends idle connections after 5 s, clouds after minutes. */
const IDLE_MS = { plain: 4000, secure: 30_000 } as const;

/**
 * Between the end of an answer and its return to the pool a kept socket has no listener of Node's own. A request that is
 * broken off just then leaves its error there, and an error that nobody hears ends the daemon: a server could choose the
 * moment. Whoever waits for the request or reads the answer is told all the same.
 */
const ignore = (): void => undefined;

function guardedLookup(target: Target, lookup: typeof systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const places = found.map(({ address }) => addressPlace(address));
      const forbidden = places.includes('metadata')
        ? new ForbiddenAddress('metadata-address')
        : target.place === 'local' && places.includes('cloud')
          ? new ForbiddenAddress('not-local')
          : null;
      if (forbidden !== null) return callback(forbidden, '', 0);
      const [first] = found;
      if (options.all === true) return callback(null, [...found]);
      return callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

export function createConnector({ ca, lookup = systemLookup }: Wire = {}): Connector {
  const plain = new HttpAgent({ ...POOL, timeout: IDLE_MS.plain });
  const secure = new HttpsAgent({
    ...POOL,
    timeout: IDLE_MS.secure,
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
  });
  return {
    send(target, method, path, headers) {
      const { hostname, port, protocol } = target.url;
      const options = {
        method,
        path,
        headers,
        host: hostname.replace(/^\[|\]$/g, ''),
        ...(port !== '' && { port }),
        lookup: guardedLookup(target, lookup),
      };
      const request =
        protocol === 'https:'
          ? httpsRequest({ ...options, agent: secure, rejectUnauthorized: true })
          : httpRequest({ ...options, agent: plain });
      // Once each: a kept socket comes by again with every request.
      request.once('socket', (socket) => {
        if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
      });
      return request;
    },
    [Symbol.dispose]() {
      plain.destroy();
      secure.destroy();
    },
  };
}

export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown';

/** What went wrong with a connection, in words, with the one thing that can be done about it. */
export function connectionFailure(target: Target, error: unknown): Failure {
  const { name, host, url } = target;
  const code = codeOf(error);
  const field = `\`models.upstreams.${name}.url\``;
  switch (code) {
    case 'ECONNREFUSED':
      return failure(502, `\`${name}\` does not answer at ${host}`, `start it, or correct ${field} in config.yaml`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return failure(502, `the host ${host} of \`${name}\` cannot be found`, `check the network, or correct ${field}`);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return failure(502, `there is no way to ${host} of \`${name}\``, 'check the network');
    case 'metadata-address':
      return failure(
        502,
        `${host} of \`${name}\` leads to the metadata service of a cloud machine`,
        `correct ${field}`,
      );
    case 'not-local':
      return failure(
        502,
        `${host} of \`${name}\` leads out of the local network`,
        `write its full name with \`https\` in ${field}`,
      );
    case 'ERR_INVALID_CHAR':
      return failure(502, `a header for \`${name}\` cannot be written`, 'look for line breaks in its secret');
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ETIMEDOUT':
      return failure(502, `\`${name}\` (${host}) broke off (${code})`, 'try again', true);
  }
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/.test(code))
    return failure(
      502,
      `the certificate of ${host} (\`${name}\`) cannot be trusted (${code})`,
      url.protocol === 'https:' && target.place === 'local'
        ? 'start the daemon with NODE_EXTRA_CA_CERTS, or use `http` on the local network'
        : 'do not go on: somebody may be between you and it',
    );
  if (/^(EPROTO|ERR_SSL)/.test(code))
    return failure(502, `${host} (\`${name}\`) does not speak TLS`, `correct ${field}`);
  return failure(502, `\`${name}\` (${host}) gave an answer that cannot be read (${code})`, 'look at its own log');
}
