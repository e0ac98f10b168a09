// E-mail: plain text, so that nothing in it is markup, and an empty line before our links. RULE: a mailbox that an agent reads
// is an agent; that is why links ask for a person to sign in unless the configuration says otherwise.
import type { Channel } from '@castellan/contract';
import { hostPlace } from '@castellan/gateway';
import { cut } from '../plain.ts';
import { bodyOf } from '../shown.ts';
import { type Adapter, type Kit, never } from './adapter.ts';

type Email = Extract<Channel, { kind: 'email' }>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;
const OWN_PORT = { tls: 465, starttls: 587, none: 25 } as const;

/** As the uses of a secret name it. */
const hostOf = ({ host, port, security }: Email): string =>
  port === OWN_PORT[security] ? host.toLowerCase() : `${host.toLowerCase()}:${port}`;

export function email(channel: Email, { mail, secret }: Kit): Adapter {
  const { host, port, security, user, password, from, to } = channel;
  return {
    follows: false,
    async deliver(shown) {
      if (security === 'none' && !LOOPBACK.test(host))
        return never('without TLS mail goes to this machine alone: set `security` to `tls` or `starttls`');
      if (hostPlace(host.toLowerCase()) === 'metadata') return never(`\`${host}\` is no mail server`);
      if ((user === undefined) !== (password === undefined)) return never('`user` and `password` belong together');
      const key = password === undefined ? null : await secret(password, hostOf(channel));
      if (key?.ok === false) return key.outcome;
      const links = shown.links.map(({ label, url }) => `${label}: ${url}`).join('\n');
      return mail({
        host,
        port,
        security,
        login: user === undefined || key === null ? null : { user, password: key.value },
        from,
        to,
        subject: cut(`Castellan: ${shown.title}`, 120),
        text: `${bodyOf(shown)}\n${links === '' ? '' : `\n${links}\n`}\n-- \nSent by Castellan. A mailbox that an agent reads is no place for these messages.\n`,
      });
    },
  };
}
