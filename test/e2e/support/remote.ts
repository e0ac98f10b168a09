// The remote listener as people, their proxies and strangers meet it: certificates made on the spot, real TLS.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort, type HttpResponse, tempFolder } from '@castellan/testkit';

export const NAME = 'castellan.test';

export interface Pem {
  readonly certificate: string;
  readonly key: string;
  readonly cert: string;
}

const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });

/** A self-signed pair. `ended`: over for years. */
export function certificate({ name = NAME, ended = false } = {}): Pem {
  const folder = tempFolder();
  const [cert, key, request, config] = ['cert.pem', 'key.pem', 'request.pem', 'ca.cnf'].map((file) =>
    join(folder, file),
  ) as [string, string, string, string];
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`];
  const names = ['-addext', `subjectAltName=DNS:${name}`, '-keyout', key];
  if (ended) {
    // Only an authority of one's own says when a certificate begins.
    writeFileSync(join(folder, 'index.txt'), '');
    writeFileSync(
      config,
      [
        '[ca]',
        'default_ca=own',
        '[own]',
        `dir=${folder}`,
        'database=$dir/index.txt',
        'new_certs_dir=$dir',
        'default_md=sha256',
        'rand_serial=yes',
        'policy=any',
        'copy_extensions=copy',
        '[any]',
        'commonName=supplied',
      ].join('\n'),
    );
    openssl('req', ...fresh, ...names, '-out', request);
    const dates = ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z'];
    openssl('ca', '-batch', '-selfsign', '-config', config, '-keyfile', key, '-in', request, '-out', cert, ...dates);
  } else openssl('req', '-x509', ...fresh, ...names, '-days', '2', '-out', cert);
  return { certificate: cert, key, cert: readFileSync(cert, 'utf8') };
}

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
  { port, ca, host = `${NAME}:${port}`, from }: Away,
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
  const outgoing = ca === null ? plainRequest(options) : tlsRequest({ ...options, ca, servername: NAME });
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
  return { port, remote: { enabled: true, host: '127.0.0.1', port, address: `https://${NAME}:${port}`, tls, ...more } };
}

export async function byProxy(from: readonly string[], more: object = {}) {
  const port = await freePort();
  return { port, remote: { enabled: true, port, address: `https://${NAME}`, proxy: { from }, ...more } };
}
