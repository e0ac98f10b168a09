// What `castellan mcp` remembers of its client's session, so that another one can be begun in its place when the daemon was
// restarted. Pure. INVARIANT: an answer reaches nobody but who asked: what a daemon asked before the break is never answered to
// the next one, which counts its questions anew.
import { errorAnswer, idOf, isRecord, type JsonRecord, parts, type RequestId } from './messages.ts';

interface Asked {
  readonly method: string;
  /** Kept where a new session is begun with them. */
  readonly params: unknown;
}

/** As the client began it and the daemon agreed. Only revisions before 2026-07-28 have one. */
interface Session {
  readonly params: unknown;
  readonly revision: unknown;
  readonly capabilities: JsonRecord;
}

export type FromDaemon =
  | { readonly kind: 'pass'; readonly text: string }
  /** It is an answer to the link itself. */
  | { readonly kind: 'own' }
  /** The new session stands: what makes it like the one before, and what the client is told. */
  | { readonly kind: 'begun'; readonly send: readonly string[]; readonly tell: readonly string[] }
  | { readonly kind: 'not-begun'; readonly why: string };

const INITIALIZE = 'initialize';
const INITIALIZED = 'notifications/initialized';
const CANCELLED = 'notifications/cancelled';
const LEVEL = 'logging/setLevel';
const SUBSCRIBE = 'resources/subscribe';
const UNSUBSCRIBE = 'resources/unsubscribe';
const KEPT: ReadonlySet<string> = new Set([INITIALIZE, LEVEL, SUBSCRIBE, UNSUBSCRIBE]);
/** A request that was turned away as no message at all is never answered by its id. */
const MAX_PENDING = 4096;
const MAX_SUBSCRIBED = 1024;
const LISTS = ['tools', 'prompts', 'resources'] as const;

const say = (message: JsonRecord): string => JSON.stringify({ jsonrpc: '2.0', ...message });

export class Mirror {
  /** Of the client, without an answer. */
  readonly #pending = new Map<RequestId, Asked>();
  /** Of the daemon, without an answer: the id the client knows, and the daemon's own. */
  readonly #asked = new Map<RequestId, RequestId>();
  /** Of the link itself; `begins` is the one that begins a session. */
  readonly #own = new Set<RequestId>();
  #begins: RequestId | null = null;
  readonly #subscribed = new Map<string, Asked>();
  #level: Asked | null = null;
  #session: Session | null = null;
  #isInitialized = false;
  #connections = 0;
  #count = 0;

  /** @returns what is sent on; null: nothing of it is for this daemon. */
  fromClient(text: string): string | null {
    const message = parts(text);
    if (message === null) return text;
    const kept = message.each.flatMap((each) => this.#ofClient(each));
    if (kept.length === message.each.length && kept.every((each, at) => each === message.each[at])) return text;
    if (kept.length === 0) return null;
    return JSON.stringify(message.isBatch ? kept : kept[0]);
  }

  #ofClient(each: unknown): readonly unknown[] {
    if (!isRecord(each)) return [each];
    const id = idOf(each);
    if (typeof each.method !== 'string') return id === null ? [each] : this.#answerOfClient(each, id);
    if (id === null) {
      this.#noted(each);
      return [each];
    }
    const [oldest] = this.#pending.keys();
    if (this.#pending.size >= MAX_PENDING && oldest !== undefined) this.#pending.delete(oldest);
    this.#pending.set(id, { method: each.method, params: KEPT.has(each.method) ? each.params : null });
    return [each];
  }

  /** A message that nobody was there for. */
  missed(text: string): void {
    for (const each of parts(text)?.each ?? []) if (isRecord(each) && idOf(each) === null) this.#noted(each);
  }

  #noted({ method, params }: JsonRecord): void {
    if (method === INITIALIZED) this.#isInitialized = true;
    if (method !== CANCELLED || !isRecord(params)) return;
    const id = idOf({ id: params.requestId });
    if (id !== null) this.#pending.delete(id);
  }

  #answerOfClient(answer: JsonRecord, id: RequestId): readonly unknown[] {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked === undefined) return this.#connections > 0 ? [] : [answer];
    return asked === id ? [answer] : [{ ...answer, id: asked }];
  }

  /** What comes of a message of the daemon, which sends none but whole and single ones. */
  fromDaemon(text: string): FromDaemon {
    const [message] = parts(text)?.each ?? [];
    if (!isRecord(message)) return { kind: 'pass', text };
    const id = idOf(message);
    if (typeof message.method === 'string') return { kind: 'pass', text: this.#ofDaemon(text, message, id) };
    if (id === null) return { kind: 'pass', text };
    // What was asked besides makes it more like the one before; where that is refused now, it is not.
    if (this.#own.delete(id)) return id === this.#begins ? this.#began(message) : { kind: 'own' };
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending !== undefined && isRecord(message.result)) this.#learn(pending, message.result);
    return { kind: 'pass', text };
  }

  /** Questions are numbered by the link once there was a break. */
  #ofDaemon(text: string, message: JsonRecord, id: RequestId | null): string {
    if (id === null) {
      const { params } = message;
      if (message.method !== CANCELLED || this.#connections === 0 || !isRecord(params)) return text;
      const [known] = [...this.#asked].find(([, asked]) => asked === params.requestId) ?? [];
      if (known === undefined) return text;
      this.#asked.delete(known);
      return JSON.stringify({ ...message, params: { ...params, requestId: known } });
    }
    const known = this.#connections === 0 ? id : this.#ownId();
    this.#asked.set(known, id);
    return known === id ? text : JSON.stringify({ ...message, id: known });
  }

  #learn(asked: Asked, result: JsonRecord): void {
    const { method, params } = asked;
    const uri = isRecord(params) && typeof params.uri === 'string' ? params.uri : null;
    switch (method) {
      case INITIALIZE: {
        const { protocolVersion: revision, capabilities } = result;
        this.#session = { params, revision, capabilities: isRecord(capabilities) ? capabilities : {} };
        return;
      }
      case LEVEL:
        this.#level = asked;
        return;
      case SUBSCRIBE:
        if (uri !== null && this.#subscribed.size < MAX_SUBSCRIBED) this.#subscribed.set(uri, asked);
        return;
      case UNSUBSCRIBE:
        if (uri !== null) this.#subscribed.delete(uri);
    }
  }

  /** The connection is over. @returns what the client is told of everything that was under way. */
  broke(why: string): readonly string[] {
    const answers = [...this.#pending.keys()].map((id) => errorAnswer(id, why));
    const ended = [...this.#asked.keys()].map((requestId) =>
      say({ method: CANCELLED, params: { requestId, reason: why } }),
    );
    this.#pending.clear();
    this.#asked.clear();
    this.#own.clear();
    this.#connections += 1;
    return [...answers, ...ended];
  }

  /** What begins a session like the one before; null: there was none. */
  begin(): string | null {
    if (this.#session === null) return null;
    this.#begins = this.#ownId();
    return this.#ask(this.#begins, INITIALIZE, this.#session.params);
  }

  #began(message: JsonRecord): FromDaemon {
    const session = this.#session;
    if (session === null || !isRecord(message.result))
      return { kind: 'not-begun', why: 'the daemon began no new session' };
    if (message.result.protocolVersion !== session.revision)
      return { kind: 'not-begun', why: 'the daemon speaks another revision of MCP now' };
    // What would come before the client is ready is for nobody.
    if (!this.#isInitialized) return { kind: 'begun', send: [], tell: [] };
    const again = [...(this.#level === null ? [] : [this.#level]), ...this.#subscribed.values()];
    const tell = LISTS.filter((list) => {
      const declared = session.capabilities[list];
      return isRecord(declared) && declared.listChanged === true;
    });
    return {
      kind: 'begun',
      send: [
        say({ method: INITIALIZED }),
        ...again.map(({ method, params }) => this.#ask(this.#ownId(), method, params)),
      ],
      tell: tell.map((list) => say({ method: `notifications/${list}/list_changed` })),
    };
  }

  #ask(id: RequestId, method: string, params: unknown): string {
    this.#own.add(id);
    return say({ id, method, params });
  }

  #ownId(): string {
    this.#count += 1;
    return `castellan-${this.#connections}-${this.#count}`;
  }
}
