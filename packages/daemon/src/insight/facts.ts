// What the security checklist is made from: facts, gathered elsewhere. No value of a secret and no address of a person is one.
import type { HereFacts, IsolationConfig } from '@castellan/agents';
import type {
  Alarm,
  Config,
  ConnectScope,
  ForwardView,
  KeySource,
  Permission,
  Role,
  SealResponse,
  ServerState,
  VaultState,
} from '@castellan/contract';
import type { Covered } from '../escapes/index.ts';
import type { Proof } from '../verification/index.ts';

/** What came of verifying the whole ledger. */
export interface LedgerVerified {
  readonly at: number;
  readonly ok: boolean;
  /** In words, one line. */
  readonly text: string;
}

export interface CheckFacts {
  readonly now: number;
  readonly setUpDone: boolean;
  /** Those who may sign in. */
  readonly people: readonly { readonly name: string; readonly role: Role; readonly factors: number }[];
  readonly invited: number;
  readonly tokens: readonly {
    readonly name: string;
    readonly permissions: readonly Permission[];
    readonly createdAt: number;
    readonly expiresAt: number;
    readonly lastUsedAt: number | null;
  }[];
  /** Tries to sign in in the last 24 hours; `names`: those that failed most, first the most. */
  readonly signIns: { readonly tried: number; readonly failed: number; readonly names: readonly string[] };
  /** Where agents find it. */
  readonly addresses: readonly string[];
  readonly remote: Config['remote'];
  /** Of the second listener; null: it has none of its own, or it cannot be read. */
  readonly certificate: { readonly endsAt: number; readonly keyMode: number } | null;
  /** Where people come in from elsewhere; null: nowhere. */
  readonly remoteAddress: string | null;
  /** Those that are connected; the call of set-up asks as one that holds nothing, and is none. */
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly createdAt: number;
    readonly lastSeenAt: number | null;
    readonly frozen: string | null;
  }[];
  /** Names of those whose client has hooks, and of which nobody knows where they stand: no look finds them gone. */
  readonly unwatched: readonly string[];
  /** How each that can be proven stands: the last verification, and why another is due. */
  readonly proofs: readonly Proof[];
  readonly alarms: readonly Alarm[];
  /** Our own tools for files and commands: who has them, and what they run in. */
  readonly workspace: {
    readonly agents: readonly string[];
    readonly commands: Config['workspace']['commands'];
    /** Whether walls stand on this machine. */
    readonly walls: boolean;
  };
  /** What stands around agents and servers. */
  readonly isolation: {
    readonly here: HereFacts;
    readonly config: IsolationConfig;
    readonly agents: readonly {
      readonly name: string;
      /** How it was connected; null: by hand. */
      readonly scope: ConnectScope | null;
      /** Whether its own sockets are there. */
      readonly sockets: boolean;
    }[];
    /** What the escape alarm looks at on this platform, and what not. */
    readonly escapes: Covered;
    /** Those that are started here, of accepted modules. */
    readonly servers: readonly { readonly name: string; readonly walls: boolean }[];
  };
  readonly config: Config;
  readonly faults: readonly string[];
  readonly unaccepted: readonly string[];
  /** Servers behind the gate, whoever starts them. */
  readonly servers: readonly {
    readonly name: string;
    readonly state: ServerState | null;
    /** How much of what they offer is held back. */
    readonly quarantined: number;
  }[];
  /** Versions that wait for a person, and since when. */
  readonly scripts: readonly { readonly name: string; readonly since: number }[];
  readonly vault: { readonly state: VaultState['state']; readonly key: KeySource | null; readonly text: string };
  readonly secrets: readonly { readonly name: string; readonly due: 'no' | 'soon' | 'now' | 'expired' }[];
  readonly ledger: { readonly size: number; readonly root: string; readonly failed: string | null };
  readonly retention: Config['retention'];
  /** What keeps records that are older than they are to be kept; null: nothing does. */
  readonly retentionHeld: SealResponse['held'];
  /** Collectors that records are sent to. */
  readonly forwards: readonly Pick<ForwardView, 'name' | 'state' | 'behind' | 'setAside' | 'fault'>[];
  /** What is kept of files before calls change them, in bytes. */
  readonly undo: { readonly enabled: boolean; readonly bytes: number; readonly maxBytes: number };
  /** Since when everything is stopped; null: it is not. */
  readonly panicSince: number | null;
  /** Whether somebody wrote down whom to call. */
  readonly runbook: boolean;
  readonly backups: {
    /** How often copies are made by themselves, as config.yaml says it; null: never. */
    readonly every: string | null;
    /** When the last one was made and verified; null: none ever. */
    readonly lastAt: number | null;
    /** Why the last try failed; null: it did not. */
    readonly failed: string | null;
  };
  /** What came of verifying it last; null: nobody did yet. */
  readonly verified: LedgerVerified | null;
  /** As the machine's own clock has it, which may be set back. */
  readonly machineTime: number;
  readonly program: { readonly version: string; readonly node: string };
  readonly channels: readonly {
    readonly name: string;
    readonly answers: 'sign-in' | 'link';
    /** What became of the latest message; null: none was sent since the start. */
    readonly latest: 'sent' | 'retrying' | 'given-up' | null;
  }[];
}
