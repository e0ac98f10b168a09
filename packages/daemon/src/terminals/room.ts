// What a terminal is made of: the rooms it needs, joined by the composition root.
import type { Actor } from '@castellan/contract';
import type { Redactor } from '@castellan/secrets';
import type { Clock } from '../clock.ts';
import type { Exits } from '../exits/index.ts';
import type { Agents } from '../identity/index.ts';
import type { Records } from '../records/index.ts';
import type { Standstill } from '../standstill/index.ts';

export interface TerminalRoom {
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly exits: Exits;
  readonly records: Pick<Records, 'record' | 'failed'>;
  readonly agents: Pick<Agents, 'get'>;
  readonly standstill: Pick<Standstill, 'isInForce'>;
  /** The actor as it is now; null when what it came in with is over. */
  readonly now: (actor: Actor) => Actor | null;
  /** Told when what is listed has changed. */
  readonly changed: () => void;
}
