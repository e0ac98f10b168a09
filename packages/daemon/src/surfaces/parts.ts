// What the surfaces are made of: every room of the daemon, joined by the composition root.
import type { Facts, Sha256 } from '@castellan/contract';
import type { Redactor } from '@castellan/secrets';
import type { Alarms, SignInWatch } from '../alarms/index.ts';
import type { ApprovalCoordinator, CanaryDesk } from '../approvals/index.ts';
import type { BoundPorts } from '../bound-ports.ts';
import type { CacheFolders } from '../cache-folders.ts';
import type { Canaries } from '../canaries/index.ts';
import type { Clock } from '../clock.ts';
import type { DecidedCalls } from '../escapes/index.ts';
import type { EventBus } from '../events.ts';
import type { Exits } from '../exits/index.ts';
import type { Grants } from '../grants/index.ts';
import type { Agents, ApiTokens, Invites, People, SecondFactors, SetUp } from '../identity/index.ts';
import type { Traces } from '../labels/index.ts';
import type { Limits } from '../limits/index.ts';
import type { LivePolicy } from '../policy/index.ts';
import type { Records, Search } from '../records/index.ts';
import type { Standstill } from '../standstill/index.ts';
import type { Store } from '../store/index.ts';
import type { Telemetry } from '../telemetry/index.ts';
import type { UndoRoom } from '../undo/index.ts';
import type { Vault } from '../vault/index.ts';
import type { Work } from '../work/index.ts';

export interface Parts {
  readonly clock: Clock;
  readonly facts: Facts;
  readonly folders: CacheFolders;
  /** Of what calls are bound by: keyed, for it stands beside arguments that are redacted. */
  readonly bindingHash: Sha256;
  readonly redactor: Redactor;
  readonly exits: Exits;
  /** Asked first, by everything that lets something through. */
  readonly standstill: Standstill;
  readonly canaries: Canaries;
  readonly store: Store;
  readonly records: Records;
  /** Queries of what the ledger holds. */
  readonly search: Search;
  readonly policy: LivePolicy;
  readonly ports: BoundPorts;
  readonly agents: Agents;
  readonly people: People;
  readonly setUp: SetUp;
  readonly factors: SecondFactors;
  readonly apiTokens: ApiTokens;
  readonly invites: Invites;
  readonly work: Work;
  readonly grants: Grants;
  readonly limits: Limits;
  readonly traces: Traces;
  readonly approvals: ApprovalCoordinator;
  readonly desk: CanaryDesk;
  readonly alarms: Alarms;
  readonly signIns: SignInWatch;
  readonly decided: DecidedCalls;
  readonly events: EventBus;
  readonly telemetry: Telemetry;
  readonly vault: Vault;
  readonly undo: UndoRoom;
}
