// `tools/call` of a client that said hello before 2026-07-28, served without the SDK between: it would read the message twice more,
// keep it in three maps and copy its answer, which costs more than the decision. INVARIANT: only what needs nothing of the SDK comes
// here (a plain request, read strictly and counted already); what asks the client something still asks through it.
import type { JsonObject } from '@castellan/contract';
import { ProtocolError, type Server } from '@modelcontextprotocol/server';
import { INTERNAL } from './faults.ts';
import { type Id, isId } from './intake.ts';
import { HELD_MS } from './limits.ts';
import { isObject } from './object.ts';
import type { Line } from './run.ts';
import type { Seat } from './seat.ts';
import { LEGACY_REVISIONS } from './server.ts';
import { callTool } from './tools.ts';

/** Members of params that nothing but the tool's own call gives a meaning. */
const PLAIN: ReadonlySet<string> = new Set(['name', 'arguments', '_meta']);

export interface DirectHost {
  readonly seat: Seat;
  readonly server: () => Server | null;
  /** Writes an answer, or a notification that belongs to the request `id`. */
  readonly write: (message: JsonObject, id: Id) => void;
}

export class Direct {
  readonly #host: DirectHost;
  readonly #running = new Map<Id, AbortController>();

  constructor(host: DirectHost) {
    this.#host = host;
  }

  /** @param message has passed the intake. @returns whether it is served here; if not, it is the SDK's. */
  take(message: JsonObject): boolean {
    const { id, method, params } = message;
    const server = this.#host.server();
    const revision = server?.getNegotiatedProtocolVersion() ?? '';
    if (method !== 'tools/call' || server === null || !LEGACY_REVISIONS.includes(revision)) return false;
    if (!isId(id) || !isObject(params) || !Object.keys(params).every((name) => PLAIN.has(name))) return false;
    const { _meta: meta = {} } = params;
    if (!isObject(meta)) return false;
    const token = meta.progressToken;
    if (token !== undefined && !isId(token)) return false;
    void this.#serve(id, params, { server, revision, progressToken: token });
    return true;
  }

  /** Its client does not want it any more: it is answered nothing. */
  cancel(id: unknown): void {
    const ends = this.#running.get(id as Id);
    this.#running.delete(id as Id);
    ends?.abort();
  }

  /** The client is gone. */
  end(): void {
    for (const id of [...this.#running.keys()]) this.cancel(id);
  }

  async #serve(
    id: Id,
    params: JsonObject,
    { server, revision, progressToken }: { server: Server; revision: string; progressToken: Id | undefined },
  ): Promise<void> {
    const ends = new AbortController();
    const isOpen = (): boolean => this.#running.get(id) === ends;
    const { seat, write } = this.#host;
    this.#running.set(id, ends);
    const line: Line = {
      era: 'legacy',
      revision,
      capabilities: (server.getClientCapabilities() ?? {}) as JsonObject,
      signal: ends.signal,
      ends,
      progressToken,
      logLevel: undefined,
      state: undefined,
      responses: undefined,
      notify: (method, given) => {
        if (isOpen()) write({ jsonrpc: '2.0', method, params: given }, id);
      },
      ask: async (method, given, signal) => {
        const request = { method: method as 'elicitation/create', params: given };
        return (await server.request(request, { signal, timeout: HELD_MS, relatedRequestId: id })) as JsonObject;
      },
    };
    let answer: JsonObject;
    try {
      answer = { jsonrpc: '2.0', id, result: await callTool(seat, line, params) };
    } catch (error) {
      answer = { jsonrpc: '2.0', id, error: errorOf(error) };
    }
    if (!isOpen()) return;
    this.#running.delete(id);
    write(answer, id);
  }
}

/** Our own faults say what they say; anything else is a bug, and its words stay here. */
function errorOf(error: unknown): JsonObject {
  if (!(error instanceof ProtocolError))
    return { code: INTERNAL, message: 'the gateway failed; the call may or may not have been made' };
  const { code, message, data } = error;
  return { code, message, ...(data !== undefined && { data: data as JsonObject }) };
}
