// The one way out to a server of a module. INVARIANT: a connection goes to an address that was looked at (no metadata
// service, not this daemon itself), certificates are always checked, no proxy of the environment is used, and the key of a
// certificate is known, and may be refused, before a byte of ours is sent.
import { createHash, X509Certificate } from 'node:crypto';
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Digest } from '@castellan/contract';
import { addressPlace, plainAddress } from '../../model/place.ts';

export interface WireRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  readonly signal: AbortSignal | null;
  /** Named by the server itself (its sign-in): then not on the local network, unless the server is there too. */
  readonly isNamedByServer: boolean;
}

export interface WireHost {
  readonly ca: string | undefined;
  readonly ownPorts: () => readonly number[];
  /** A certificate of the module's own origin that was verified. @returns why it is not to be spoken to. */
  readonly keySeen: (key: Digest) => string | null;
  /** Scheme, host and port of the module. */
  readonly origin: string;
}

export interface Wire extends Disposable {
  send(request: WireRequest): Promise<IncomingMessage>;
}

/** One line for a person; the rest of what a connection throws is Node's. */
export class WireFault extends Error {
  override readonly name = 'WireFault';
}

const CONNECT_MS = 30_000;
/**
 * As many as may ask at the same time stay open: to close and open them again costs more than the call. Those that are not
 * used are the last to be taken, and close by themselves.
 */
const KEPT_OPEN = { keepAlive: true, maxFreeSockets: 64, scheduling: 'lifo', timeout: CONNECT_MS } as const;
/** A stream that tells changes is silent for hours: a peer that is gone is noticed by this. */
const KEEP_ALIVE_MS = 60_000;

/** The addresses of this machine, by which the daemon could be reached. */
function isHere(address: string): boolean {
  const plain = plainAddress(address.toLowerCase());
  if (/^(127|0)\./.test(plain) || plain === '::1' || plain === '::') return true;
  return Object.values(networkInterfaces()).some((each) => each?.some((own) => own.address === plain) === true);
}

/** @param address null: a name that is not an address itself, before it is looked up. */
function fault(address: string, { url, isNamedByServer }: WireRequest, host: WireHost): WireFault | null {
  const place = addressPlace(address);
  if (place === 'metadata') return new WireFault(`${url.host} leads to the metadata service of a cloud machine`);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (host.ownPorts().includes(port) && isHere(address)) return new WireFault(`${url.host} is Castellan itself`);
  if (isNamedByServer && place === 'local')
    return new WireFault(`${url.host} is on the local network; its server is not`);
  return null;
}

/**
 * A request that is broken off just when its answer has ended leaves an error on the socket, which is nobody's by then: a
 * server that refuses us would end the daemon. Whoever waits for the request or reads the answer is told all the same.
 */
const ignore = (): void => undefined;
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

function guardedLookup(request: WireRequest, host: WireHost): LookupFunction {
  return (hostname, options, callback) => {
    systemLookup(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const wrong = found.map(({ address }) => fault(address, request, host)).find((each) => each !== null);
      if (wrong != null) return callback(wrong, '', 0);
      const [first] = found;
      if (options.all === true) return callback(null, [...found]);
      return callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

const keyOf = ({ raw }: PeerCertificate): Digest => {
  const spki = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`;
};

export function createWire(host: WireHost): Wire {
  const plain = new HttpAgent(KEPT_OPEN);
  const secure = new HttpsAgent({
    ...KEPT_OPEN,
    rejectUnauthorized: true,
    // A session taken up again shows no certificate.
    maxCachedSessions: 0,
    ...(host.ca !== undefined && { ca: host.ca }),
  });
  const check =
    (isOwn: boolean) =>
    (hostname: string, certificate: PeerCertificate): Error | undefined => {
      const wrong = checkServerIdentity(hostname, certificate);
      if (wrong !== undefined || !isOwn) return wrong;
      const held = host.keySeen(keyOf(certificate));
      return held === null ? undefined : new WireFault(held);
    };
  return {
    send(request) {
      const { url, method, headers, body, signal } = request;
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const hostname = bare(url.hostname);
      // An address needs no lookup, so that the lookup would not look at it.
      const wrong = /^[\d.]+$|:/.test(hostname) ? fault(hostname, request, host) : null;
      if (wrong !== null) return Promise.reject(wrong);
      const options = {
        method,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, ...(body !== null && { 'content-length': String(body.length) }) },
        host: hostname,
        ...(url.port !== '' && { port: url.port }),
        lookup: guardedLookup(request, host),
        ...(signal !== null && { signal }),
      };
      const sent =
        url.protocol === 'https:'
          ? httpsRequest({
              ...options,
              agent: secure,
              rejectUnauthorized: true,
              checkServerIdentity: check(url.origin === host.origin),
            })
          : httpRequest({ ...options, agent: plain });
      sent.once('socket', (socket) => {
        if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
        socket.setKeepAlive(true, KEEP_ALIVE_MS);
        if (!socket.connecting) return;
        socket.setTimeout(CONNECT_MS, () => {
          if (socket.connecting) sent.destroy(new WireFault(`${url.host} does not answer`));
        });
        socket.once('connect', () => socket.setTimeout(0));
      });
      sent.on('error', reject);
      sent.once('upgrade', (_answer, socket) => {
        socket.destroy();
        reject(new WireFault(`${url.host} wants to speak something else`));
      });
      sent.once('response', (answer) => {
        answer.on('error', ignore);
        resolve(answer);
      });
      sent.end(body ?? undefined);
      return promise;
    },
    [Symbol.dispose]() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** What went wrong with a connection, in words. */
export function wireText(host: string, error: unknown): string | null {
  if (error instanceof WireFault) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return `${host} does not take connections`;
  if (/^(ENOTFOUND|EAI_)/.test(code)) return `the host ${host} cannot be found`;
  if (/^E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL/.test(code)) return `there is no way to ${host}`;
  if (/^(ECONNRESET|EPIPE|ETIMEDOUT)/.test(code)) return `${host} broke off`;
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/.test(code))
    return `the certificate of ${host} cannot be trusted (${code})`;
  if (/^(EPROTO|ERR_SSL)/.test(code)) return `${host} does not speak TLS`;
  return null;
}
