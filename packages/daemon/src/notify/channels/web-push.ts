// Web push: to every browser that said yes, encrypted to each. One that is gone (404, 410) is forgotten; one that was reached
// is not told again when another one is tried once more.
import { hash } from 'node:crypto';
import type { Channel, PushMessage } from '@castellan/contract';
import type { Outcome } from '../outbox.ts';
import { cut } from '../plain.ts';
import type { Subscriber } from '../push/book.ts';
import { encryptPush, MOST_PAYLOAD } from '../push/encrypt.ts';
import { serviceOf } from '../push/services.ts';
import { vapidHeader } from '../push/vapid.ts';
import { outcomeOf } from '../send-http.ts';
import { bodyOf, type Shown } from '../shown.ts';
import { type Adapter, type Kit, never } from './adapter.ts';

type WebPush = Extract<Channel, { kind: 'web-push' }>;

/** Seconds a push service keeps what it cannot deliver. */
const KEPT = 3600;
const AT_ONCE = 8;

/** The page that is subscribed knows its own address: it is given paths. */
function pathOf(url: string): string {
  const { pathname, hash: fragment } = new URL(url);
  return `${pathname}${fragment}`;
}

function payloadOf(shown: Shown): string {
  const message = (text: string): string =>
    JSON.stringify({
      kind: shown.kind,
      key: shown.key,
      title: shown.title,
      text,
      links: shown.links.map(({ label, url }) => ({ label, path: pathOf(url) })),
    } satisfies PushMessage);
  const text = bodyOf(shown);
  const over = Buffer.byteLength(message(text)) - MOST_PAYLOAD;
  return over <= 0 ? message(text) : message(cut(text, Math.max(1, Math.floor((text.length - over) / 4))));
}

export function webPush({ contact, services }: WebPush, { http, push, clock }: Kit): Adapter {
  const one = async ({ id, endpoint, keys }: Subscriber, shown: Shown): Promise<Outcome> => {
    const service = serviceOf(endpoint.href, services);
    if (service === null)
      return never(`\`${endpoint.host}\` is no push service of a usual browser, nor in \`services\``);
    const body = encryptPush(payloadOf(shown), keys, clock.random(16));
    if (body === null) {
      await push.drop(id);
      return never(`a browser gave keys that are none, and is forgotten`);
    }
    const answer = await http({
      url: endpoint,
      reach: service === 'own' ? 'anywhere' : 'public',
      headers: {
        authorization: vapidHeader(await push.key(), endpoint, contact, clock.now()),
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ttl: String(Math.min(KEPT, shown.secondsLeft ?? KEPT)),
        urgency: shown.urgent ? 'high' : 'normal',
        // What has not arrived yet is replaced by what came of it.
        topic: hash('sha256', shown.key, 'base64url').slice(0, 32),
      },
      body,
    });
    if (answer.kind === 'answer' && (answer.status === 404 || answer.status === 410)) {
      await push.drop(id);
      return never('a browser is no longer subscribed, and is forgotten');
    }
    return outcomeOf(endpoint.host, answer);
  };
  return {
    follows: true,
    async deliver(shown, { done }) {
      const everybody = push.list();
      if (everybody.length === 0) return never('no browser has said yes to notifications');
      const left = everybody.filter(({ id }) => !done.has(id));
      const failures: Extract<Outcome, { kind: 'failed' }>[] = [];
      for (let from = 0; from < left.length; from += AT_ONCE)
        await Promise.all(
          left.slice(from, from + AT_ONCE).map(async (subscriber) => {
            const outcome = await one(subscriber, shown);
            if (outcome.kind === 'sent') done.add(subscriber.id);
            else failures.push(outcome);
          }),
        );
      const again = failures.find((failure) => failure.again);
      if (again !== undefined) return again;
      // Somebody was told; a browser that went away is no failure of the others.
      return done.size > 0 ? { kind: 'sent' } : (failures[0] ?? { kind: 'sent' });
    },
  };
}
