// A model server on loopback that does as a test says, and remembers what reached it, byte for byte.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface ModelServer extends AsyncDisposable {
  readonly port: number;
  readonly seen: readonly Seen[];
  /** Connections made so far. */
  readonly connections: () => number;
  /** Requests whose client went away before the end of the answer. */
  readonly aborted: () => number;
}

export type Answer = (response: ServerResponse, seen: Seen, request: IncomingMessage) => void;

export const json =
  (value: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

export const sse = (...data: readonly (string | object)[]): string =>
  data.map((each) => `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`).join('');

export const streamed =
  (text: string): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);

export async function startModelServer(
  answer: Answer,
  tls: { readonly key: string; readonly cert: string } | null = null,
): Promise<ModelServer> {
  const seen: Seen[] = [];
  let connections = 0;
  let aborted = 0;
  const listener: RequestListener = (request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) aborted += 1;
    });
    void buffer(request).then(
      (body) => {
        const { method = '', url = '', rawHeaders, headers } = request;
        const one = { method, url, rawHeaders, headers, body: body.toString('utf8') };
        seen.push(one);
        answer(response, one, request);
      },
      () => undefined,
    );
  };
  const server = tls === null ? createServer(listener) : createSecureServer(tls, listener);
  server.on(tls === null ? 'connection' : 'secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    connections: () => connections,
    aborted: () => aborted,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
