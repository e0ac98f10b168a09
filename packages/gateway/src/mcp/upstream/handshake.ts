// The beginning of a connection, by the SDK: which era, which revision, what the server says of itself. INVARIANT: every
// message passes our own link first, from the first byte on; the SDK sees only what is its own.
import type { JsonObject } from '@castellan/contract';
import type { Client, JSONRPCMessage, McpSubscription, Transport } from '@modelcontextprotocol/client';
import { type Connection, OUR_CAPABILITIES } from './connection.ts';
import { PROBE_MS, START_MS } from './limits.ts';
import { type Framing, type Link, lineOf } from './link.ts';
import type { Said } from './offered.ts';
import type { Era } from './types.ts';

export interface Greeted {
  readonly client: Client;
  readonly era: Era;
  readonly said: Said;
  readonly framing: Framing;
}

export type Greeting =
  | { readonly ok: true; readonly greeted: Greeted }
  | { readonly ok: false; readonly kind: 'sign-in' | 'fault'; readonly why: string; readonly error: unknown };

/** Longer instructions are no instructions: a lock could not hold them. */
const MAX_INSTRUCTIONS = 20_000;
const MAX_SELF = 200;

/** The link comes first, whoever listens to the transport. */
export function interpose(transport: Transport, takes: (message: unknown) => boolean): void {
  let inner: ((message: JSONRPCMessage) => void) | undefined;
  let outer: ((message: JSONRPCMessage) => void) | undefined;
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    get: () => outer,
    set: (handler: ((message: JSONRPCMessage) => void) | undefined) => {
      inner = handler;
      outer =
        handler === undefined
          ? undefined
          : (message) => {
              if (!takes(message)) inner?.(message);
            };
    },
  });
}

export async function greet(
  connection: Connection,
  link: Link,
  version: string,
  isKnownLegacy: boolean,
): Promise<Greeting> {
  // Loaded at the first use: the daemon starts without it.
  const sdk = await import('@modelcontextprotocol/client');
  const { transport } = connection;
  let isSettled = false;
  interpose(transport, (message) => link.received(message, () => sizeOf(connection, message), isSettled));
  const self = { name: 'castellan', version };
  const client = new sdk.Client(self, {
    capabilities: OUR_CAPABILITIES,
    versionNegotiation: {
      mode: 'auto',
      probe: { timeoutMs: transport.hasPerRequestStream === true ? START_MS / 2 : PROBE_MS },
    },
    // Definitions are pinned and checked by us; the SDK's own validator would be made for each server.
    jsonSchemaValidator: {
      getValidator: () => () => ({ valid: true, data: undefined as never, errorMessage: undefined }),
    },
  });
  client.onclose = () => link.closed();
  try {
    await client.connect(transport, { timeout: START_MS, ...(isKnownLegacy && { prior: { kind: 'legacy' } }) });
  } catch (error) {
    const isSignIn =
      error instanceof sdk.UnauthorizedError || (error instanceof sdk.SdkHttpError && error.data.status === 401);
    return {
      ok: false,
      kind: isSignIn ? 'sign-in' : 'fault',
      why: connection.over() ?? `it was not understood: ${lineOf(error)}`,
      error,
    };
  }
  const instructions = client.getInstructions() ?? null;
  if (instructions !== null && instructions.length > MAX_INSTRUCTIONS) {
    const why = `its instructions are longer than ${MAX_INSTRUCTIONS} characters`;
    return { ok: false, kind: 'fault', why, error: null };
  }
  const era: Era = client.getProtocolEra() === 'modern' ? 'modern' : 'legacy';
  const protocol = client.getNegotiatedProtocolVersion() ?? 'unknown';
  const meta = {
    [sdk.PROTOCOL_VERSION_META_KEY]: protocol,
    [sdk.CLIENT_INFO_META_KEY]: self,
    [sdk.CLIENT_CAPABILITIES_META_KEY]: OUR_CAPABILITIES,
  };
  const framing: Framing =
    era === 'modern'
      ? { meta, endsStreams: transport.hasPerRequestStream === true, mayAsk: false }
      : { meta: null, endsStreams: false, mayAsk: true };
  link.framing = framing;
  isSettled = true;
  const { name = '', version: of = '' } = client.getServerVersion() ?? {};
  const said: Said = {
    server: { name: String(name).slice(0, MAX_SELF), version: String(of).slice(0, MAX_SELF) },
    protocol,
    instructions,
    capabilities: (client.getServerCapabilities() ?? {}) as JsonObject,
  };
  return { ok: true, greeted: { client, era, said, framing } };
}

/** What a server of 2026-07-28 must be asked to tell: its lists, and resources by their address. Null: it tells nothing. */
export async function subscribe({ client, said }: Greeted, uris: readonly string[]): Promise<McpSubscription | null> {
  const { capabilities } = said;
  const tells = (name: string): boolean => (capabilities[name] as JsonObject | undefined)?.listChanged === true;
  const filter = {
    ...(tells('tools') && { toolsListChanged: true }),
    ...(tells('prompts') && { promptsListChanged: true }),
    ...(tells('resources') && { resourcesListChanged: true }),
    ...(uris.length > 0 && { resourceSubscriptions: [...uris] }),
  };
  if (Object.keys(filter).length === 0) return null;
  const { listen: openStream } = client;
  try {
    return await openStream.call(client, filter, { timeout: PROBE_MS });
  } catch {
    return null;
  }
}

const sizeOf = (connection: Connection, message: unknown): number =>
  connection.lastBytes() ?? JSON.stringify(message).length;
