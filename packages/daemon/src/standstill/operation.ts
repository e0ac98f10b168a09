// What a bad day needs, as one thing: made by the composition root, asked by the routes.
import type { Incident, IncidentReport } from '@castellan/contract';
import type { Incidents } from '../incidents/index.ts';
import type { Panic } from './panic.ts';
import type { Recovery } from './recovery.ts';

export interface Operation {
  readonly panic: Panic;
  readonly recovery: Recovery;
  readonly incidents: Incidents;
  readonly report: (incident: Incident) => Promise<IncidentReport>;
  /** The person's own words; null: nobody wrote any. */
  readonly runbook: () => string | null;
}
