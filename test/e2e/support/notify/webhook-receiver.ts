// Whoever receives webhooks after Standard Webhooks: the signature is checked over the bytes that came, an old one is refused.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { jsonOf, type Listening, listening, type Reply } from './listening.ts';

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly [name: string]: unknown };
}

export interface WebhookReceiver extends Listening {
  readonly secret: string;
  readonly received: readonly Received[];
}

export async function webhookReceiver(): Promise<WebhookReceiver> {
  const key = randomBytes(32);
  const received: Received[] = [];
  const server = await listening((asked): Reply => {
    const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
      String(asked.headers[name]),
    );
    const right = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(asked.body).digest();
    const [, given = ''] = /^v1,([A-Za-z0-9+/=]+)$/.exec(signature ?? '') ?? [];
    const sent = Buffer.from(given, 'base64');
    if (sent.length !== right.length || !timingSafeEqual(sent, right)) return { status: 401, body: 'signature' };
    if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return { status: 401, body: 'too old' };
    const { type, timestamp: at, data } = jsonOf(asked) as unknown as Received;
    received.push({ id: id ?? '', type, timestamp: at, data });
    return { status: 200 };
  });
  return { ...server, received, secret: `whsec_${key.toString('base64')}` };
}
