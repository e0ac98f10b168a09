// A person's answer to a version. INVARIANT: the yes is to the digest they saw, of a person and with their second factor where one
// is needed, recorded before it counts; bytes that are not those any more are not approved. A no counts at once.
import {
  type Actor,
  actorName,
  type Digest,
  type Factor,
  type ScriptVersion,
  type VersionState,
} from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { CriticalRefusal } from '../identity/index.ts';
import { type Answer, done, fault, type ScriptsFault } from './answer.ts';
import type { Book } from './keep/book.ts';
import { reached, whyNotLoaded } from './keep/pins.ts';
import type { Sources } from './keep/sources.ts';
import type { Answerer } from './parts.ts';
import { stepped } from './states.ts';

export interface AnsweringHost {
  readonly book: Book;
  readonly sources: Sources;
  readonly clock: Pick<Clock, 'now'>;
  /** Null: they may approve. */
  readonly critical: (actor: Actor, factor: Exclude<Factor, 'none'> | null) => CriticalRefusal | null;
  /** What people wrote, as others may read it. */
  readonly hide: (text: string) => string;
  readonly modified: (version: ScriptVersion, why: string) => void;
  /** @throws where it cannot be recorded. */
  readonly record: (
    version: ScriptVersion,
    change: 'approved' | 'rejected' | 'disabled' | 'restored' | 'superseded',
    by: string,
    text: string,
    factor?: Exclude<Factor, 'none'> | null,
  ) => Promise<void>;
}

const UNKNOWN = fault('unknown', 'script_not_found', 'no such version', '`castellan scripts show NAME` lists them');

const CRITICAL: Readonly<Record<CriticalRefusal, ScriptsFault>> = {
  'not-a-person': fault('not-a-person', 'script_not_approved', 'only a person approves a script', 'sign in'),
  'factor-required': fault(
    'factor-required',
    'script_not_approved',
    'approving a script needs your second factor',
    'send `factor` with the answer',
  ),
  'factor-missing': fault(
    'factor-required',
    'script_not_approved',
    'approving a script needs a second factor, and you have none',
    'add a passkey or an authenticator app to your account',
  ),
};

/** Someone who is no person takes nothing away either: a version is answered by people alone. */
const NOT_A_PERSON = fault('not-a-person', 'script_not_approved', 'only a person answers for a script', 'sign in');

/** approve or restore. The former approved one is superseded in the same step. */
export async function approved(
  host: AnsweringHost,
  step: 'approve' | 'restore',
  script: string,
  digest: Digest,
  { actor, factor }: Answerer,
): Promise<Answer<ScriptVersion>> {
  const { book, sources, clock } = host;
  const refusal = host.critical(actor, factor);
  if (refusal !== null) return CRITICAL[refusal];
  const version = book.find(script, digest);
  if (version === null) return UNKNOWN;
  const next = stepped(version.state.kind, step);
  if (!next.ok) return fault('conflict', 'script_not_approved', next.message, next.hint);
  const loads = reached(version.script, version.capabilities.loads, book);
  const [why] = loads.ok ? loads.versions.flatMap((load) => whyNotLoaded(load, book) ?? []) : [loads.message];
  if (why !== undefined) return fault('conflict', 'script_disabled', why, 'propose it again with what it loads now');
  const bytes = sources.read(version.source);
  if (bytes.kind === 'modified') {
    host.modified(version, bytes.why);
    return fault('conflict', 'script_modified', `it is not what was proposed: ${bytes.why}`, 'propose it again');
  }
  const at = clock.now();
  const by = actorName(actor);
  const yes: ScriptVersion = { ...version, state: { kind: 'approved', by, at } };
  const former = book.of(script).filter(({ state }) => state.kind === 'approved');
  const gone = former.map((each): ScriptVersion => ({ ...each, state: { kind: 'superseded', by: digest, at } }));
  await host.record(yes, step === 'approve' ? 'approved' : 'restored', by, `version ${version.number}`, factor);
  for (const each of gone) await host.record(each, 'superseded', by, `by version ${version.number}`);
  await book.put([yes, ...gone]);
  return done(yes);
}

async function taken(
  host: AnsweringHost,
  version: ScriptVersion,
  state: Extract<VersionState, { kind: 'rejected' | 'disabled' }>,
): Promise<Answer<ScriptVersion>> {
  const no: ScriptVersion = { ...version, state };
  await host.book.take(no);
  await host.record(no, state.kind, state.by, `version ${version.number}: ${state.reason}`);
  return done(no);
}

export async function rejected(
  host: AnsweringHost,
  script: string,
  digest: Digest,
  reason: string,
  actor: Actor,
): Promise<Answer<ScriptVersion>> {
  if (actor.kind !== 'person') return NOT_A_PERSON;
  const version = host.book.find(script, digest);
  if (version === null) return UNKNOWN;
  const next = stepped(version.state.kind, 'reject');
  if (!next.ok) return fault('conflict', 'script_not_approved', next.message, next.hint);
  const by = actorName(actor);
  return taken(host, version, { kind: 'rejected', by, at: host.clock.now(), reason: host.hide(reason) });
}

export async function disabled(
  host: AnsweringHost,
  script: string,
  reason: string,
  actor: Actor,
): Promise<Answer<ScriptVersion>> {
  if (actor.kind !== 'person') return NOT_A_PERSON;
  const [newest] = host.book.of(script);
  if (newest === undefined) return UNKNOWN;
  const version = host.book.approved(script);
  if (version === null)
    return fault('conflict', 'script_not_approved', 'no version of it is approved', 'reject what waits');
  const by = actorName(actor);
  return taken(host, version, { kind: 'disabled', by, at: host.clock.now(), reason: host.hide(reason) });
}
