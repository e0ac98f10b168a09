// A server on a real Unix socket that answers as told: what the client's tests speak to.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
}

export interface FakeDaemon extends AsyncDisposable {
  readonly folder: string;
  readonly socketPath: string;
  readonly seen: Seen[];
  readonly connections: () => number;
}

export type Handler = (request: Seen, response: ServerResponse, raw: IncomingMessage) => void;

export async function fakeDaemon(handler: Handler): Promise<FakeDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-client-'));
  const socketPath = join(folder, 'd.sock');
  const seen: Seen[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = {
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization ?? '',
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(one);
    handler(one, response, request);
  });
  server.on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    folder,
    socketPath,
    seen,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};
