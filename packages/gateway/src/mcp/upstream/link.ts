// Requests and answers of one connection, both ways. INVARIANT: an answer belongs to the one request that has its id and
// waits; any other is counted and dropped. What a server asks is answered in its turn or refused, never kept without bound.
import type { JsonObject } from '@castellan/contract';
import type { McpClock } from '../host.ts';
import { Asked } from './asked.ts';
import { LONGEST_REQUEST_MS, MAX_TIMEOUTS } from './limits.ts';
import { type Message, type MessageId, readMessage } from './message.ts';
import type { Pace } from './pace.ts';
import type { Answer, FromServer } from './types.ts';

export interface Sending {
  /** Of a transport with a stream for each request: ends that stream. */
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** The stream of this request is over. */
  readonly onEnd?: () => void;
}

export interface LinkHost {
  readonly clock: McpClock;
  readonly pace: Pace;
  send(message: JsonObject, how: Sending): Promise<void>;
  /** Ends a server that breaks the rules. */
  end(why: string): void;
  /** Why the connection is over, once it is. */
  over(): string;
  /** What of its answers was refused last. */
  refused(): string | null;
  hideText(text: string): string;
  /** One of its lists has changed. */
  changed(): void;
  handlers(): readonly FromServer[];
}

export interface Asking {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: JsonObject) => void) | undefined;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Pending {
  readonly settle: (answer: Answer) => void;
  /** When it is late. Progress gives it its time again, up to `latest`. */
  due: number;
  readonly latest: number;
  readonly timeoutMs: number;
  readonly late: () => void;
  readonly progressed: (params: JsonObject) => void;
}

/** What the protocol of an era wants with each message of ours. */
export interface Framing {
  /** Put under `_meta` of each request and notification. */
  readonly meta: JsonObject | null;
  /** Cancelling ends the stream of the request; else `notifications/cancelled` says it. */
  readonly endsStreams: boolean;
  /** Whether the server may ask anything of us. */
  readonly mayAsk: boolean;
}

const LISTS_CHANGED: ReadonlySet<string> = new Set([
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
]);

const failed = (why: string, hint: string): Answer => ({ kind: 'failed', why, hint });

export class Link {
  readonly #host: LinkHost;
  readonly #asked: Asked;
  readonly #pending = new Map<MessageId, Pending>();
  #framing: Framing = { meta: null, endsStreams: false, mayAsk: true };
  /** Randomness for the next ids: drawn for many at once. */
  #drawn: Buffer = Buffer.alloc(0);
  #drawnAt = 0;
  #timeouts = 0;
  #isOver = false;
  /** When the timer fires; infinite: none is set. */
  #timerDue = Number.POSITIVE_INFINITY;
  #stopTimer = (): void => {};

  constructor(host: LinkHost) {
    this.#host = host;
    this.#asked = new Asked(host);
  }

  set framing(framing: Framing) {
    this.#framing = framing;
  }

  /** @returns whether it was for us; if not, it is for the SDK. */
  received(value: unknown, size: () => number, isSettled: boolean): boolean {
    const message = readMessage(value);
    const pending = 'id' in message && message.id !== null ? this.#pending.get(message.id) : undefined;
    if (message.kind === 'result' || message.kind === 'error') {
      if (pending === undefined) return isSettled ? this.#unasked(size, message) : false;
      this.#timeouts = 0;
      pending.settle(this.#answerOf(message));
      return true;
    }
    if (message.kind === 'broken') {
      pending?.settle(failed(`it broke the protocol: ${message.why}`, 'look at its log'));
      this.#count(size);
      return true;
    }
    this.#count(size);
    if (message.kind === 'request') {
      if (this.#framing.mayAsk) this.#asked.take(message);
      return true;
    }
    return this.#notified(message.method, message.params);
  }

  async request(method: string, params: JsonObject, asking: Asking): Promise<Answer> {
    if (this.#isOver) return failed(this.#host.over(), 'try again');
    if (asking.signal?.aborted === true) return { kind: 'cancelled' };
    const { clock } = this.#host;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const { meta, endsStreams } = this.#framing;
    const id = this.#newId();
    const began = clock.monotonic();
    const stream = endsStreams ? new AbortController() : null;
    const cancel = (why: string): void => {
      if (stream === null) void this.notify('notifications/cancelled', { requestId: id, reason: why });
      else stream.abort();
    };
    const settle = (answer: Answer): void => {
      if (!this.#pending.delete(id)) return;
      asking.signal?.removeEventListener('abort', aborted);
      resolve(answer);
    };
    const aborted = (): void => {
      if (this.#pending.has(id)) cancel('the client does not want it any more');
      settle({ kind: 'cancelled' });
    };
    const { timeoutMs } = asking;
    this.#wait(id, {
      settle,
      due: began + Math.min(timeoutMs, LONGEST_REQUEST_MS),
      latest: began + LONGEST_REQUEST_MS,
      timeoutMs,
      late: () => {
        if (!this.#pending.has(id)) return;
        cancel('it took too long');
        settle(
          failed(`it did not answer \`${method}\` within ${Math.round((clock.monotonic() - began) / 1000)} s`, SLOW),
        );
        this.#timedOut();
      },
      progressed: ({ progressToken: _, ...progress }) => asking.onProgress?.(progress),
    });
    asking.signal?.addEventListener('abort', aborted, { once: true });
    const how: Sending = {
      ...(stream !== null && { signal: stream.signal }),
      ...(asking.headers !== undefined && { headers: asking.headers }),
      onEnd: () =>
        settle(failed(this.#host.refused() ?? `it ended its answer to \`${method}\` before it was whole`, 'try again')),
    };
    const sent = framed(params, meta, asking.onProgress === undefined ? null : id);
    this.#host
      .send({ jsonrpc: '2.0', id, method, params: sent }, how)
      .catch((error: unknown) => settle(failed(this.#host.hideText(lineOf(error)), 'look at its log')));
    return promise;
  }

  async notify(method: string, params: JsonObject): Promise<void> {
    const sent = framed(params, this.#framing.meta, null);
    // A server that is gone is not told.
    await this.#host.send({ jsonrpc: '2.0', method, params: sent }, {}).catch(() => undefined);
  }

  closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopTimer();
    this.#asked.closed();
    const why = this.#host.over();
    for (const { settle } of [...this.#pending.values()]) settle(failed(why, 'try again'));
  }

  /** One timer for all that wait: it is left running when they are answered, and set again by the next that needs it sooner. */
  #wait(id: MessageId, pending: Pending): void {
    this.#pending.set(id, pending);
    if (pending.due < this.#timerDue) this.#watchUntil(pending.due);
  }

  #watchUntil(due: number): void {
    this.#stopTimer();
    this.#timerDue = due;
    this.#stopTimer = this.#host.clock.after(Math.max(1, due - this.#host.clock.monotonic()), () => this.#look());
  }

  /** Ends what is late. What waits for us (for a person, or for the client's model) is given its time again. */
  #look(): void {
    this.#timerDue = Number.POSITIVE_INFINITY;
    const now = this.#host.clock.monotonic();
    let next = Number.POSITIVE_INFINITY;
    for (const pending of [...this.#pending.values()]) {
      if (pending.due > now) next = Math.min(next, pending.due);
      else if (this.#asked.open > 0 && now < pending.latest) next = Math.min(next, this.#again(pending, now));
      else pending.late();
    }
    if (next < this.#timerDue && !this.#isOver) this.#watchUntil(next);
  }

  #again(pending: Pending, now: number): number {
    pending.due = Math.min(now + pending.timeoutMs, pending.latest);
    return pending.due;
  }

  /** Not to be guessed: an answer that was made up in advance would be taken for the one that is waited for. */
  #newId(): number {
    for (;;) {
      // 31 bits, for servers that read it as a small number; the lowest are the handshake's.
      if (this.#drawnAt + 4 > this.#drawn.length) {
        this.#drawn = this.#host.clock.random(DRAWN_BYTES);
        this.#drawnAt = 0;
      }
      const id = this.#drawn.readUInt32BE(this.#drawnAt) >>> 1;
      this.#drawnAt += 4;
      if (id > 1000 && !this.#pending.has(id)) return id;
    }
  }

  #answerOf(message: Extract<Message, { kind: 'result' | 'error' }>): Answer {
    if (message.kind === 'error') {
      const { code, data } = message;
      const said = this.#host.hideText(message.message);
      return { kind: 'error', code, message: said, ...(data !== undefined && { data }) };
    }
    // `resultType` is of the framing of 2026-07-28, and no member of what was asked for.
    const { resultType } = message.result;
    if (resultType === undefined) return { kind: 'result', result: message.result };
    const { resultType: _, ...result } = message.result;
    if (this.#framing.mayAsk || resultType === 'complete') return { kind: 'result', result };
    if (resultType !== 'input_required')
      return failed('its answer is of a kind that is not known', 'a newer Castellan may know it');
    const { inputRequests = {}, requestState } = result;
    if (typeof inputRequests !== 'object' || inputRequests === null || Array.isArray(inputRequests))
      return failed('it wants to ask something that cannot be read', 'look at its log');
    return {
      kind: 'input-required',
      inputRequests: inputRequests as JsonObject,
      requestState: typeof requestState === 'string' ? requestState : null,
      result,
    };
  }

  #notified(method: string, params: JsonObject): boolean {
    if (method === 'notifications/progress') {
      const token = params.progressToken;
      const pending = typeof token === 'number' ? this.#pending.get(token) : undefined;
      if (pending === undefined) return true;
      this.#again(pending, this.#host.clock.monotonic());
      pending.progressed(params);
      return true;
    }
    if (method === 'notifications/cancelled') {
      const { requestId } = params;
      if (typeof requestId === 'string' || typeof requestId === 'number') this.#asked.cancel(requestId);
      return false;
    }
    if (method === 'notifications/subscriptions/acknowledged') return false;
    if (LISTS_CHANGED.has(method)) this.#host.changed();
    else for (const handlers of this.#host.handlers()) handlers.onNotification(method, params);
    return true;
  }

  /** An answer to nothing: of the SDK's own requests, or made up. */
  #unasked(size: () => number, { id }: { readonly id: MessageId | null }): boolean {
    if (typeof id === 'string') return false;
    this.#count(size);
    return true;
  }

  #count(size: () => number): void {
    if (this.#host.pace.spend(size())) this.#host.end('it sends more than anybody asked for, all the time');
  }

  #timedOut(): void {
    this.#timeouts += 1;
    if (this.#timeouts >= MAX_TIMEOUTS) this.#host.end(`it left ${MAX_TIMEOUTS} requests without an answer`);
  }
}

/** Params with what the era wants of each message, and the token that progress is told by. */
function framed(params: JsonObject, meta: JsonObject | null, progressToken: number | null): JsonObject {
  if (meta === null && progressToken === null) return params;
  const own = params._meta as JsonObject | undefined;
  return { ...params, _meta: { ...meta, ...own, ...(progressToken !== null && { progressToken }) } };
}

const DRAWN_BYTES = 1024;
const SLOW = 'a longer `timeoutSeconds` in its manifest gives it more time';

/** What a send threw: of the SDK, of the connection, of the process. One line. */
export const lineOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 300) ?? 'it failed';
