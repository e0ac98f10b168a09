// The address of an incoming webhook: a secret as a whole. INVARIANT: it is used only where it lies at the server of the
// configuration, which is also the host that its use is recorded for.
import type { SecretName } from '@castellan/contract';
import type { Outcome } from '../outbox.ts';
import { type Kit, never } from './adapter.ts';

export type WebhookAt = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly outcome: Outcome };

export async function webhookAt(server: string, name: SecretName, secret: Kit['secret']): Promise<WebhookAt> {
  const { host, origin } = new URL(server);
  const kept = await secret(name, host);
  if (!kept.ok) return kept;
  const url = URL.parse(kept.value.trim());
  if (url === null) return { ok: false, outcome: never(`secret \`${name}\` is no address`) };
  if (url.origin !== origin || url.username !== '' || url.password !== '')
    return { ok: false, outcome: never(`the address in secret \`${name}\` does not lie at \`${host}\``) };
  return { ok: true, url: new URL(`${url.pathname.replace(/\/$/, '')}${url.search}`, url) };
}
