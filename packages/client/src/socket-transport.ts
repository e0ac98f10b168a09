// HTTP over the daemon's Unix socket, connections kept alive. The token never leaves this file but as a header, and the
// refresh cookie goes to the route that takes it and to no other.
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { ROUTES } from '@castellan/contract';
import type { Transport, TransportReply, TransportRequest } from './transport.ts';

/** The one cookie of a program's sign-in: what a new access token is had for. */
const REFRESH_COOKIE = 'castellan_refresh';

export interface SocketOptions {
  readonly socketPath: string;
  /** null: nobody's, for the routes that make somebody of one. */
  readonly token: string | null;
  /** What it is called in the list of sign-ins, so that one knows which of them to end. */
  readonly client?: string;
  /** Sent to the one route that takes it, and told when the daemon replaces it. */
  readonly refresh?: { readonly value: string | null; readonly replaced: (value: string) => void };
}

/** What the daemon set the cookie to; undefined where it did not. */
function refreshIn(cookies: readonly string[] | undefined): string | undefined {
  const said = cookies?.find((each) => each.startsWith(`${REFRESH_COOKIE}=`));
  return said?.slice(REFRESH_COOKIE.length + 1).split(';', 1)[0];
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
export function socketTransport({
  socketPath,
  token,
  refresh,
  client = 'castellan command line',
}: SocketOptions): Transport {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 });

  const once = (request: TransportRequest): Promise<TransportReply | 'stale'> =>
    new Promise((resolve) => {
      const { method, path, body, accept, signal } = request;
      const cookie = path === ROUTES.refresh.path ? refresh?.value : null;
      const outgoing = httpRequest({
        agent,
        socketPath,
        method,
        path,
        ...(signal === undefined ? {} : { signal }),
        headers: {
          accept,
          host: 'localhost',
          'user-agent': client,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(cookie === null || cookie === undefined ? {} : { cookie: `${REFRESH_COOKIE}=${cookie}` }),
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        },
      });
      outgoing.on('response', (reply: IncomingMessage) => {
        const replaced = refreshIn(reply.headers['set-cookie']);
        if (replaced !== undefined) refresh?.replaced(replaced);
        resolve({ kind: 'reply', status: reply.statusCode ?? 0, body: reply });
      });
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
