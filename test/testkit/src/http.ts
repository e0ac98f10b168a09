// One HTTP request as a test wants to send it: any header, the forged ones too, over TCP or the Unix socket.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface HttpTarget {
  readonly port: number;
  readonly host?: string;
  /** When given, the request goes over this Unix socket. */
  readonly socket?: string;
}

export interface HttpRequest {
  /** null: no credential at all. */
  readonly token?: string | null;
  /** Sent as JSON; text and bytes go as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** @throws SyntaxError when the answer is not JSON. */
  json(): unknown;
}

const LONG = 1_048_576;
const PIECE = 65_536;

async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    yield bytes.subarray(at, at + PIECE);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function sendRequest(
  target: HttpTarget,
  method: string,
  path: string,
  { token, body, headers = {} }: HttpRequest,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const payload = body === undefined ? undefined : raw ? body : JSON.stringify(body);
  const outgoing = httpRequest(
    {
      method,
      path,
      agent: false,
      ...(target.socket === undefined
        ? { host: target.host ?? '127.0.0.1', port: target.port }
        : { socketPath: target.socket }),
      headers: {
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
        ...(token === undefined || token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    },
    (incoming) => {
      text(incoming).then(
        (content) =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: content,
            json: () => JSON.parse(content) as unknown,
          }),
        reject,
      );
    },
  );
  outgoing.once('error', reject);
  // A body that is refused by its length is answered before it has come: what is still to be sent is held back by then, so
  // that no write meets a connection that is closed already.
  if (payload === undefined || payload.length < LONG) outgoing.end(payload);
  else {
    const body = Readable.from(piecesOf(Buffer.from(payload)));
    outgoing.once('response', () => body.unpipe(outgoing));
    body.pipe(outgoing);
  }
  return promise;
}
