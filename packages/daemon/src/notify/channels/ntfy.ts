// ntfy: published as JSON, so that no text stands in a header. A message is plain text: nothing in it is markup.
import type { Channel } from '@castellan/contract';
import { serverWords } from '../plain.ts';
import { outcomeOf } from '../send-http.ts';
import { bodyOf, type Shown } from '../shown.ts';
import { type Adapter, type Kit, membersOf } from './adapter.ts';

type Ntfy = Extract<Channel, { kind: 'ntfy' }>;

const TAGS: Readonly<Record<Shown['kind'], string>> = {
  approval: 'raised_hand',
  reminder: 'hourglass_flowing_sand',
  settled: 'white_check_mark',
  alarm: 'rotating_light',
  script: 'scroll',
  test: 'wave',
};
/** 5 rings through silence: only an alarm does. */
const PRIORITY: Readonly<Record<Shown['kind'], number>> = {
  approval: 4,
  reminder: 4,
  settled: 2,
  alarm: 5,
  script: 3,
  test: 3,
};

export function ntfy({ server, topic, token }: Ntfy, { http, secret }: Kit): Adapter {
  const url = new URL(server);
  return {
    follows: false,
    async deliver(shown) {
      const key = token === undefined ? null : await secret(token, url.host);
      if (key?.ok === false) return key.outcome;
      const body = {
        topic,
        title: shown.title,
        message: bodyOf(shown),
        priority: PRIORITY[shown.kind],
        tags: [TAGS[shown.kind]],
        ...(shown.links[0] !== undefined && { click: shown.links[0].url }),
        actions: shown.links.map(({ label, url: to }) => ({ action: 'view', label, url: to, clear: true })),
      };
      const answer = await http({
        url,
        headers: {
          'content-type': 'application/json',
          ...(key !== null && { authorization: `Bearer ${key.value}` }),
        },
        body: JSON.stringify(body),
      });
      return outcomeOf(url.host, answer, answer.kind === 'answer' ? serverWords(membersOf(answer.text).error) : '');
    },
  };
}
