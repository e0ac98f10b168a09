// What was found that nothing explains, until a person has seen it: one alarm for each agent. Kept over a restart, because whoever
// gets past the gate may well end the daemon too. Whatever of it a person has seen does not ring again for some weeks.
import {
  type AgentId,
  type Alarm,
  agentIdSchema,
  type Instant,
  instantSchema,
  sessionIdSchema,
} from '@castellan/contract';
import { z } from 'zod';
import type { Alarms } from '../alarms/index.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/index.ts';

const findingSchema = z.strictObject({
  /** The same: it is the same thing again. */
  key: z.string(),
  agent: agentIdSchema,
  session: sessionIdSchema.nullable(),
  at: instantSchema,
  /** What was seen, without what differs from time to time: redacted. */
  what: z.string(),
  /** Which process, which session, since when. */
  which: z.string(),
});
export type Finding = Readonly<z.output<typeof findingSchema>>;

const keptSchema = z.strictObject({
  open: z.array(findingSchema),
  seen: z.array(z.strictObject({ key: z.string(), until: instantSchema })),
});

const KIND = 'unexplained';
const META = 'escapes';
const SEEN_MS = 30 * 24 * 3_600_000;
/** Of one agent; who sees these has enough to look at, and nobody fills the ledger with more. */
const MOST_OPEN = 50;
const MOST_SEEN = 1000;
const NAMED = 5;

export interface FindingsHost {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly store: Pick<Store, 'meta' | 'setMeta'>;
  agentName(agent: AgentId): string;
}

export class Findings {
  readonly #host: FindingsHost;
  #open: readonly Finding[] = [];
  #seen: ReadonlyMap<string, Instant> = new Map();
  /** Agents of which more was found than is kept. */
  readonly #full = new Set<AgentId>();

  private constructor(host: FindingsHost) {
    this.#host = host;
  }

  /** What a daemon before this one left unseen rings again. */
  static async open(host: FindingsHost): Promise<Findings> {
    const findings = new Findings(host);
    const text = await host.store.meta(META);
    const kept = text === null ? null : keptSchema.safeParse(jsonOf(text));
    if (kept?.success === true) {
      findings.#open = kept.data.open;
      findings.#seen = new Map(kept.data.seen.map(({ key, until }) => [key, until]));
      for (const agent of new Set(kept.data.open.map((one) => one.agent))) findings.#ring(agent);
    }
    return findings;
  }

  isKnown(key: string): boolean {
    const until = this.#seen.get(key);
    return (until !== undefined && until > this.#host.clock.now()) || this.#open.some((one) => one.key === key);
  }

  add(found: readonly Finding[]): void {
    const fresh = found.filter(({ key }, at) => !this.isKnown(key) && found.findIndex((one) => one.key === key) === at);
    if (fresh.length === 0) return;
    for (const agent of new Set(fresh.map((one) => one.agent)))
      this.#addOf(
        agent,
        fresh.filter((one) => one.agent === agent),
      );
    this.#keep();
  }

  /** INVARIANT: whatever is kept was named in an alarm, and so in the ledger: nobody hides one thing behind many others. */
  #addOf(agent: AgentId, fresh: readonly Finding[]): void {
    const room = Math.max(0, MOST_OPEN - this.#open.filter((one) => one.agent === agent).length);
    for (let at = 0; at < Math.min(room, fresh.length); at += NAMED) {
      this.#open = [...this.#open, ...fresh.slice(at, Math.min(at + NAMED, room))];
      this.#ring(agent);
    }
    if (fresh.length <= room || this.#full.has(agent)) return;
    this.#full.add(agent);
    this.#ring(agent);
  }

  /** A person has seen it: it is over. Null: no such alarm is open now, or it is one that ends by itself. */
  see(id: string, by: string): Alarm | null {
    const { alarms, clock } = this.#host;
    const alarm = alarms.open().find((one) => one.id === id && one.kind === KIND);
    if (alarm === undefined || alarm.agent === null) return null;
    const now = clock.now();
    const seen = this.#open
      .filter(({ agent }) => agent === alarm.agent)
      .map(({ key }) => [key, now + SEEN_MS] as const);
    const still = [...this.#seen].filter(([, until]) => until > now);
    this.#seen = new Map([...still, ...seen].slice(-MOST_SEEN));
    this.#open = this.#open.filter(({ agent }) => agent !== alarm.agent);
    this.#full.delete(alarm.agent);
    alarms.end(KIND, alarm.agent, by);
    this.#keep();
    return { ...alarm, endedAt: now };
  }

  #ring(agent: AgentId): void {
    const own = this.#open.filter((one) => one.agent === agent);
    const latest = own.slice(-NAMED);
    const before = own.length > latest.length ? `; and ${own.length - latest.length} more` : '';
    const more = this.#full.has(agent) ? `${before}; and others, too many to keep` : before;
    this.#host.alarms.raise(
      KIND,
      agent,
      `${this.#host.agentName(agent)}: no call explains ${latest.map(({ what }) => what).join('; ')}${more}`,
      `${latest.map(({ which }) => which).join('; ')}. You, or something past the gate: if it was not you, end the agent and look. If it was: \`castellan alarms seen\``,
    );
  }

  #keep(): void {
    const seen = [...this.#seen].map(([key, until]) => ({ key, until }));
    // What cannot be kept rings all the same; a disk that fails has an alarm of its own.
    this.#host.store.setMeta(META, JSON.stringify({ open: this.#open, seen })).catch(() => undefined);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
