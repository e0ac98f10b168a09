// A webhook of one's own, signed after Standard Webhooks: whoever receives it can tell that it came from here, and not twice.
// The id of a message stays the same when it is tried again.
import { createHmac } from 'node:crypto';
import type { Channel } from '@castellan/contract';
import { outcomeOf } from '../send-http.ts';
import type { Adapter, Kit } from './adapter.ts';
import { never } from './adapter.ts';

type Webhook = Extract<Channel, { kind: 'webhook' }>;

/** 24 to 64 bytes, as base64, with or without the prefix of the standard. */
function keyOf(secret: string): Buffer | null {
  const text = secret.trim().replace(/^whsec_/, '');
  const key = Buffer.from(text, 'base64');
  const canonical = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  return canonical && key.length >= 24 && key.length <= 64 ? key : null;
}

export function webhook({ url: address, secret: name }: Webhook, { http, secret, clock }: Kit): Adapter {
  const url = new URL(address);
  /** So that ids of another run are other ids. */
  const run = clock.random(8).toString('hex');
  return {
    follows: true,
    async deliver(shown, letter) {
      const kept = await secret(name, url.host);
      if (!kept.ok) return kept.outcome;
      const key = keyOf(kept.value);
      if (key === null)
        return never(`secret \`${name}\` is no key of Standard Webhooks: \`whsec_\` and 24 to 64 bytes as base64`);
      const { kind, key: about, title, text, facts, links, secondsLeft } = shown;
      const now = clock.now();
      const body = JSON.stringify({
        type: `castellan.${kind}`,
        timestamp: new Date(now).toISOString(),
        data: { about, title, text, facts, links, secondsLeft },
      });
      const id = `msg_${run}${letter.id.toString(16).padStart(8, '0')}`;
      const timestamp = String(Math.floor(now / 1000));
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      const answer = await http({
        url,
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
        body,
      });
      return outcomeOf(url.host, answer);
    },
  };
}
