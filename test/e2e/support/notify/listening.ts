// A server on loopback that speaks one protocol as its real one does, remembers what reached it, and fails as it is told to.
// RULE: what a real server would refuse is refused here, with a status and a reason, so that a test sees it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Asked {
  /** When it had come whole. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Nothing is ever said. */
  | 'hang'
  | 'break';

export interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly host: string;
  readonly url: string;
  readonly asked: readonly Asked[];
  /** These first, each once; then as the protocol has it. */
  failNext(...replies: readonly Reply[]): void;
  /** Always, until it is null again. */
  fail(reply: Reply | null): void;
}

export async function listening(answer: (asked: Asked) => Reply | Promise<Reply>): Promise<Listening> {
  const asked: Asked[] = [];
  const next: Reply[] = [];
  let always: Reply | null = null;
  const speak = (response: ServerResponse, reply: Reply): void => {
    if (reply === 'hang') return;
    if (reply === 'break') {
      response.destroy();
      return;
    }
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {});
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(text);
  };
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    void buffer(request).then(
      async (body) => {
        const url = new URL(request.url ?? '/', 'http://localhost');
        const one = {
          at: Date.now(),
          method: request.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          body,
        };
        asked.push(one);
        speak(response, next.shift() ?? always ?? (await answer(one)));
      },
      () => undefined,
    );
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    asked,
    failNext: (...replies) => void next.push(...replies),
    fail: (reply) => {
      always = reply;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @throws Error where it is no JSON object. */
export function jsonOf({ body }: Asked): { readonly [name: string]: unknown } {
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error('no object');
  return value as { readonly [name: string]: unknown };
}
