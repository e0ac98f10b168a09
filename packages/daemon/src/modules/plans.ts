// What would be added, kept for a while so that exactly what a person looked at is what is added. INVARIANT: a plan is added
// by whoever made it, and nothing of it is believed or served before.
import type { Manifest, McpHttp, McpStart, ModulePlan } from '@castellan/contract';
import type { Seen } from '@castellan/gateway';
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import { type Answer, done, fault } from './fault.ts';

export interface Planned {
  /** `set-up`: its manifest stands already. */
  readonly kind: 'new' | 'set-up';
  readonly plan: ModulePlan;
  /** Null: it was not looked at. */
  readonly seen: Seen | null;
  readonly sorted: Manifest | null;
  readonly title: string;
}

interface Kept extends Planned {
  readonly by: string;
  readonly until: number;
}

/** Time to read what a server offers and decide. */
const TEN_MINUTES_MS = 600_000;
/** Of everybody together: each may hold all that a server says. */
const MOST = 16;

export class Plans {
  readonly #clock: Clock;
  readonly #plans = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  newId(): string {
    return newId(this.#clock, 'plan');
  }

  keep(planned: Planned, by: string): void {
    this.#sweep();
    const [oldest] = this.#plans.keys();
    if (this.#plans.size >= MOST && oldest !== undefined) this.#plans.delete(oldest);
    this.#plans.set(planned.plan.id, { ...planned, by, until: this.#clock.now() + TEN_MINUTES_MS });
  }

  /** It stays until it is over: an add that failed may be tried again. */
  get(id: string, by: string): Answer<Planned> {
    this.#sweep();
    const kept = this.#plans.get(id);
    // Somebody else's is not there: what they looked at, nobody else saw.
    if (kept === undefined || kept.by !== by)
      return fault(
        'conflict',
        'there is no such plan any more',
        'plans are kept for ten minutes: look at the server again',
      );
    return done(kept);
  }

  /** How a server is reached that this person is about to add; the latest, where there are several. */
  startOf(name: string, by: string): McpHttp | null {
    this.#sweep();
    const mine = [...this.#plans.values()].filter((kept) => kept.by === by && kept.plan.manifest.name === name);
    const start = mine.at(-1)?.plan.manifest.start;
    return start?.kind === 'mcp-http' ? start : null;
  }

  /** How the servers are started that this person is about to add, as we resolved it. */
  starts(by: string): readonly McpStart[] {
    this.#sweep();
    return [...this.#plans.values()].filter((kept) => kept.by === by).flatMap(startsOf);
  }

  /** The same, whoever it is. */
  all(): readonly McpStart[] {
    this.#sweep();
    return [...this.#plans.values()].flatMap(startsOf);
  }

  /** It is added: from here on its manifest says how it is reached, whatever else was planned under its name. */
  forget(name: string): void {
    for (const [id, { plan }] of this.#plans) if (plan.manifest.name === name) this.#plans.delete(id);
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [id, { until }] of this.#plans) if (until <= now) this.#plans.delete(id);
  }
}

const startsOf = ({ plan: { manifest } }: Planned): readonly McpStart[] =>
  manifest.start.kind === 'mcp' || manifest.start.kind === 'mcp-http' ? [manifest.start] : [];
