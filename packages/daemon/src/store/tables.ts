// The tables. Vocabulary values are kept whole as JSON in `data` and parsed again when read: the one parser of contract
// is the only reader, so a corrupt row is a fault and never a half-true value.
import type { FactorTables } from './factor-tables.ts';
import type { ScheduleTables } from './schedule-tables.ts';

export interface AgentRow {
  readonly id: string;
  /** SHA-256 of the credential, hex. The credential itself is shown once and never stored. */
  readonly credential_hash: string;
  data: string;
}
export interface ModelKeyRow {
  readonly agent: string;
  /** SHA-256 of the model key, hex. */
  key_hash: string;
}
export interface WorkRow {
  readonly id: string;
  readonly agent: string;
  /** The agent's own id (sessions) or empty (tasks). */
  readonly external_id: string;
  data: string;
}
export interface GrantRow {
  readonly id: string;
  data: string;
}
/** One row a ledger record: an index that can be rebuilt from the ledger. */
export interface RecordRow {
  readonly position: number;
  readonly kind: string;
  readonly agent: string | null;
  readonly call: string | null;
  /** `session:externalId` of an attempt. */
  readonly external: string | null;
  readonly session: string | null;
  readonly task: string | null;
  /** Of an attempt `module/tool`, of a session record what changed. */
  readonly what: string | null;
  readonly at: number;
  /** Of an attempt: what was decided. */
  readonly outcome: string | null;
  /** Of an attempt: what its result is labelled, with spaces between. */
  readonly labels: string | null;
  readonly tokens: number | null;
}
export interface UserRow {
  readonly id: string;
  data: string;
  /** What the password was made into; null: has chosen none. Bytes, because texts are looked through for secrets. */
  password: Uint8Array | null;
}
export interface SignInRow {
  readonly id: string;
  data: string;
  /** SHA-256 of its two halves. */
  secret: Uint8Array;
  other: Uint8Array;
}
/** A browser that web push reaches. Bytes: an endpoint looks like a secret to the redactor, and must come back as it was. */
export interface PushSubscriptionRow {
  /** SHA-256 of the endpoint. */
  readonly id: Uint8Array;
  data: Uint8Array;
  readonly at: number;
}
/** The one key that web push is signed with. */
export interface PushKeyRow {
  readonly id: 1;
  readonly pkcs8: Uint8Array;
}
/** A version of a script, whole. Bytes: a host that looks like a secret must come back as it was. */
export interface ScriptVersionRow {
  /** SHA-256 of the name and the digest. */
  readonly id: Uint8Array;
  data: Uint8Array;
}
/** The last of each agent. */
export interface VerificationRow {
  readonly agent: string;
  data: string;
}
export interface MetaRow {
  readonly key: string;
  value: string;
}

export interface Tables extends FactorTables, ScheduleTables {
  readonly agents: AgentRow;
  readonly model_keys: ModelKeyRow;
  readonly tasks: WorkRow;
  readonly sessions: WorkRow;
  readonly grants: GrantRow;
  readonly users: UserRow;
  readonly sign_ins: SignInRow;
  readonly records: RecordRow;
  readonly push_subscriptions: PushSubscriptionRow;
  readonly push_key: PushKeyRow;
  readonly script_versions: ScriptVersionRow;
  readonly verifications: VerificationRow;
  readonly meta: MetaRow;
}
