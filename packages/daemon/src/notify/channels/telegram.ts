// Telegram: a message of a bot, with buttons where the configuration names the people whose buttons count. INVARIANT: every
// text is escaped for the one parse mode that is used, and no preview of an address is ever fetched.
import type { Channel } from '@castellan/contract';
import { hostPlace } from '@castellan/gateway';
import { cut } from '../plain.ts';
import type { Link, Shown } from '../shown.ts';
import { type Adapter, type Kit, never, Places } from './adapter.ts';
import { createBot, members } from './telegram-api.ts';

type Telegram = Extract<Channel, { kind: 'telegram' }>;

/** The three signs of its HTML, and the quote of an attribute. */
export const telegramText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Telegram takes no button to a name without a dot; such an address is written out. */
const isPublic = ({ url }: Link): boolean => {
  const { hostname } = new URL(url);
  return hostPlace(hostname) === 'cloud' && hostname.includes('.');
};

function textOf({ title, text, facts, links }: Shown): string {
  const written = links.filter((link) => !isPublic(link));
  return [
    `<b>${telegramText(title)}</b>`,
    telegramText(cut(text, 2000)),
    ...facts.map(({ name, value }) => `${telegramText(name)}: ${telegramText(cut(value, 300))}`),
    ...written.map(({ label, url }) => `${label}: <code>${telegramText(url)}</code>`),
  ].join('\n');
}

function keyboardOf({ buttons, links }: Shown): readonly (readonly unknown[])[] {
  const own = buttons.map(({ label, token }) => ({ text: label, callback_data: token }));
  const linked = links
    .filter((link) => isPublic(link) && (own.length === 0 || link.label === 'Open'))
    .map(({ label, url }) => ({ text: label, url }));
  return [own, linked].filter((row) => row.length > 0);
}

export function telegram({ server, chat, token }: Telegram, { http, secret }: Kit): Adapter {
  const places = new Places<number>();
  const { host } = new URL(server);
  return {
    follows: true,
    async deliver(shown) {
      const key = await secret(token, host);
      if (!key.ok) return key.outcome;
      const bot = createBot(http, server, key.value.trim());
      const message = {
        chat_id: chat,
        text: textOf(shown),
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        reply_markup: { inline_keyboard: keyboardOf(shown) },
      };
      if (shown.kind === 'settled') {
        for (const id of places.of(shown.key)) {
          const { outcome } = await bot('editMessageText', { ...message, message_id: id });
          if (outcome.kind === 'failed') return outcome;
        }
        return { kind: 'sent' };
      }
      const { outcome, result } = await bot('sendMessage', message);
      if (outcome.kind === 'failed') return outcome;
      const id = members(result).message_id;
      if (typeof id !== 'number') return never(`\`${host}\` did not say which message it made`);
      places.add(shown.key, id);
      return outcome;
    },
  };
}
