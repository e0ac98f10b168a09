// The way to a server that is reached by Streamable HTTP. INVARIANT: it is known by its origin and by the key of its
// certificate; another key is asked about before a header of ours, which may hold a secret, is sent to it. Where there is
// no certificate, none of them holds one.
import type { Digest, McpHttp, ServerIdentity } from '@castellan/contract';
import type { AuthProvider } from '@modelcontextprotocol/client';
import { hostPlace } from '../../model/place.ts';
import type { ServerSignIn } from '../host.ts';
import { challengeOf } from '../sign-in/index.ts';
import type { Cause, Connecting, Way } from './connection.ts';
import { guardedFetch } from './http-fetch.ts';
import { createWire } from './http-wire.ts';
import { GRACE_MS } from './limits.ts';
import { secretInTheOpen } from './open-way.ts';

/** However short a server says: a stream it ends at once is not asked for again at once. */
const SHORTEST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** Of a body that is looked at to tell what a server speaks. */
const LOOKED_AT = 4096;

export async function openHttp(way: Way, start: McpHttp): Promise<Connecting> {
  const { module, host, mayBe, pace } = way;
  const url = new URL(start.url);
  const { origin } = url;
  let key: Digest | null = null;
  let over: string | null = null;
  let cause: Cause = 'crash';
  let refused: string | null = null;
  const { signInHosts } = start;
  const named = signInHosts === undefined ? {} : { signInHosts: signInHosts.toSorted() };
  const identity = (): ServerIdentity => ({ kind: 'http', origin, key, ...named });
  const inspect = `castellan modules inspect ${module} shows what changed`;
  if (url.protocol === 'http:') {
    const held = mayBe(identity());
    if (held !== null) return { ok: false, kind: 'held', why: held, hint: inspect };
  }
  const open = secretInTheOpen(start);
  if (open !== null)
    return {
      ok: false,
      kind: 'unusable',
      why: `the header \`${open}\` has a secret, and ${url.host} is not reached by https`,
      hint: 'give it an address with https, or take the secret out of its manifest',
    };
  const filled = await host.fillIn(module, start.headers, url.host);
  if (!filled.ok)
    return { ok: false, kind: 'unusable', why: filled.why, hint: 'castellan secrets list shows what there is' };
  const sdk = await import('@modelcontextprotocol/client');
  const end = (why: string, of: Cause = 'crash'): void => {
    if (over !== null) return;
    over = why;
    cause = of;
    void transport.close().catch(() => undefined);
  };
  const wire = createWire({
    ca: way.ca,
    ownPorts: way.ownPorts,
    origin,
    keySeen: (seen) => {
      key = seen;
      const held = mayBe(identity());
      if (held !== null) end(held, 'held');
      return held;
    },
  });
  const signIn = start.oauth === 'auto' ? host.signIn(module, start) : undefined;
  const fetch = guardedFetch({
    wire,
    clock: host.clock,
    pace,
    origin,
    headers: filled.values,
    // Its token goes to its own origin; the sign-in itself has its own way out.
    signsIn: false,
    isLocal: hostPlace(url.hostname) === 'local',
    refused: (why) => {
      refused = why;
    },
  });
  const transport = new sdk.StreamableHTTPClientTransport(url, {
    fetch,
    redirectPolicy: 'same-origin',
    ...(signIn !== undefined && { authProvider: providerOf(signIn, sdk.UnauthorizedError) }),
    reconnectionScheduler: (reconnect, ms, attempt) =>
      host.clock.after(Math.min(LONGEST_RETRY_MS, Math.max(ms, SHORTEST_RETRY_MS * 2 ** attempt)), reconnect),
  });
  const isSignIn = (error: unknown): boolean =>
    error instanceof sdk.UnauthorizedError || (error instanceof sdk.SdkHttpError && error.data.status === 401);
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    try {
      await send(message, options);
    } catch (error) {
      const status = error instanceof sdk.SdkHttpError ? error.data.status : null;
      if (error instanceof sdk.InsufficientScopeError) signIn?.wants(error.requiredScope ?? null);
      if (isSignIn(error)) end(signIn?.why() ?? 'it wants to be signed in to', 'sign-in');
      else if (status === 404 && transport.sessionId !== undefined) end('it has forgotten our session', 'gone');
      throw error;
    }
  };
  let isClosed = false;
  return {
    ok: true,
    connection: {
      transport,
      identity,
      stderr: () => [],
      lastBytes: () => null,
      over: () => over,
      cause: () => cause,
      hasDied: () => false,
      end: (why) => end(why),
      explain: async (error) => refused ?? explain(error, fetch, url, sdk.SdkHttpError),
      lastRefusal: () => refused,
      async close() {
        if (isClosed) return;
        isClosed = true;
        if (over === null && transport.sessionId !== undefined) {
          const { promise, resolve } = Promise.withResolvers<void>();
          const off = host.clock.after(GRACE_MS, resolve);
          void transport
            .terminateSession()
            .catch(() => undefined)
            .then(resolve);
          await promise;
          off();
        }
        await transport.close().catch(() => undefined);
        wire[Symbol.dispose]();
      },
    },
  };
}

/** What the SDK's transport asks for tokens. Its own flow is never begun from here. */
function providerOf(signIn: ServerSignIn, Unauthorized: new (message: string) => Error): AuthProvider {
  return {
    token: () => signIn.token(),
    async onUnauthorized({ response }) {
      if (!(await signIn.refused(await challengeOf(response)))) throw new Unauthorized(signIn.why());
    },
  };
}

type HttpError = new (...given: never[]) => { readonly data: { readonly status?: number } };

/** What a server that was not understood is. Null: nothing is known but what it said. */
async function explain(
  error: unknown,
  ask: ReturnType<typeof guardedFetch>,
  url: URL,
  SdkHttpError: HttpError,
): Promise<string | null> {
  const status = error instanceof SdkHttpError ? error.data.status : undefined;
  if (status === undefined) return null;
  if (status !== 400 && status !== 404 && status !== 405) return `it answers with status ${status}`;
  try {
    const answer = await ask(url, {
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.timeout(GRACE_MS),
    });
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      if (text.length > LOOKED_AT || text.includes('\n\n')) break;
    }
    if (/^event:\s*endpoint$/m.test(text))
      return 'it speaks HTTP+SSE of 2024-11-05, which Castellan does not; ask for its address for Streamable HTTP';
  } catch {
    // It has nothing to say there either.
  }
  return `it does not speak Streamable HTTP at ${url.pathname} (status ${status})`;
}
