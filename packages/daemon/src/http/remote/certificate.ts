// A certificate and its key from their files, looked at before they are used: what a browser would refuse is refused here, with
// words that say what is wrong.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { errnoOf } from '../../start-error.ts';
import type { Certificate } from '../listeners.ts';
import type { Fault, RemoteSettings } from './settings.ts';

export type ReadCertificate =
  | { readonly kind: 'good'; readonly certificate: Certificate }
  | { readonly kind: 'fault'; readonly fault: Fault };

const fault = (text: string, hint: string): ReadCertificate => ({ kind: 'fault', fault: { text, hint } });

function read(path: string): string | Fault {
  if (!isAbsolute(path)) return { text: `\`${path}\` is not an absolute path`, hint: 'give the whole path' };
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { text: `\`${path}\` cannot be read (${errnoOf(error)})`, hint: 'give the user of the daemon the right to' };
  }
}

const tried = <T>(make: () => T): T | null => {
  try {
    return make();
  } catch {
    return null;
  }
};

export function readCertificate(
  { certificate: certPath, key: keyPath }: NonNullable<RemoteSettings['tls']>,
  name: string,
  now: number,
): ReadCertificate {
  const cert = read(certPath);
  const key = read(keyPath);
  if (typeof cert !== 'string') return { kind: 'fault', fault: cert };
  if (typeof key !== 'string') return { kind: 'fault', fault: key };
  const leaf = tried(() => new X509Certificate(cert));
  if (leaf === null) return fault(`\`${certPath}\` is no certificate in PEM`, 'the leaf first, then the chain');
  const secret = tried(() => createPrivateKey(key));
  if (secret === null) return fault(`\`${keyPath}\` is no private key in PEM`, 'one without a passphrase');
  if (!leaf.checkPrivateKey(secret))
    return fault(`the key \`${keyPath}\` is not that of the certificate \`${certPath}\``, 'give the pair');
  if (now >= leaf.validToDate.getTime())
    return fault(`the certificate \`${certPath}\` ended on ${leaf.validTo}`, 'renew it');
  if (now < leaf.validFromDate.getTime())
    return fault(`the certificate \`${certPath}\` is not valid before ${leaf.validFrom}`, 'look at the clock');
  const host = new URL(`https://${name}`).hostname.replace(/^\[|\]$/g, '');
  const isFor = isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host);
  if (isFor === undefined)
    return fault(`the certificate \`${certPath}\` is not for \`${host}\``, 'use the name of `remote.address` in it');
  return { kind: 'good', certificate: { cert, key } };
}
