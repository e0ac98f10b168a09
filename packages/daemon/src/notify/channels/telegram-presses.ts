// Buttons that were pressed, fetched from Telegram by long polling: nothing of ours listens for the internet. It asks only
// while a message with buttons waits for an answer. INVARIANT: what comes is somebody else's word; who pressed, where and
// which button is judged by whoever is told.
import type { SecretName } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { cut } from '../plain.ts';
import type { SendHttp } from '../send-http.ts';
import type { SecretFor } from './adapter.ts';
import { type Bot, createBot, members } from './telegram-api.ts';

export interface Press {
  readonly token: string;
  /** The id of who pressed it. */
  readonly from: string;
  /** The chat's id, and its name where it has one. */
  readonly chats: readonly string[];
}

export interface PressesHost {
  readonly clock: Clock;
  readonly http: SendHttp;
  readonly server: string;
  readonly token: SecretName;
  secret(name: SecretName, host: string): Promise<SecretFor>;
  /** Whether a message with buttons waits. */
  wanted(): boolean;
  /** @returns what whoever pressed is told. */
  pressed(press: Press): Promise<string>;
  /** Asking failed several times in a row (why), or works again (null). */
  troubled(why: string | null): void;
}

const POLL_SECONDS = 10;
const PATIENCE_MS = 10_000;
const LONGEST_WAIT_MS = 60_000;
const TROUBLE_AT = 3;
const MOST_BYTES = 512 * 1024;
/** Few, so that a whole answer fits into the bound. */
const AT_ONCE = 20;

export class Presses implements Disposable {
  readonly #host: PressesHost;
  readonly #end = new AbortController();
  #running = false;
  #offset = 0;
  #failures = 0;

  constructor(host: PressesHost) {
    this.#host = host;
  }

  /** Begins to ask, where it does not ask yet. */
  poke(): void {
    if (this.#running || this.#end.signal.aborted) return;
    this.#running = true;
    void this.#run().finally(() => {
      this.#running = false;
    });
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }

  async #run(): Promise<void> {
    const { server, token, secret, http, wanted } = this.#host;
    let bot: Bot | null = null;
    while (wanted() && !this.#end.signal.aborted) {
      if (bot === null) {
        const key = await secret(token, new URL(server).host);
        if (key.ok) bot = createBot(http, server, key.value.trim());
        else {
          await this.#failed(key.outcome.text);
          continue;
        }
      }
      const { outcome, result } = await bot(
        'getUpdates',
        { offset: this.#offset, timeout: POLL_SECONDS, limit: AT_ONCE, allowed_updates: ['callback_query'] },
        { timeoutMs: POLL_SECONDS * 1000 + PATIENCE_MS, mostBytes: MOST_BYTES, signal: this.#end.signal },
      );
      if (this.#end.signal.aborted) return;
      if (outcome.kind === 'failed') {
        // Asked for anew: it may have been rotated.
        bot = null;
        await this.#failed(outcome.text, outcome.afterMs ?? 0);
        continue;
      }
      if (this.#failures >= TROUBLE_AT) this.#host.troubled(null);
      this.#failures = 0;
      for (const update of Array.isArray(result) ? result : []) await this.#one(bot, update);
    }
  }

  async #one(bot: Bot, update: unknown): Promise<void> {
    const { update_id: number, callback_query: query } = members(update);
    // First of all: one that breaks something is not fetched again.
    if (typeof number === 'number') this.#offset = Math.max(this.#offset, number + 1);
    const { id, from, message, data } = members(query);
    const { id: who } = members(from);
    const { chat } = members(message);
    const { id: place, username } = members(chat);
    if (typeof id !== 'string' || typeof data !== 'string' || typeof who !== 'number') return;
    const chats = [
      ...(typeof place === 'number' ? [String(place)] : []),
      ...(typeof username === 'string' ? [`@${username.toLowerCase()}`] : []),
    ];
    const text = await this.#host.pressed({ token: data.slice(0, 100), from: String(who), chats });
    await bot('answerCallbackQuery', { callback_query_id: id, text: cut(text, 190) });
  }

  async #failed(why: string, askedMs = 0): Promise<void> {
    this.#failures += 1;
    if (this.#failures === TROUBLE_AT) this.#host.troubled(why);
    const ms = Math.max(
      Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (this.#failures - 1)),
      Math.min(askedMs, LONGEST_WAIT_MS),
    );
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#host.clock.after(ms, resolve);
    const { signal } = this.#end;
    const stop = (): void => resolve();
    signal.addEventListener('abort', stop, { once: true });
    await promise;
    signal.removeEventListener('abort', stop);
    cancel();
  }
}
