// What the two halves of this room are to each other: versions (what may run) and runs (what is running). INVARIANT: a source goes
// from the one to the other only as `toRun` and its kin gave it: read and hashed at that moment, never remembered.
import type {
  Actor,
  AgentId,
  Digest,
  Factor,
  Inspection,
  JsonValue,
  QuotaUse,
  RouteQuery,
  RunId,
  RunSummary,
  ScheduleId,
  ScriptError,
  ScriptName,
  ScriptQuota,
  ScriptReview,
  ScriptRun,
  ScriptStandIn,
  ScriptVersion,
  Session,
  TaskId,
} from '@castellan/contract';
import type { AskedUnder } from '@castellan/gateway';
import type { Answer } from './answer.ts';

/** Asks a child what can be told of a source. INVARIANT: no source is parsed in this process. */
export type Inspect = (
  source: string,
  signal: AbortSignal,
  /** Who asked, where it was an agent. */
  agent?: AgentId,
) => Promise<Inspection | { readonly kind: 'unavailable'; readonly error: ScriptError }>;

export interface Source {
  readonly script: ScriptName;
  readonly source: string;
}

/** Exact bytes, hashed a moment ago: what a run is made of. */
export interface Runnable {
  readonly ok: true;
  readonly version: ScriptVersion;
  readonly source: string;
  /** Everything it loads, at any depth, each as it was pinned. Of one name there is one version. */
  readonly loads: readonly Source[];
}
export interface NotRunnable {
  readonly ok: false;
  readonly error: ScriptError;
}

/** What a version is begun for. */
export type Use = 'run' | 'test';

/** What may run. */
export interface Versions {
  names(): readonly ScriptName[];
  /** Newest first; empty: there is no such script. */
  of(script: string): readonly ScriptVersion[];
  /** A digest names bytes and capabilities and not a script: approved under one name it is not under another. */
  find(script: string, digest: Digest): ScriptVersion | null;
  approved(script: string): ScriptVersion | null;
  /** The approved version, or the one of this digest where it is the approved one. A changed byte raises the alarm. */
  toRun(script: string, digest?: Digest): Promise<Runnable | NotRunnable>;
  /** Any version, for a test run; what it loads must be approved still. */
  toTest(script: string, digest: Digest): Promise<Runnable | NotRunnable>;
  /** Once more for what was begun: read and hashed in this very step, which waits for nothing. */
  again(version: ScriptVersion, use: Use): Runnable | NotRunnable;
  /** Why what was begun may not go on; null: it may. */
  whyNoMore(version: ScriptVersion, use: Use): ScriptError | null;
  inspect: Inspect;
}

/** Whom a run belongs to. Null: nobody but the built-in agent; the run gets a session of its own. */
export type RunOwner = {
  readonly agent: AgentId;
  readonly task: TaskId;
  readonly session: Session;
  /** The mode and the sub-agent it was asked for in: what may not be done there, the run may not either. */
  readonly under: AskedUnder;
} | null;

export interface RunRequest {
  readonly kind: ScriptRun['kind'];
  /** Null: of an eval. */
  readonly version: ScriptVersion | null;
  readonly source: string;
  readonly loads: readonly Source[];
  readonly args: readonly JsonValue[];
  /** Who began it, as records name them. */
  readonly by: string;
  readonly owner: RunOwner;
  readonly schedule?: ScheduleId;
  /** live: done. recorded: noted, answered with a stand-in. refused: noted and refused. none: there are none (eval). */
  readonly hostCalls: 'live' | 'recorded' | 'refused' | 'none';
  /** What noted calls are answered with, in order. */
  readonly answers?: readonly ScriptStandIn[];
}

/** What stands before a run and ends it. */
export interface Started {
  /** As it began, or as it ended where it never could begin. */
  readonly run: ScriptRun;
  readonly ended: Promise<ScriptRun>;
}

/** What is running, and what ran. Expected failures are runs that failed; nothing of it throws. */
export interface Runs {
  /** `signal` ends it as cancelled. */
  start(request: RunRequest, signal: AbortSignal): Promise<Started>;
  run(request: RunRequest, signal: AbortSignal): Promise<ScriptRun>;
  get(id: RunId): Promise<ScriptRun | null>;
  /** Newest first. `next`: what to ask for `before`. */
  list(
    query: Omit<RouteQuery<'scriptRuns'>, 'limit'> & { readonly limit?: number },
  ): Promise<{ readonly runs: readonly RunSummary[]; readonly next: number | null }>;
  /** Test runs of one version, newest first, whole; at most ten. */
  tests(script: ScriptName, digest: Digest): Promise<readonly ScriptRun[]>;
  /** Runs of one version that were no tests, newest first; at most twenty. */
  of(script: ScriptName, digest: Digest): Promise<readonly RunSummary[]>;
  lastOf(script: ScriptName): Promise<RunSummary | null>;
  /** Used today, and what there is of it. */
  today(script: ScriptName): QuotaUse;
  readonly quota: ScriptQuota;
  /** Ends a run that is going on; one that is over stays as it is. Null: there is none. */
  cancel(id: RunId, by: string): Promise<ScriptRun | null>;
  /** Ends all of them in this step. @returns how many. */
  endAll(why: string): number;
  /** Ends at once what may not go on by what became of its version, or of one that it loads; resolves when it has ended. */
  withdraw(): Promise<void>;
}

export interface Proposal {
  readonly name: string;
  readonly source: string;
  readonly note: string;
  /** As records name them. */
  readonly by: string;
  readonly agent?: AgentId;
  readonly task?: TaskId;
}

/** A person at this version, with the second factor they proved over it. */
export interface Answerer {
  readonly actor: Actor;
  readonly factor: Exclude<Factor, 'none'> | null;
}

/** What becomes of versions: who proposed, who answered (S3, S4, S10). */
export interface Life extends Versions {
  propose(proposal: Proposal, signal: AbortSignal): Promise<Answer<ScriptVersion>>;
  /** @param digest what the person saw. */
  approve(script: string, digest: Digest, who: Answerer): Promise<Answer<ScriptVersion>>;
  reject(script: string, digest: Digest, reason: string, actor: Actor): Promise<Answer<ScriptVersion>>;
  disable(script: string, reason: string, actor: Actor): Promise<Answer<ScriptName>>;
  restore(script: string, digest: Digest, who: Answerer): Promise<Answer<ScriptVersion>>;
  /** Whether an approval of this person would need a second factor now. */
  factorNeeded(): boolean;
  review(script: string, digest: Digest): Promise<Answer<Omit<ScriptReview, 'tests' | 'runs'>>>;
  loadedBy(script: string): readonly ScriptName[];
}

export interface Scripts {
  readonly life: Life;
  readonly runs: Runs;
}
