// Discord, by an incoming webhook: its address is a secret that must lie at the server that is configured. INVARIANT: every
// sign that Discord reads as markup is escaped and nobody is mentioned, whatever a text says.
import type { Channel } from '@castellan/contract';
import { cut, serverWords } from '../plain.ts';
import { outcomeOf } from '../send-http.ts';
import type { Shown } from '../shown.ts';
import { type Adapter, type Kit, membersOf, never, Places, seconds } from './adapter.ts';
import { webhookAt } from './webhook-at.ts';

type Discord = Extract<Channel, { kind: 'discord' }>;

const COLOURS: Readonly<Record<Shown['kind'], number>> = {
  approval: 0xd98e04,
  reminder: 0xd98e04,
  settled: 0x5f6b7a,
  alarm: 0xc92a2a,
  script: 0xd98e04,
  test: 0x2b7a78,
};

/** Every sign that is no letter, digit or blank may be escaped; escaping `:` keeps addresses from becoming links. */
export const discordText = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, (sign) => `\\${sign}`);

function embed({ kind, title, text, facts, links }: Shown): unknown {
  const roads = links.map(({ label, url }) => `[${label}](<${url}>)`).join(' · ');
  return {
    title: cut(discordText(title), 256),
    description: `${cut(discordText(text), 2500)}${roads === '' ? '' : `\n\n${roads}`}`,
    color: COLOURS[kind],
    fields: facts.map(({ name, value }) => ({ name, value: cut(discordText(value), 1000), inline: true })),
  };
}

export function discord({ server, webhook }: Discord, { http, secret }: Kit): Adapter {
  const places = new Places<string>();
  return {
    follows: true,
    async deliver(shown) {
      const at = await webhookAt(server, webhook, secret);
      if (!at.ok) return at.outcome;
      const speak = async (url: URL, method: 'POST' | 'PATCH') => {
        const body = JSON.stringify({ embeds: [embed(shown)], allowed_mentions: { parse: [] } });
        const answer = await http({ url, method, headers: { 'content-type': 'application/json' }, body });
        const members = answer.kind === 'answer' ? membersOf(answer.text) : {};
        const outcome = outcomeOf(at.url.host, answer, serverWords(members.message));
        const afterMs = seconds(members.retry_after);
        return { members, outcome: outcome.kind === 'failed' && afterMs !== null ? { ...outcome, afterMs } : outcome };
      };
      if (shown.kind === 'settled') {
        for (const id of places.of(shown.key)) {
          const { outcome } = await speak(new URL(`${at.url.pathname}/messages/${id}`, at.url), 'PATCH');
          if (outcome.kind === 'failed') return outcome;
        }
        return { kind: 'sent' };
      }
      const url = new URL(at.url);
      url.searchParams.set('wait', 'true');
      const { members, outcome } = await speak(url, 'POST');
      if (outcome.kind === 'failed') return outcome;
      if (typeof members.id !== 'string' || !/^\d{1,25}$/.test(members.id))
        return never(`\`${at.url.host}\` did not say which message it made`);
      places.add(shown.key, members.id);
      return outcome;
    },
  };
}
