// A real SMTP server with users and TLS, and a certificate that the daemon is told of.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { certificate, type Pem } from '@castellan/testkit';
import { SMTPServer } from 'smtp-server';

/** For the name by which the tests reach it; the certificate is also the authority that the daemon is told of. */
export const mailCertificate = (): Pem => certificate({ name: 'localhost' });

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string;
  /** The whole message, headers first. */
  readonly raw: string;
}

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly letters: readonly Letter[];
  /** Refuses so many letters for now. */
  refuse(times: number): void;
}

export const MAILBOX = { user: 'keeper', password: 'correct-horse-battery-51' } as const;

/** @param mode tls: from the first byte. starttls: offered, and needed before a login. plain: neither. */
export async function mailServer(mode: 'tls' | 'starttls' | 'plain', tls: Pem | null): Promise<MailServer> {
  const letters: Letter[] = [];
  let refusing = 0;
  const server = new SMTPServer({
    secure: mode === 'tls',
    ...(tls !== null && { key: readFileSync(tls.key, 'utf8'), cert: tls.cert }),
    disabledCommands: mode === 'plain' ? ['STARTTLS', 'AUTH'] : [],
    allowInsecureAuth: false,
    authOptional: mode === 'plain',
    disableReverseLookup: true,
    logger: false,
    onAuth(given, _session, done) {
      if (given.username === MAILBOX.user && given.password === MAILBOX.password) done(null, { user: given.username });
      else done(new Error('Invalid username or password'));
    },
    onData(stream, session, done) {
      void text(stream).then((raw) => {
        if (refusing > 0) {
          refusing -= 1;
          done(Object.assign(new Error('try again later'), { responseCode: 451 }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        letters.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure === true,
          user: String(session.user ?? ''),
          raw,
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    letters,
    refuse: (times) => {
      refusing = times;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Headers by lower-case name, unfolded, and the body as it is read. */
export function readLetter(raw: string): { readonly headers: ReadonlyMap<string, string>; readonly body: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = new Map(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map(
        (line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const,
      ),
  );
  const body = rest.join('\r\n\r\n');
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  if (encoding === 'base64') return { headers, body: Buffer.from(body, 'base64').toString('utf8') };
  if (encoding !== 'quoted-printable') return { headers, body };
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { headers, body: Buffer.from(bytes, 'latin1').toString('utf8') };
}
