// Incidents: opened by a panic or by a person, closed by people, and known from the ledger alone. INVARIANT: a ledger that fails
// keeps nothing from being stopped: what could not be written is known here until the end of this run, and said.
import { type Incident, type IncidentId, type IncidentStepRecord, incidentIdSchema } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import type { Records } from '../records/index.ts';
import { folded } from './fold.ts';

export interface IncidentsHost {
  readonly clock: Clock;
  readonly records: Pick<Records, 'record' | 'query'>;
}

/** Steps of incidents that are read at a start: more than years of bad days have. */
const MOST = 20_000;

type Step = Omit<IncidentStepRecord, 'kind' | 'at'>;

export class Incidents {
  readonly #host: IncidentsHost;
  readonly #all = new Map<IncidentId, Incident>();

  private constructor(host: IncidentsHost) {
    this.#host = host;
  }

  static async open(host: IncidentsHost): Promise<Incidents> {
    const incidents = new Incidents(host);
    for (const { record } of await host.records.query({ kind: 'incident-step', limit: MOST }))
      if (record.kind === 'incident-step') incidents.#take(record);
    return incidents;
  }

  /** Newest first. */
  list(): readonly Incident[] {
    return [...this.#all.values()].reverse();
  }

  get(id: string): Incident | null {
    const parsed = incidentIdSchema.safeParse(id);
    return parsed.success ? (this.#all.get(parsed.data) ?? null) : null;
  }

  /** Of the panic that nobody has led back from yet. */
  get ofPanic(): Incident | null {
    return this.list().find(({ declared, closedAt }) => declared > 0 && closedAt === null) ?? null;
  }

  newId(): IncidentId {
    return newId(this.#host.clock, 'incident');
  }

  /** Known from here on. @throws LedgerError where it could not be written down. */
  async add(step: Step): Promise<Incident | null> {
    const record: IncidentStepRecord = { kind: 'incident-step', at: this.#host.clock.now(), ...step };
    this.#take(record);
    await this.#host.records.record(record);
    return this.#all.get(step.incident) ?? null;
  }

  #take(record: IncidentStepRecord): void {
    const now = folded(this.#all.get(record.incident), record);
    if (now !== undefined) this.#all.set(record.incident, now);
  }
}
