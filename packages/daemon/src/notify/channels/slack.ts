// Slack, by an incoming webhook. INVARIANT: what came from an agent stands in `plain_text`, where nothing is markup, nobody is
// mentioned and no address becomes a link; only our own words and links are `mrkdwn`.
import type { Channel } from '@castellan/contract';
import { cut, serverWords } from '../plain.ts';
import { outcomeOf } from '../send-http.ts';
import type { Shown } from '../shown.ts';
import type { Adapter, Kit } from './adapter.ts';
import { webhookAt } from './webhook-at.ts';

type Slack = Extract<Channel, { kind: 'slack' }>;

/** Of the short line that stands in lists of messages: the three signs that begin an entity. */
export const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const words = (text: string) => ({ type: 'plain_text', text, emoji: false }) as const;

function message({ title, text, facts, links }: Shown): unknown {
  return {
    text: cut(slackText(`${title}: ${text}`), 2000),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: words(cut(title, 150)) },
      { type: 'section', text: words(text === '' ? title : cut(text, 2900)) },
      ...(facts.length === 0
        ? []
        : [{ type: 'section', fields: facts.map(({ name, value }) => words(cut(`${name}: ${value}`, 1900))) }]),
      ...(links.length === 0
        ? []
        : [
            {
              type: 'section',
              text: { type: 'mrkdwn', text: links.map(({ label, url }) => `<${url}|${label}>`).join('   ') },
            },
          ]),
    ],
  };
}

export function slack({ server, webhook }: Slack, { http, secret }: Kit): Adapter {
  return {
    follows: false,
    async deliver(shown) {
      const at = await webhookAt(server, webhook, secret);
      if (!at.ok) return at.outcome;
      const body = JSON.stringify(message(shown));
      const answer = await http({ url: at.url, headers: { 'content-type': 'application/json' }, body });
      return outcomeOf(at.url.host, answer, answer.kind === 'answer' ? serverWords(answer.text) : '');
    },
  };
}
