// The one way a notification leaves by SMTP. INVARIANT: TLS of 1.2 or later with a certificate that is checked, or none to
// this machine alone; a server that offers no STARTTLS where it was asked for gets nothing, least of all a password.
import type { Clock } from '../clock.ts';
import type { Outcome } from './outbox.ts';
import { serverWords } from './plain.ts';

export interface Mail {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'none';
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
  readonly to: readonly string[];
  /** One line. */
  readonly subject: string;
  readonly text: string;
}
export type SendMail = (mail: Mail) => Promise<Outcome>;

const TIMEOUT_MS = 10_000;

const memberOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null && name in error
    ? (error as { [key: string]: unknown })[name]
    : undefined;

function failure(host: string, error: unknown): Outcome {
  const status = memberOf(error, 'responseCode');
  const code = memberOf(error, 'code');
  const failed = (text: string, again: boolean): Outcome => ({ kind: 'failed', text: `\`${host}\`${text}`, again });
  if (code === 'EAUTH') return failed(' refused the user or password', false);
  if (code === 'ETLS') return failed(' does not offer TLS as it is configured', false);
  // 4xx: for now. 5xx: for good.
  if (typeof status === 'number') {
    const said = serverWords(memberOf(error, 'response'));
    return failed(` answered ${status}${said === '' ? '' : `: ${said}`}`, status < 500);
  }
  if (code === 'EABORT' || code === 'ETIMEDOUT') return failed(' did not answer in time', true);
  const cause = memberOf(error, 'originalCode') ?? code;
  if (typeof cause === 'string' && /CERT|SELF_SIGNED|UNABLE_TO_/.test(cause))
    return failed(`: its certificate cannot be trusted (${cause})`, false);
  return failed(` cannot be reached (${typeof cause === 'string' ? cause : 'unknown'})`, true);
}

/** The library is loaded with the first letter: most daemons send none. */
export function createSendMail(clock: Clock): SendMail {
  return async ({ host, port, security, login, from, to, subject, text }) => {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(login !== null && { auth: { user: login.user, pass: login.password } }),
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      dnsTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const late = new AbortController();
    const cancel = clock.after(TIMEOUT_MS, () => late.abort());
    try {
      // No answering machine writes back.
      const headers = { 'auto-submitted': 'auto-generated' };
      await transport.sendMail({ from, to: [...to], subject, text, headers, signal: late.signal });
      return { kind: 'sent' };
    } catch (error) {
      return failure(host, error);
    } finally {
      cancel();
      transport.close();
    }
  };
}
