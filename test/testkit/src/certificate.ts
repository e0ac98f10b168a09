// Certificates made on the spot: a key in the repository would be one that everybody has.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './temp-folder.ts';

/** The name certificates of the tests are for. */
export const CERTIFIED = 'castellan.test';

export interface Pem {
  readonly certificate: string;
  readonly key: string;
  readonly cert: string;
}

const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });

/** A self-signed pair. `ended`: over for years. */
export function certificate({ name = CERTIFIED, ended = false } = {}): Pem {
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
