// Resources a client wants to hear of. INVARIANT: subscribing is a call of the road; who may not read a thing is not told when it
// changes either.
import { type JsonObject, MCP_TOOLS } from '@castellan/contract';
import type { Upstream } from '../upstream/index.ts';
import { conduct } from './conduct.ts';
import { fault, INVALID_PARAMS, REFUSED, TOO_MUCH, UPSTREAM_FAILED } from './faults.ts';
import { MAX_SUBSCRIPTIONS, SUBSCRIPTION_CHARS, UPDATES_PER_SECOND } from './limits.ts';
import { locate, type Place } from './locate.ts';
import { Rate } from './rate.ts';
import type { Line } from './run.ts';
import type { Seat } from './seat.ts';
import { use } from './use.ts';

interface Subscription extends Place {
  /** As the client calls it. */
  readonly shownAs: string;
  /** Streams of a modern client that want it; a legacy client has one. */
  count: number;
}

export class Subscriptions {
  readonly #seat: Seat;
  readonly #by = new Map<string, Subscription>();
  readonly #rates = new Map<string, Rate>();

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  /** @throws ProtocolError it is not there, refused, or its server cannot. */
  async add(line: Line, shownAs: string): Promise<void> {
    const seat = this.#seat;
    const session = await seat.session();
    const place = locate(seat, session, shownAs, MCP_TOOLS.subscribe);
    if (place === null) throw fault(INVALID_PARAMS, `no resource \`${shownAs}\``, { uri: shownAs });
    const known = this.#by.get(shownAs);
    if (known !== undefined) {
      known.count += line.era === 'modern' ? 1 : 0;
      return;
    }
    const chars = [...this.#by.keys()].reduce((sum, each) => sum + each.length, shownAs.length);
    if (this.#by.size >= MAX_SUBSCRIPTIONS || chars > SUBSCRIPTION_CHARS)
      throw fault(TOO_MUCH, 'subscribed to too many resources');
    const uri = place.uri;
    await conduct(seat, legacyOf(line), place.module.name, '', async (run) => {
      const used = await use(seat, run, {
        tool: MCP_TOOLS.subscribe,
        arguments: { uri },
        hookCall: undefined,
        pinned: place.definition,
        method: 'resources/subscribe',
        params: (args) => args,
        check: () => null,
        instead: (server, { uri }) => server.watch(String(uri), place.definition),
      });
      switch (used.kind) {
        case 'result':
          return {};
        case 'error':
          throw fault(used.code, used.message, used.data);
        case 'refused':
          throw fault(REFUSED, used.message);
        case 'failed':
          throw fault(UPSTREAM_FAILED, used.message);
      }
    });
    this.#by.set(shownAs, { ...place, shownAs, count: 1 });
  }

  /** Ending one needs no leave. */
  remove(shownAs: string): void {
    const subscription = this.#by.get(shownAs);
    if (subscription === undefined) return;
    subscription.count -= 1;
    if (subscription.count > 0) return;
    this.#by.delete(shownAs);
    const server = this.#seat.servers().find(({ module }) => module === subscription.module.name);
    server?.unwatch(subscription.uri).catch(() => undefined);
  }

  /** Its server was started anew: it knows of none of them, and they were decided already. */
  again(server: Upstream, module: string): void {
    for (const subscription of this.#by.values()) {
      if (subscription.module.name === module)
        server.watch(subscription.uri, subscription.definition).catch(() => undefined);
    }
  }

  updated(module: string, params: JsonObject): void {
    for (const subscription of this.#by.values()) {
      if (subscription.module.name !== module || subscription.uri !== params.uri) continue;
      if (!this.#seat.stillOffered(module, subscription.definition)) return;
      if (!this.#rateOf(module).take().ok) return;
      this.#seat.emit('notifications/resources/updated', { uri: subscription.shownAs });
    }
  }

  clear(): void {
    for (const shownAs of [...this.#by.keys()]) {
      const subscription = this.#by.get(shownAs);
      if (subscription !== undefined) subscription.count = 1;
      this.remove(shownAs);
    }
  }

  #rateOf(module: string): Rate {
    const known = this.#rates.get(module);
    if (known !== undefined) return known;
    const rate = new Rate(this.#seat.now, UPDATES_PER_SECOND);
    this.#rates.set(module, rate);
    return rate;
  }
}

/** A stream that is opened cannot be answered `input_required`: whatever is asked meanwhile is refused. */
const legacyOf = (line: Line): Line => ({ ...line, era: 'legacy' });
