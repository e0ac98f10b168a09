// The Bot API of Telegram: one call is one POST of JSON. The token stands in the path, so no failure tells a path.
import type { Outcome } from '../outbox.ts';
import { serverWords } from '../plain.ts';
import { outcomeOf, type SendHttp } from '../send-http.ts';
import { membersOf, never, seconds } from './adapter.ts';

export interface Said {
  readonly outcome: Outcome;
  /** Of an answer that is well. */
  readonly result: unknown;
}

export type Bot = (
  method: 'sendMessage' | 'editMessageText' | 'getUpdates' | 'answerCallbackQuery',
  payload: unknown,
  more?: { readonly timeoutMs?: number; readonly mostBytes?: number; readonly signal?: AbortSignal },
) => Promise<Said>;

const isMembers = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null;
/** @returns nothing where it is no object. */
export const members = (value: unknown): { readonly [name: string]: unknown } => (isMembers(value) ? value : {});

export function createBot(http: SendHttp, server: string, token: string): Bot {
  const { host, origin } = new URL(server);
  return async (method, payload, more = {}) => {
    if (!/^\d{1,20}:[\w-]{20,100}$/.test(token))
      return { outcome: never('the secret of the bot is no token of a bot'), result: null };
    const answer = await http({
      url: new URL(`/bot${token}/${method}`, origin),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
      ...more,
    });
    if (answer.kind === 'failed') return { outcome: answer, result: null };
    const said = membersOf(answer.text);
    const outcome = outcomeOf(host, answer, serverWords(said.description));
    const afterMs = seconds(members(said.parameters).retry_after);
    if (outcome.kind === 'failed')
      return { outcome: afterMs === null ? outcome : { ...outcome, afterMs }, result: null };
    return said.ok === true
      ? { outcome, result: said.result }
      : { outcome: never(`\`${host}\` gave an answer that is none`), result: null };
  };
}
