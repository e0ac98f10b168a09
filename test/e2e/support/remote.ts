// The remote listener as people, their proxies and strangers meet it: certificates made on the spot, real TLS.
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { CERTIFIED, freePort, type HttpResponse, type Pem } from '@castellan/testkit';

export interface Away {
  readonly port: number;
  /** The certificate to trust; null: no TLS. */
  readonly ca: string | null;
  /** What is asked for; the default is the name of the certificate with the port. */
  readonly host?: string;
  /** From which address of loopback. */
  readonly from?: string;
}

export interface AwayRequest {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request from elsewhere. @throws where the connection is refused or cut. */
export function sendAway(
  { port, ca, host = `${CERTIFIED}:${port}`, from }: Away,
  method: string,
  path: string,
  { body, headers }: AwayRequest = {},
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const length = payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) };
  const options = {
    method,
    path,
    port,
    host: '127.0.0.1',
    agent: false,
    ...(from === undefined ? {} : { localAddress: from }),
    headers: { host, ...length, ...headers },
  } as const;
  const outgoing = ca === null ? plainRequest(options) : tlsRequest({ ...options, ca, servername: CERTIFIED });
  outgoing.once('response', (incoming) => {
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
  });
  outgoing.once('error', reject);
  outgoing.end(payload);
  return promise;
}

/** `remote` of config.yaml with a certificate of its own. */
export async function byTls(pem: Pem, more: object = {}): Promise<{ readonly port: number; readonly remote: object }> {
  const port = await freePort();
  const { certificate: file, key } = pem;
  const tls = { certificate: file, key };
  return {
    port,
    remote: { enabled: true, host: '127.0.0.1', port, address: `https://${CERTIFIED}:${port}`, tls, ...more },
  };
}

export async function byProxy(from: readonly string[], more: object = {}) {
  const port = await freePort();
  return { port, remote: { enabled: true, port, address: `https://${CERTIFIED}`, proxy: { from }, ...more } };
}
