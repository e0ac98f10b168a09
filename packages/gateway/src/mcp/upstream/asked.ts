// What a server asks of us while it works: a sampling, an elicitation, the roots. INVARIANT: one answer to each id, a bounded
// number at a time; without somebody who listens, and for any method but these, the answer is that there is no such method.
import type { JsonObject } from '@castellan/contract';
import { MAX_ASKED } from './limits.ts';
import type { MessageId } from './message.ts';
import type { FromServer } from './types.ts';

interface AskedHost {
  send(message: JsonObject, how: object): Promise<void>;
  hideText(text: string): string;
  handlers(): readonly FromServer[];
}

interface Request {
  readonly id: MessageId;
  readonly method: string;
  readonly params: JsonObject;
}

const ANSWERED: ReadonlySet<string> = new Set(['sampling/createMessage', 'elicitation/create', 'roots/list']);
const METHOD_NOT_FOUND = -32601;
const INTERNAL_ERROR = -32603;
const TOO_MANY = -32000;

export class Asked {
  readonly #host: AskedHost;
  readonly #open = new Map<MessageId, AbortController>();

  constructor(host: AskedHost) {
    this.#host = host;
  }

  /** Requests of the server that wait for an answer. */
  get open(): number {
    return this.#open.size;
  }

  take({ id, method, params }: Request): void {
    if (this.#open.has(id)) return;
    const handler = this.#host.handlers().at(-1);
    if (method === 'ping') this.#say({ id, result: {} });
    else if (!ANSWERED.has(method) || handler === undefined)
      this.#say({ id, error: { code: METHOD_NOT_FOUND, message: 'Method not found' } });
    else if (this.#open.size >= MAX_ASKED)
      this.#say({ id, error: { code: TOO_MANY, message: 'too many requests wait for an answer' } });
    else void this.#ask({ id, method, params }, handler);
  }

  cancel(id: MessageId): void {
    this.#open.get(id)?.abort();
  }

  closed(): void {
    for (const controller of this.#open.values()) controller.abort();
  }

  async #ask({ id, method, params }: Request, handler: FromServer): Promise<void> {
    const controller = new AbortController();
    this.#open.set(id, controller);
    try {
      const result = await handler.onRequest(method, params, controller.signal);
      if (!controller.signal.aborted) this.#say({ id, result });
    } catch (error) {
      if (!controller.signal.aborted) this.#say({ id, error: errorOf(error) });
    } finally {
      this.#open.delete(id);
    }
  }

  #say(message: JsonObject): void {
    this.#host.send({ jsonrpc: '2.0', ...message }, {}).catch(() => undefined);
  }
}

/** A thrown error with a code of JSON-RPC is told as it is; of any other only that there was one. */
function errorOf(error: unknown): JsonObject {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return error instanceof Error && typeof code === 'number' && Number.isSafeInteger(code)
    ? { code, message: error.message }
    : { code: INTERNAL_ERROR, message: 'Internal error' };
}
