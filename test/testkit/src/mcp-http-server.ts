// The honest server on loopback by Streamable HTTP, in the process of the test: modern clients stateless, older ones with a
// session each. `instead` answers a request in the server's place: redirects, floods, silence, a sign-in.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  createMcpHandler,
  isLegacyRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { type HonestOptions, honestServer } from './mcp-honest.ts';

export interface McpHttpOptions {
  /** @default 'both' */
  readonly era?: 'both' | 'legacy' | 'modern';
  readonly server?: HonestOptions;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** @returns whether it answered. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse, body: string) => boolean;
  /** The same, where the answer takes a moment: what stands before a server. */
  readonly guard?: (request: IncomingMessage, response: ServerResponse, body: string) => Promise<boolean>;
}

/** One request as it came. */
export interface McpHttpSeen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface McpHttpServer extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:PORT/mcp`, or `https`. */
  readonly url: string;
  readonly seen: readonly McpHttpSeen[];
  /** Sessions of older clients that are open now. */
  readonly sessions: () => number;
  /** Knows no session any more. */
  readonly forget: () => void;
  /** Says to everyone who listens that the tools have changed. */
  readonly toolsChanged: () => Promise<void>;
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.flushHeaders();
  if (answer.body === null) return void response.end();
  const reader = answer.body.getReader();
  response.once('close', () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }) as const);
    if (done || value === undefined || response.destroyed) break;
    response.write(value);
  }
  response.end();
}

export async function startMcpHttpServer(options: McpHttpOptions = {}): Promise<McpHttpServer> {
  const { era = 'both', server: given = {}, tls, instead, guard } = options;
  const seen: McpHttpSeen[] = [];
  const sessions = new Map<string, { transport: WebStandardStreamableHTTPServerTransport; server: Server }>();
  const modern = createMcpHandler(() => honestServer(given), { legacy: 'reject' });

  async function legacy(request: Request): Promise<Response> {
    const session = request.headers.get('mcp-session-id');
    const known = session === null ? undefined : sessions.get(session);
    if (known !== undefined) return known.transport.handleRequest(request);
    if (session !== null) return new Response('no such session', { status: 404 });
    const server = honestServer(given);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, { transport, server }),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await server.connect(transport);
    return transport.handleRequest(request);
  }

  const listener: RequestListener = (request, response) => {
    void buffer(request).then(
      async (bytes) => {
        const { method = '', url = '/', headers } = request;
        const body = bytes.toString('utf8');
        seen.push({ method, url, headers, body });
        if (instead?.(request, response, body) === true) return;
        if ((await guard?.(request, response, body)) === true) return;
        const gone = new AbortController();
        response.once('close', () => gone.abort());
        const asked = new Request(`http://127.0.0.1${url}`, {
          method,
          headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]),
          ...(method === 'POST' && { body }),
          signal: gone.signal,
        });
        const older = era === 'legacy' || (era === 'both' && (await isLegacyRequest(asked.clone())));
        await send(await (older ? legacy(asked) : modern.fetch(asked)), response);
      },
      () => undefined,
    );
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/mcp`,
    seen,
    sessions: () => sessions.size,
    forget: () => sessions.clear(),
    toolsChanged: async () => {
      modern.notify.toolsChanged();
      await Promise.all([...sessions.values()].map((each) => each.server.sendToolListChanged()));
    },
    [Symbol.asyncDispose]: async () => {
      await modern.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
