// Log messages of servers, to the client that wants them. INVARIANT: known secrets are taken out, and a server that floods is
// cut with one line that says so.
import type { JsonObject, JsonValue } from '@castellan/contract';
import type { Upstream } from '../upstream/index.ts';
import { fits } from './kept.ts';
import { LOG_CHARS, LOGS_PER_SECOND } from './limits.ts';
import { Rate } from './rate.ts';
import type { Seat } from './seat.ts';

export const LOG_LEVELS: readonly JsonValue[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

export class Logs {
  readonly #seat: Seat;
  readonly #rates = new Map<string, Rate>();

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  /** Legacy servers are told once; the later revision says it with each request. */
  setLevel(server: Upstream, level: string): void {
    if (server.era !== 'legacy' || server.capabilities.logging === undefined) return;
    // What it answers is of no use to anyone: a server that cannot sends what it sends, and it is filtered here.
    server.request('logging/setLevel', { level }).catch(() => undefined);
  }

  passOn(module: string, params: JsonObject): void {
    const { level } = params;
    if (!LOG_LEVELS.includes(level ?? null)) return;
    const rate = this.#rateOf(module);
    const { ok, first } = rate.take();
    if (ok) this.#send(module, params);
    else if (first)
      this.#send(module, {
        level: 'warning',
        data: `castellan: more log messages of this module than ${LOGS_PER_SECOND} a second are left out`,
      });
  }

  #send(module: string, params: JsonObject): void {
    const { level, logger, data = null } = params;
    const line = this.#seat.latest(module)?.line;
    const modern = line?.era === 'modern';
    const least = modern ? line.logLevel : (this.#seat.level ?? 'debug');
    if (least === undefined || LOG_LEVELS.indexOf(level ?? null) < LOG_LEVELS.indexOf(least)) return;
    // Redacted before it is cut: half a secret is not recognised any more.
    const hidden = this.#seat.host.gate.hide({ level: level ?? 'info', logger: logger ?? null, data });
    const named = hidden.logger;
    const shown = {
      level: hidden.level,
      logger: typeof named === 'string' ? `${module}: ${named.slice(0, 200)}` : module,
      data: fits(hidden.data, LOG_CHARS) ? hidden.data : `${JSON.stringify(hidden.data).slice(0, LOG_CHARS)}…`,
    };
    if (line !== undefined) line.notify('notifications/message', shown);
    else this.#seat.emit('notifications/message', shown);
  }

  #rateOf(module: string): Rate {
    const known = this.#rates.get(module);
    if (known !== undefined) return known;
    const rate = new Rate(this.#seat.now, LOGS_PER_SECOND);
    this.#rates.set(module, rate);
    return rate;
  }
}
