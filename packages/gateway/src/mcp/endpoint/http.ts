// Streamable HTTP of both eras: which client a request is of, and what becomes of it. INVARIANT: the body is read strictly once,
// and what the SDK serves is what was read here.

import type { AgentId, JsonObject, JsonValue, SessionId } from '@castellan/contract';
import { isLegacyRequest } from '@modelcontextprotocol/server';
import { readMessageBytes } from '../definitions/index.ts';
import { INVALID_REQUEST, TOO_MUCH } from './faults.ts';
import { httpFault, noted } from './http-answer.ts';
import { type LegacySession, legacySession } from './http-legacy.ts';
import { ModernClient } from './http-modern.ts';
import { HTTP_IDLE_MS, MAX_HTTP_CLIENTS, SWEEP_MS } from './limits.ts';
import { isObject } from './object.ts';
import type { Seat } from './seat.ts';
import type { ClientSelf, EndpointHost, HttpAnswer, HttpAsked, HttpPlace } from './types.ts';

const SESSION = 'mcp-session-id';

export interface HttpClientsHost {
  readonly host: EndpointHost;
  seat(place: HttpPlace, client: ClientSelf | null, key: string): Seat;
}

type HttpClient = LegacySession | ModernClient;

export class HttpClients {
  readonly #with: HttpClientsHost;
  readonly #legacy = new Map<string, LegacySession>();
  readonly #modern = new Map<string, ModernClient>();
  readonly #stop: () => void;

  constructor(given: HttpClientsHost) {
    this.#with = given;
    this.#stop = given.host.clock.every(SWEEP_MS, () => this.#sweep());
  }

  get size(): number {
    return this.#legacy.size + this.#modern.size;
  }

  get seats(): readonly Seat[] {
    return this.#all().map(({ seat }) => seat);
  }

  async fetch(place: HttpPlace, asked: HttpAsked, body: Uint8Array | null): Promise<HttpAnswer> {
    const answer = await this.#serve(place, asked, body);
    return noted(answer, (why) => this.#with.host.gate.refused(place.agent, 'http', why));
  }

  async #serve(place: HttpPlace, asked: HttpAsked, body: Uint8Array | null): Promise<HttpAnswer> {
    let message: JsonValue | undefined;
    if (asked.method === 'POST') {
      const read = readMessageBytes(body ?? new Uint8Array());
      if (!read.ok) return httpFault(400, null, read.code, read.why);
      message = read.value;
    }
    const session = asked.header(SESSION);
    if (session !== null) return this.#inSession(place, session, asked, message);
    const request = asked.whole();
    if (isObject(message) && message.method === 'initialize' && (await isLegacyRequest(request, message))) {
      return this.#initialize(place, asked, message);
    }
    if (Array.isArray(message)) return httpFault(400, null, INVALID_REQUEST, 'a batch needs a session');
    if (message !== undefined && (await isLegacyRequest(request, message))) {
      return httpFault(400, null, -32_000, 'Bad Request: Mcp-Session-Id header is required');
    }
    const client = await this.#modernClient(place, message);
    if (client === null) return tooMany();
    client.heard = client.seat.now();
    client.seat.used();
    return client.fetch(request, message);
  }

  /** Ends what an agent has. */
  async end(agent: AgentId | null): Promise<void> {
    const ended = this.#all().filter(({ seat }) => agent === null || seat.agent === agent);
    await Promise.all(ended.map((client) => this.#drop(client)));
  }

  async endSession(id: SessionId): Promise<void> {
    await Promise.all(this.#all().flatMap((client) => (client.seat.known?.id === id ? [this.#drop(client)] : [])));
  }

  async stop(): Promise<void> {
    this.#stop();
    await this.end(null);
  }

  #inSession(
    place: HttpPlace,
    id: string,
    asked: HttpAsked,
    message: JsonValue | undefined,
  ): Promise<HttpAnswer> | HttpAnswer {
    const session = this.#legacy.get(id);
    if (session === undefined || session.agent !== place.agent || session.only !== place.only) {
      return httpFault(404, null, -32_001, 'Session not found');
    }
    session.heard = session.seat.now();
    session.seat.used();
    return session.fetch(asked, message);
  }

  async #initialize(place: HttpPlace, asked: HttpAsked, message: JsonObject): Promise<HttpAnswer> {
    if (!(await this.#room(place))) return tooMany();
    const id = this.#with.host.clock.random(32).toString('base64url');
    const params = isObject(message.params) ? message.params : {};
    // The caller may keep this name; the session's own is what a client proves itself with.
    const key = `http-${this.#with.host.clock.random(9).toString('base64url')}`;
    const seat = this.#with.seat(place, clientOf(params.clientInfo), key);
    const session = await legacySession(id, seat, () => this.#legacy.delete(id));
    this.#legacy.set(id, session);
    const answer = await session.fetch(asked, message);
    if ('ok' in answer && !answer.ok) await session.close();
    return answer;
  }

  async #modernClient(place: HttpPlace, message: JsonValue | undefined): Promise<ModernClient | null> {
    const params = isObject(message) && isObject(message.params) ? message.params : {};
    const meta = isObject(params._meta) ? params._meta : {};
    const client = clientOf(meta['io.modelcontextprotocol/clientInfo']);
    const key = JSON.stringify([place.agent, place.only, place.where, client?.name ?? '', client?.version ?? '']);
    const known = this.#modern.get(key);
    if (known !== undefined) return known;
    if (!(await this.#room(place))) return null;
    const seat = this.#with.seat(place, client, `client-${client?.name ?? ''}`);
    const made = new ModernClient(seat);
    this.#modern.set(key, made);
    return made;
  }

  /** Whether one more of this agent fits: the one unheard longest goes, if nothing of it is under way. */
  async #room({ agent }: HttpPlace): Promise<boolean> {
    const own = this.#all().filter(({ seat }) => seat.agent === agent);
    if (own.length < MAX_HTTP_CLIENTS) return true;
    const idle = own.filter((client) => !client.busy()).sort((a, b) => a.heard - b.heard);
    if (idle[0] === undefined) return false;
    await this.#drop(idle[0]);
    return true;
  }

  #sweep(): void {
    const limit = this.#with.host.clock.now() - HTTP_IDLE_MS;
    for (const client of this.#all()) if (client.heard < limit && !client.busy()) void this.#drop(client);
  }

  async #drop(client: HttpClient): Promise<void> {
    for (const [key, one] of this.#modern) if (one === client) this.#modern.delete(key);
    for (const [id, one] of this.#legacy) if (one === client) this.#legacy.delete(id);
    await client.close();
  }

  #all(): readonly HttpClient[] {
    return [...this.#legacy.values(), ...this.#modern.values()];
  }
}

const tooMany = (): Response => httpFault(429, null, TOO_MUCH, 'this agent has too many clients');

function clientOf(info: JsonValue | undefined): ClientSelf | null {
  if (!isObject(info) || typeof info.name !== 'string') return null;
  const version = typeof info.version === 'string' ? info.version : '';
  return { name: info.name.slice(0, 200), version: version.slice(0, 100) };
}
