// The way out of a sign-in (M6): to the server, and to the authorization server that it names. INVARIANT: tokens travel by
// TLS or stay on this machine; nothing is followed anywhere; an answer is small and comes soon, or it is none.
import { hostPlace } from '../../model/place.ts';
import type { McpClock } from '../host.ts';
import { guardedFetch } from './http-fetch.ts';
import { createWire, WireFault } from './http-wire.ts';
import { Pace } from './pace.ts';

export interface SignInFetchOptions {
  /** Address of the module's server. */
  readonly server: URL;
  /** Hosts that a person named for the sign-in: beside the server itself nothing goes elsewhere. Absent: nobody named any. */
  readonly hosts?: readonly string[] | undefined;
  readonly clock: McpClock;
  /** Ports this daemon listens on: no sign-in is there. */
  readonly ownPorts: () => readonly number[];
  /** Further certificates to trust. */
  readonly ca?: string | undefined;
}

/** `fetch`, and what closes its connections. */
export interface SignInFetch extends Disposable {
  readonly fetch: (input: string | URL, init?: RequestInit) => Promise<Response>;
}

/** Metadata and tokens; the largest known documents have some ten thousand bytes. */
const MAX_BYTES = 262_144;
/** A person waits. */
const ANSWER_MS = 20_000;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether what is sent there can be read by nobody on the way. */
export const isPrivateWay = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));

/** A `fetch` for the SDK's sign-in to one server. */
export function signInFetch({ server, hosts, clock, ownPorts, ca }: SignInFetchOptions): SignInFetch {
  const wire = createWire({ ca, ownPorts, origin: server.origin, keySeen: () => null });
  const guarded = guardedFetch({
    wire,
    clock,
    pace: new Pace(() => clock.now()),
    origin: server.origin,
    headers: {},
    signsIn: true,
    isLocal: hostPlace(server.hostname) === 'local',
    refused: () => undefined,
  });
  return {
    async fetch(input, init = {}) {
      const url = new URL(String(input));
      if (!isPrivateWay(url)) throw new WireFault(`${url.host} is not reached by https`);
      if (url.host !== server.host && hosts?.includes(url.host) === false)
        throw new WireFault(`${url.host} is not among the hosts that were named for its sign-in`);
      const answer = await guarded(url, { ...init, signal: init.signal ?? AbortSignal.timeout(ANSWER_MS) });
      if (answer.status >= 300 && answer.status < 400) throw new WireFault(`${url.host} sends us elsewhere`);
      return new Response(NO_BODY.has(answer.status) ? null : await whole(answer, url), {
        status: answer.status,
        headers: answer.headers,
      });
    },
    [Symbol.dispose]: () => wire[Symbol.dispose](),
  };
}

const NO_BODY: ReadonlySet<number> = new Set([204, 205]);

async function whole(answer: Response, { host }: URL): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    // A 401 of the server may begin a stream: what is read of it is its head.
    if (length > MAX_BYTES) throw new WireFault(`${host} answers more than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
