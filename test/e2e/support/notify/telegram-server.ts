// The part of Telegram's Bot API that a bot with buttons uses: messages in its HTML, keyboards, edits, and updates by long
// polling, which are kept until they are confirmed by an offset.
import { jsonOf, type Listening, listening, type Reply } from './listening.ts';

type Members = { readonly [name: string]: unknown };
type Key = { readonly text: string; readonly callback_data?: string; readonly url?: string };

export interface TelegramMessage {
  readonly id: number;
  readonly html: string;
  /** As a person reads it. */
  readonly text: string;
  readonly keys: readonly Key[];
  readonly edited: boolean;
}

export interface TelegramServer extends Listening {
  readonly token: string;
  readonly messages: ReadonlyMap<number, TelegramMessage>;
  /** What was told to whoever pressed, by the id of the press. */
  readonly told: ReadonlyMap<string, string>;
  /** A person presses a key of a message. @returns the id of the press. */
  press(from: number, data: string, chat?: Members): string;
  /** Long polls that wait now. */
  readonly polling: () => number;
}

export const CHAT = '-1001234567890';

/** Telegram's own rule: these tags and four entities; everything else that opens with `<` or `&` is refused. */
function readHtml(html: string): string | null {
  if (/<(?!\/?(?:b|i|u|s|code|pre)>)/.test(html)) return null;
  if (/&(?!(?:amp|lt|gt|quot);)/.test(html)) return null;
  const open = [...html.matchAll(/<(\/?)(\w+)>/g)];
  let depth = 0;
  for (const [, close] of open) depth += close === '/' ? -1 : 1;
  if (depth !== 0) return null;
  return html
    .replace(/<\/?\w+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

function keysOf(markup: unknown): readonly Key[] | string {
  const rows = ((markup ?? {}) as { inline_keyboard?: readonly (readonly Key[])[] }).inline_keyboard ?? [];
  for (const { text, callback_data: data, url } of rows.flat()) {
    if (text === '') return 'Text buttons are unallowed in the inline keyboard';
    if (data !== undefined && (Buffer.byteLength(data) < 1 || Buffer.byteLength(data) > 64))
      return 'BUTTON_DATA_INVALID';
    if (url !== undefined && !/^https?:\/\/[^/]+\.[^/]+/.test(url)) return 'BUTTON_URL_INVALID';
  }
  return rows.flat();
}

export async function telegramServer(): Promise<TelegramServer> {
  const token = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
  const messages = new Map<number, TelegramMessage>();
  const told = new Map<string, string>();
  let updates: { readonly update_id: number; readonly callback_query: Members }[] = [];
  let nextUpdate = 900;
  let polling = 0;
  let wake: () => void = () => undefined;

  const ok = (result: unknown): Reply => ({ status: 200, body: { ok: true, result } });
  const bad = (description: string, status = 400): Reply => ({
    status,
    body: { ok: false, error_code: status, description },
  });

  function put(sent: Members, id: number, edited: boolean): Reply {
    const html = String(sent.text);
    const text = sent.parse_mode === 'HTML' ? readHtml(html) : null;
    if (text === null) return bad("Bad Request: can't parse entities");
    if (text.length < 1 || text.length > 4096) return bad('Bad Request: message is too long');
    if (String(sent.chat_id) !== CHAT) return bad('Bad Request: chat not found');
    const keys = keysOf(sent.reply_markup);
    if (typeof keys === 'string') return bad(`Bad Request: ${keys}`);
    messages.set(id, { id, html, text, keys, edited });
    return ok({ message_id: id, date: 1, chat: { id: Number(CHAT), type: 'supergroup' } });
  }

  async function getUpdates(asked: Members): Promise<Reply> {
    const offset = Number(asked.offset ?? 0);
    updates = updates.filter(({ update_id: id }) => id >= offset);
    if (updates.length === 0) {
      polling += 1;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(resolve, Number(asked.timeout ?? 0) * 1000);
      await promise;
      clearTimeout(timer);
      polling -= 1;
    }
    return ok(updates.slice(0, Number(asked.limit ?? 100)));
  }

  const server = await listening(async (asked): Promise<Reply> => {
    const [, given, method] = /^\/bot([^/]+)\/(\w+)$/.exec(asked.path) ?? [];
    if (given !== token) return bad('Unauthorized', 401);
    const sent = jsonOf(asked);
    switch (method) {
      case 'sendMessage':
        return put(sent, messages.size + 1, false);
      case 'editMessageText':
        return messages.has(Number(sent.message_id))
          ? put(sent, Number(sent.message_id), true)
          : bad('Bad Request: message to edit not found');
      case 'answerCallbackQuery':
        if (String(sent.text).length > 200) return bad('Bad Request: MESSAGE_TOO_LONG');
        told.set(String(sent.callback_query_id), String(sent.text));
        return ok(true);
      case 'getUpdates':
        return getUpdates(sent);
      default:
        return bad('Not Found', 404);
    }
  });
  return {
    ...server,
    token,
    messages,
    told,
    polling: () => polling,
    press(from, data, chat = { id: Number(CHAT), type: 'supergroup' }) {
      const id = `4382bfdwdsb323b2d9-${nextUpdate}`;
      updates.push({
        update_id: nextUpdate++,
        callback_query: {
          id,
          from: { id: from, is_bot: false, first_name: 'X' },
          message: { message_id: 1, chat },
          data,
        },
      });
      wake();
      return id;
    },
  };
}
