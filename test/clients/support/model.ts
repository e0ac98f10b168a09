// A model server that outlives the daemon, so that a client can be watched while the daemon dies.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { canaryReply } from '@castellan/agents';

export interface Model extends AsyncDisposable {
  readonly port: number;
  /** Every request that offered tools, whole: what the agent was told. */
  readonly requests: readonly string[];
}

export async function startModel(): Promise<Model> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.url?.includes('count_tokens')) {
        response.setHeader('content-type', 'application/json').end('{"input_tokens":1}');
        return;
      }
      if (request.method !== 'POST' || !request.url?.startsWith('/v1/messages')) {
        response.writeHead(404).end();
        return;
      }
      requests.push(body);
      const reply = canaryReply(JSON.parse(body));
      response.setHeader('content-type', reply.contentType).end(reply.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
