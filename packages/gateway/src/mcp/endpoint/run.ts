// One use of a module under way, and the request of the client that waits for it. INVARIANT: a use has at most one request at
// a time; between two of them (a modern client that was asked something) it is held, and ends when nobody comes back.
import type { JsonObject, JsonValue } from '@castellan/contract';
import type { ScriptUse } from '../host.ts';
import { fault, INTERNAL } from './faults.ts';
import { MAX_ASKS, PROGRESS_PER_SECOND } from './limits.ts';
import { isObject } from './object.ts';
import { Rate } from './rate.ts';

/** The client's side of one request. */
export interface Line {
  readonly era: 'legacy' | 'modern';
  /** The revision it speaks. */
  readonly revision: string;
  /** What the client says it can be asked. */
  readonly capabilities: JsonObject;
  readonly signal: AbortSignal;
  /** What `signal` is of, where one use is all that it ends. */
  readonly ends?: AbortController;
  readonly progressToken: string | number | undefined;
  /** The least log level a modern client wants with this request; undefined: none. */
  readonly logLevel: string | undefined;
  /** Of a modern client that comes back with answers. */
  readonly state: string | undefined;
  readonly responses: JsonObject | undefined;
  /** No client, but a script that uses the tool. */
  readonly program?: ScriptUse | undefined;
  /** A notification on the stream of this request. Never throws: a client that is gone hears nothing. */
  notify(method: string, params: JsonObject): void;
  /** A request on the stream of this request; legacy only. */
  ask(method: string, params: JsonObject, signal: AbortSignal): Promise<JsonObject>;
}

interface Parked {
  readonly key: string;
  readonly method: string;
  readonly params: JsonObject;
  readonly answer: (answer: JsonObject) => void;
}

const UNLINKED = (): void => {};

/** Names of questions that are passed on as a server has them; a member of every object is none. */
const OWN_NAME = /^(?!ask-)[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

export class Run {
  readonly module: string;
  /** What this use is, exactly: who comes back must come with the same. */
  readonly canonical: string;
  readonly #controller: AbortController;
  readonly #rate: Rate;
  #line: Line;
  #unlink: () => void;
  #asked = 0;
  #keys = 0;
  #parked: Parked[] = [];
  /** What a client said before it was asked, by the server's own name of the question. Each is taken once. */
  readonly #ahead: Map<string, JsonObject>;
  #wake: (() => void) | null = null;
  #lastProgress = Number.NEGATIVE_INFINITY;

  constructor(module: string, canonical: string, line: Line, now: () => number) {
    this.module = module;
    this.canonical = canonical;
    this.#rate = new Rate(now, PROGRESS_PER_SECOND);
    this.#line = line;
    this.#controller = line.ends ?? new AbortController();
    this.#ahead = new Map(
      Object.entries(line.responses ?? {}).filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
    );
    this.#unlink = this.#link(line);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The request that waits, or waited last. */
  get line(): Line {
    return this.#line;
  }

  abort(why: string): void {
    this.#controller.abort(why);
  }

  /** The use has its end: nothing that it asked is waited for any more. */
  over(): void {
    this.#unlink();
    if (this.#asked > 0) this.abort('the call is over');
  }

  /** The request it waited with is answered: what happens to that one has no more to do with this use. */
  detach(): void {
    this.#unlink();
  }

  attach(line: Line): void {
    this.#unlink();
    this.#line = line;
    this.#unlink = this.#link(line);
  }

  /** Counted: a server that asks without end is not passed on. */
  mayAsk(): boolean {
    this.#asked += 1;
    return this.#asked <= MAX_ASKS;
  }

  /**
   * Asks the client: on the stream of the call, or (modern) by answering it `input_required`.
   * @param own what the server calls the question; null: it has no name for it.
   */
  ask(method: string, params: JsonObject, signal: AbortSignal, own: string | null): Promise<JsonObject> {
    if (this.#line.era === 'legacy') return this.#line.ask(method, params, signal);
    const said = own === null ? undefined : this.#ahead.get(own);
    if (own !== null && said !== undefined) {
      this.#ahead.delete(own);
      return Promise.resolve(said);
    }
    return new Promise((resolve, reject) => {
      const gone = (): void => {
        this.#parked = this.#parked.filter((parked) => parked.key !== key);
        reject(fault(INTERNAL, 'the call is over'));
      };
      this.#keys += 1;
      const taken = own === null || !OWN_NAME.test(own) || this.#parked.some((parked) => parked.key === own);
      const key = taken ? `ask-${this.#keys}` : own;
      this.#parked.push({ key, method, params, answer: resolve });
      for (const ends of [signal, this.signal]) {
        if (ends.aborted) gone();
        else ends.addEventListener('abort', gone, { once: true });
      }
      this.#wake?.();
    });
  }

  /** Resolves when something is asked that only the answer of this request can ask. */
  asked(): Promise<'asked'> {
    return new Promise((resolve) => {
      const wake = (): void => resolve('asked');
      this.#wake = wake;
      if (this.#parked.length > 0) wake();
    });
  }

  /** What is asked now, as `inputRequests`. */
  requests(): JsonObject {
    return Object.fromEntries(this.#parked.map(({ key, method, params }) => [key, { method, params }]));
  }

  answer(responses: JsonObject): void {
    const left: Parked[] = [];
    for (const parked of this.#parked) {
      const answer: JsonValue | undefined = Object.hasOwn(responses, parked.key) ? responses[parked.key] : undefined;
      if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) parked.answer(answer as JsonObject);
      else left.push(parked);
    }
    this.#parked = left;
  }

  /** Passes progress on under the client's own token; it only grows, and not too often. */
  progress(params: JsonObject): void {
    const { progressToken } = this.#line;
    const { progress } = params;
    if (progressToken === undefined || typeof progress !== 'number') return;
    if (!this.#rate.take().ok || progress <= this.#lastProgress) return;
    this.#lastProgress = progress;
    this.#line.notify('notifications/progress', { ...params, progressToken });
  }

  /** Keeps a client alive while a person is waited for: progress must grow, so it grows by next to nothing. */
  waiting(message: string): void {
    const { progressToken } = this.#line;
    if (progressToken === undefined) return;
    this.#lastProgress = Math.max(this.#lastProgress, 0) + 0.000_001;
    this.#line.notify('notifications/progress', { progressToken, progress: this.#lastProgress, message });
  }

  #link(line: Line): () => void {
    if (line.ends === this.#controller) return UNLINKED;
    const onAbort = (): void => this.abort('cancelled');
    if (line.signal.aborted) onAbort();
    line.signal.addEventListener('abort', onAbort, { once: true });
    return () => line.signal.removeEventListener('abort', onAbort);
  }
}
