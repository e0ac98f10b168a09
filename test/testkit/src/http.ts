// One HTTP request as a test wants to send it: any header, the forged ones too, over TCP or the Unix socket.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
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

/** Nothing that is let in is as long: what it meets is a refusal. */
const LONG = 1_048_576;
const TRIES = 5;

const isLong = (body: unknown): boolean =>
  body !== undefined && (body instanceof Uint8Array ? body.length : JSON.stringify(body).length) > LONG;

/**
 * Sends one request. A body that is refused by its length is answered before it has come, and the connection is closed: on a busy
 * machine the answer may be lost with it. Then it is asked again.
 */
export async function sendRequest(
  target: HttpTarget,
  method: string,
  path: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  for (let tries = 1; ; tries++)
    try {
      return await sendOnce(target, method, path, request);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isLost = code === 'EPIPE' || code === 'ECONNRESET';
      if (!isLost || tries === TRIES || !isLong(request.body)) throw error;
    }
}

function sendOnce(
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
  outgoing.end(payload);
  return promise;
}
