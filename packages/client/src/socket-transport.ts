// HTTP over the daemon's Unix socket, connections kept alive. The token never leaves this file but as a header.
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Transport, TransportReply, TransportRequest } from './transport.ts';

export interface SocketOptions {
  readonly socketPath: string;
  readonly token: string;
}

function plain(error: Error & { readonly code?: string }): string {
  switch (error.code) {
    case 'ENOENT':
      return 'its socket does not exist';
    case 'ECONNREFUSED':
      return 'nobody listens on its socket';
    case 'EACCES':
      return 'its socket belongs to somebody else';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'it closed the connection';
    default:
      return error.message;
  }
}

/**
 * Requests over the daemon's Unix socket, with a credential. Connections are kept open between requests; where one went stale
 * in the meantime a question is asked once more, a change is not. Whatever fails comes back as a value.
 */
export function socketTransport({ socketPath, token }: SocketOptions): Transport {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 });

  const once = (request: TransportRequest): Promise<TransportReply | 'stale'> =>
    new Promise((resolve) => {
      const { method, path, body, accept, signal } = request;
      const outgoing = httpRequest({
        agent,
        socketPath,
        method,
        path,
        ...(signal === undefined ? {} : { signal }),
        headers: {
          accept,
          host: 'localhost',
          authorization: `Bearer ${token}`,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        },
      });
      outgoing.on('response', (reply: IncomingMessage) =>
        resolve({ kind: 'reply', status: reply.statusCode ?? 0, body: reply }),
      );
      outgoing.on('error', (error: Error & { code?: string }) => {
        // The daemon may close an idle connection just as we use it. A question may be asked again; a change may not.
        const stale = outgoing.reusedSocket && error.code === 'ECONNRESET' && method === 'GET';
        resolve(stale ? 'stale' : { kind: 'failed', message: plain(error) });
      });
      outgoing.end(body);
    });

  return {
    async send(request) {
      const first = await once(request);
      if (first !== 'stale') return first;
      const second = await once(request);
      return second === 'stale' ? { kind: 'failed', message: 'it closed the connection' } : second;
    },
    close: () => agent.destroy(),
  };
}
