// One running server of one session. INVARIANT: it was judged before it was asked for anything, it is judged again before
// the next request whenever it says that its lists have changed, and what was held back meanwhile is not sent to it.
import type { JsonObject } from '@castellan/contract';
import type { McpSubscription } from '@modelcontextprotocol/client';
import type { Judged, McpClock, Seen } from '../host.ts';
import type { Connection } from './connection.ts';
import { type Greeted, subscribe } from './handshake.ts';
import { IDLE_MS, MAX_WAITING } from './limits.ts';
import type { Link } from './link.ts';
import type { Numbers } from './numbers.ts';
import { readOffered } from './offered.ts';
import { type Accepted, heldBack, OwnOffer, type Used } from './own-offer.ts';
import { declaredHeaders, paramHeaders } from './param-headers.ts';
import { Reread } from './reread.ts';
import { Turns } from './turns.ts';
import type { Answer, Era, FromServer, RequestOptions, Upstream } from './types.ts';

export interface ServerParts {
  readonly module: string;
  readonly connection: Connection;
  readonly link: Link;
  readonly greeted: Greeted;
  readonly clock: McpClock;
  readonly numbers: Numbers;
  readonly handlers: FromServer[];
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly judge: (seen: Seen) => Judged;
  /** What people accepted of it, now. */
  readonly accepted: Accepted;
  /** It is not to be used any more. */
  readonly hold: (why: string) => void;
  /** Nobody needed it for a while. */
  readonly idle: () => void;
}

type Declared = ReturnType<typeof declaredHeaders>;

const LOOK = (module: string): string => `castellan modules inspect ${module} shows`;
const failed = (why: string, hint: string): Answer => ({ kind: 'failed', why, hint });

export class RunningServer implements Upstream {
  readonly kind = 'upstream';
  readonly module: string;
  readonly era: Era;
  readonly protocol: string;
  readonly capabilities: JsonObject;
  readonly #parts: ServerParts;
  readonly #turns: Turns;
  readonly #reread: Reread;
  readonly #watched = new Set<string>();
  #headers: ReadonlyMap<string, Declared> = new Map();
  #own: OwnOffer | null = null;
  #subscription: McpSubscription | null = null;
  #lastUsed: number;
  #stopIdle = (): void => {};
  #isClosed = false;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.module = parts.module;
    this.era = parts.greeted.era;
    this.protocol = parts.greeted.said.protocol;
    this.capabilities = parts.greeted.said.capabilities;
    this.#turns = new Turns(parts.concurrency, MAX_WAITING);
    this.#lastUsed = parts.clock.now();
    this.#reread = new Reread(parts.clock, async () => {
      const looked = await this.look();
      if (looked.kind === 'hold') parts.hold(looked.why);
      else if (looked.kind === 'fault') parts.connection.end(looked.why);
    });
  }

  /** Requests that run or wait. */
  get busy(): number {
    return this.#turns.running;
  }

  get lastUsed(): number {
    return this.#lastUsed;
  }

  /** One of its lists has changed, or may have. */
  changed(): void {
    if (!this.#isClosed) this.#reread.soon();
  }

  /** What it said last, as one text: two servers of a module that say the same are the same. */
  get said(): string | null {
    return this.#own?.mark ?? null;
  }

  /** What it offers now, whole. */
  async seen(): Promise<Seen | string> {
    const { connection, link, greeted, timeoutMs } = this.#parts;
    const ask = (method: string, params: JsonObject): Promise<Answer> => link.request(method, params, { timeoutMs });
    if (greeted.era === 'modern' && this.#subscription === null) void this.#subscribe();
    const offered = await readOffered(ask, this.capabilities);
    if (!offered.ok) return offered.why;
    const { definitions, unusable } = offered;
    return { ...greeted.said, identity: connection.identity(), definitions, unusable };
  }

  /** Reads it and has it judged. */
  async look(): Promise<Judged | { readonly kind: 'fault'; readonly why: string }> {
    const seen = await this.seen();
    if (typeof seen === 'string') return { kind: 'fault', why: seen };
    if (this.#parts.greeted.framing.endsStreams)
      this.#headers = new Map(
        seen.definitions
          .filter(({ kind }) => kind === 'tool')
          .map(({ name, definition }) => [name, declaredHeaders(definition.inputSchema)] as const)
          .filter(([, declared]) => declared.length > 0),
      );
    this.#own = new OwnOffer(seen);
    return this.#parts.judge(seen);
  }

  ready(): void {
    this.#watchIdle(IDLE_MS);
  }

  async request(method: string, params: JsonObject, options: RequestOptions = {}): Promise<Answer> {
    const { clock, numbers } = this.#parts;
    const turn = await this.#turns.take(options.signal);
    if (turn === null)
      return failed(`\`${this.module}\` has too many requests waiting`, 'wait until some of them are answered');
    if (turn === 'gone') return { kind: 'cancelled' };
    try {
      const refused = await this.#mayUse(method, params, options.pinned ?? null);
      if (refused !== null) return refused;
      const began = clock.now();
      const { signal, onProgress, timeoutMs = this.#parts.timeoutMs } = options;
      const headers = this.#headersOf(method, params);
      const answer = await this.#parts.link.request(method, params, {
        signal,
        onProgress,
        timeoutMs,
        ...(headers !== null && { headers }),
      });
      if (answer.kind === 'failed') numbers.failed();
      else if (answer.kind !== 'cancelled') numbers.answered(clock.now() - began);
      return answer;
    } finally {
      turn();
      this.#lastUsed = clock.now();
    }
  }

  notify(method: string, params: JsonObject): Promise<void> {
    return this.#parts.link.notify(method, params);
  }

  attach(handlers: FromServer): () => void {
    const all = this.#parts.handlers;
    all.push(handlers);
    return () => {
      const at = all.indexOf(handlers);
      if (at !== -1) all.splice(at, 1);
    };
  }

  async watch(uri: string, pinned?: RequestOptions['pinned']): Promise<Answer> {
    if (this.era === 'legacy') {
      const answer = await this.request('resources/subscribe', { uri }, { pinned: pinned ?? null });
      if (answer.kind === 'result') this.#watched.add(uri);
      return answer;
    }
    const refused = await this.#mayUse('resources/subscribe', { uri }, pinned ?? null);
    if (refused !== null) return refused;
    this.#watched.add(uri);
    return this.#subscribe();
  }

  async unwatch(uri: string): Promise<Answer> {
    if (!this.#watched.delete(uri)) return { kind: 'result', result: {} };
    if (this.era === 'legacy') return this.request('resources/unsubscribe', { uri });
    return this.#subscribe();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopIdle();
    this.#reread.stop();
    this.#parts.link.closed();
    await this.#parts.connection.close();
    await this.#parts.greeted.client.close().catch(() => undefined);
  }

  /** One stream tells all: the lists, and what is watched. A new one takes the place of the last. */
  async #subscribe(): Promise<Answer> {
    const before = this.#subscription;
    const made = await subscribe(this.#parts.greeted, [...this.#watched]);
    this.#subscription = made;
    await before?.close().catch(() => undefined);
    if (made === null) {
      const nothing = this.#watched.size === 0;
      return nothing
        ? { kind: 'result', result: {} }
        : failed('it does not tell when a resource changes', 'read it again');
    }
    void made.closed.then((why) => {
      // It dropped the stream: what it would have told is read instead, and it is asked again with that.
      if (why !== 'remote' || this.#subscription !== made) return;
      this.#subscription = null;
      this.changed();
    });
    return { kind: 'result', result: {} };
  }

  /** Nothing waits between this and what is sent, so that nothing slips between. */
  async #mayUse(method: string, params: JsonObject, pinned: Used['pinned']): Promise<Answer | null> {
    if (!(await this.#reread.settled()))
      return failed('what it offers changes all the time', `${LOOK(this.module)} its last lines`);
    const held = heldBack({ method, params, pinned }, this.#parts.accepted, this.#own);
    return held === null
      ? null
      : failed(
          `\`${held}\` of \`${this.module}\` changed just now; it is held back until a person accepts it`,
          `${LOOK(this.module)} what changed`,
        );
  }

  #headersOf(method: string, params: JsonObject): Readonly<Record<string, string>> | null {
    const declared = method === 'tools/call' ? this.#headers.get(String(params.name)) : undefined;
    return declared === undefined ? null : paramHeaders(declared, params.arguments);
  }

  #watchIdle(ms: number): void {
    const { clock } = this.#parts;
    this.#stopIdle = clock.after(ms, () => {
      const left = IDLE_MS - (clock.now() - this.#lastUsed);
      if (this.busy > 0 || this.#watched.size > 0) this.#watchIdle(IDLE_MS);
      else if (left > 0) this.#watchIdle(left);
      else this.#parts.idle();
    });
  }
}
