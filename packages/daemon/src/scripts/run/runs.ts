// What is running, and what ran (S6, S8). INVARIANT: nothing runs before its beginning is on disk; whoever may not go on any more
// (a frozen or disconnected agent, a session that is over, a daemon that stops) has no run that goes on.
import {
  type AgentId,
  type Digest,
  type QuotaUse,
  type RunId,
  type RunSummary,
  type ScriptError,
  type ScriptErrorCode,
  type ScriptLimits,
  type ScriptName,
  type ScriptQuota,
  type ScriptRun,
  scriptLimitsSchema,
} from '@castellan/contract';
import type { PoolUser, ScriptPlace, ScriptSources } from '@castellan/sandbox';
import { sha256 } from '../../digest.ts';
import { newId } from '../../ids.ts';
import type { RunRequest, Runs, Started, Use } from '../parts.ts';
import { Keeper } from './keeper.ts';
import { failedOutcome, type LiveRun, outcomeOf, runNow } from './live.ts';
import { Noted } from './noted.ts';
import { DayQuotas, NEW_DAY, type RunQuota, uncounted } from './quota.ts';
import type { RunsHost } from './runs-host.ts';
import { errorOf, shownOf } from './shown.ts';
import { StandIns } from './stand-ins.ts';
import type { HostRun } from './turn.ts';

/** Of what nobody approved. */
const EVAL_LIMITS: ScriptLimits = { ...scriptLimitsSchema.parse({}), seconds: 10, calls: 0 };

export class ScriptRuns implements Runs, AsyncDisposable {
  readonly #host: RunsHost;
  readonly #keeper: Keeper;
  readonly #quotas: DayQuotas;
  readonly #live = new Map<RunId, LiveRun>();
  #stopping = false;

  constructor(host: RunsHost) {
    this.#host = host;
    const { clock, store, policy } = host.parts;
    this.#keeper = new Keeper(host);
    this.#quotas = new DayQuotas({
      rows: store.runs,
      config: () => policy.policy.config.scripts.quotas,
      day: () => dayOf(clock.now()),
    });
  }

  /** Runs that were under way when the daemon ended: nobody knows what came of them. */
  settleOld(): void {
    const { store, clock } = this.#host.parts;
    for (const run of store.runs.running()) {
      const error = { code: 'failed' as const, message: 'the daemon ended while it ran', traceback: [] };
      const ended: ScriptRun = { ...run, outcome: 'unknown', endedAt: clock.now(), error };
      store.runs.put(ended);
      void this.#recordEnd(ended);
    }
  }

  async start(request: RunRequest, signal: AbortSignal): Promise<Started> {
    const { clock, agents, canaries } = this.#host.parts;
    const id: RunId = newId(clock, 'run');
    let own: ScriptRun['session'] | null = null;
    let unused: ScriptPlace | null = null;
    try {
      const session = request.owner?.session ?? (await this.#keeper.session(id, request.version?.script ?? null));
      if (request.owner === null) own = session.id;
      const none = (code: ScriptErrorCode, message: string, hint?: string): Started =>
        this.#never(id, request, session, { code, message, ...(hint !== undefined && { hint }), traceback: [] });
      const agent = agents.get(session.agent);
      if (this.#stopping) return none('cancelled', 'the daemon is stopping');
      if (agent === null || agent.revokedAt !== null) return none('cancelled', 'the agent is not connected any more');
      if (canaries.frozen(session.agent) !== null)
        return none('cancelled', 'this agent is frozen: a person has to look');
      const wanted = request.version?.capabilities.limits ?? EVAL_LIMITS;
      const place = this.#host.pool.enter(userOf(request, session.agent), wanted);
      if ('code' in place) return none(place.code, place.message, place.hint);
      unused = place;
      const script = request.version?.script ?? null;
      // Of a test nothing happens: it takes no share of the day.
      const quota = request.kind === 'test' ? uncounted(wanted) : this.#quotas.take(script, session.agent, wanted);
      if (typeof quota === 'string') return none('quota_exceeded', quota, NEW_DAY);
      own = null;
      unused = null;
      return await this.#begin(id, request, session, { quota, place }, signal);
    } finally {
      unused?.leave();
      // It never began: nothing else ends its session.
      const left = own === null ? null : this.#host.parts.work.get(own);
      if (left !== null) await this.#keeper.end(left, 'the run never began').catch(() => undefined);
    }
  }

  async run(request: RunRequest, signal: AbortSignal): Promise<ScriptRun> {
    const { ended } = await this.start(request, signal);
    return ended;
  }

  async get(id: RunId): Promise<ScriptRun | null> {
    const live = this.#live.get(id);
    return live === undefined ? this.#host.parts.store.runs.get(id) : runNow(live);
  }

  async list({ limit = 50, ...query }: Parameters<Runs['list']>[0]): ReturnType<Runs['list']> {
    const runs = this.#host.parts.store.runs.list({ ...query, limit });
    return { runs, next: runs.length < limit ? null : (runs.at(-1)?.startedAt ?? null) };
  }

  async tests(script: ScriptName, digest: Digest): Promise<readonly ScriptRun[]> {
    const { runs } = this.#host.parts.store;
    return runs.list({ script, digest, kinds: ['test'], limit: 10 }).flatMap(({ id }) => runs.get(id) ?? []);
  }

  async of(script: ScriptName, digest: Digest): Promise<readonly RunSummary[]> {
    return this.#host.parts.store.runs.list({ script, digest, kinds: ['run'], limit: 20 });
  }

  async lastOf(script: ScriptName): Promise<RunSummary | null> {
    return this.#host.parts.store.runs.list({ script, kinds: ['run'], limit: 1 })[0] ?? null;
  }

  today(script: ScriptName): QuotaUse {
    return this.#quotas.today(script);
  }

  get quota(): ScriptQuota {
    return this.#quotas.ofScript;
  }

  async cancel(id: RunId, by: string): Promise<ScriptRun | null> {
    const live = this.#live.get(id);
    if (live === undefined) return this.#host.parts.store.runs.get(id);
    live.end(`cancelled by ${by}`);
    return live.ended;
  }

  async withdraw(): Promise<void> {
    const { versions } = this.#host;
    const ending: Promise<ScriptRun>[] = [];
    for (const { version, began, end, ended } of this.#live.values()) {
      const why = version === null ? null : versions.whyNoMore(version, useOf(began));
      if (why === null) continue;
      end(why.message);
      ending.push(ended);
    }
    await Promise.all(ending);
  }

  endAll(why: string): number {
    const live = [...this.#live.values()];
    for (const { end } of live) end(why);
    return live.length;
  }

  /** Ends what may not go on: its agent was frozen or disconnected, its session is over. */
  sweep(): void {
    const { agents, canaries, work } = this.#host.parts;
    for (const { session, end } of this.#live.values()) {
      if (canaries.frozen(session.agent) !== null) end('its agent was frozen');
      else if (agents.get(session.agent)?.revokedAt !== null) end('its agent was disconnected');
      else if (work.get(session.id) === null) end('the session it belongs to is over');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    const live = [...this.#live.values()];
    for (const { end } of live) end('the daemon is stopping');
    await Promise.all(live.map(({ ended }) => ended));
  }

  async #begin(
    id: RunId,
    request: RunRequest,
    session: LiveRun['session'],
    { quota, place }: { readonly quota: RunQuota; readonly place: ScriptPlace },
    signal: AbortSignal,
  ): Promise<Started> {
    const { parts, pool, versions } = this.#host;
    const { clock, store } = parts;
    const began: ScriptRun = {
      ...headOf(id, request, session, clock.now()),
      outcome: 'running',
      isolation: pool.isolation,
    };
    const since = clock.monotonic();
    const noted = new Noted({
      redact: (text) => parts.exits.text(text),
      at: () => clock.monotonic() - since,
      changed: () => undefined,
    });
    try {
      await this.#record(began, 'run-started', '');
      store.runs.put(began);
    } catch (error) {
      quota.end(0);
      place.leave();
      if (request.owner === null) await this.#keeper.end(session, 'the run never began').catch(() => undefined);
      const message = `it could not be recorded: ${String(error)}`;
      return this.#never(id, request, session, { code: 'failed', message, traceback: [] });
    }
    const controller = new AbortController();
    let why = 'whoever asked for it is gone';
    const end = (reason: string): void => {
      if (controller.signal.aborted) return;
      why = reason;
      controller.abort(new Error(reason));
    };
    const ends = AbortSignal.any([signal, controller.signal]);
    const host = this.#hostRun(request, session, began, { quota, noted });
    const { version } = request;
    const fresh = (): ScriptSources | ScriptError => {
      const now = version === null ? request : versions.again(version, useOf(began));
      return 'error' in now ? now.error : now;
    };
    const ended = outcomeOf(place, request, { quota, host, clock, fresh, isolation: pool.isolation }, ends).then(
      async (outcome) => {
        const { used, result } = outcome;
        quota.end(Math.max(0, used.wallMs - used.waitedMs) / 1000);
        const cancelled = !result.ok && result.error.code === 'cancelled';
        const told = cancelled ? failedOutcome('cancelled', why, outcome.isolation) : outcome;
        const held = failedOutcome(
          'failed',
          'what it gave could not be looked through, so it is held back',
          told.isolation,
        );
        const shown = await shownOf({ ...outcome, result: told.result }, parts).catch(() => shownOf(held, parts));
        const run: ScriptRun = { ...began, ...shown, calls: noted.calls, endedAt: clock.now() };
        await this.#settle(run, request, session);
        return run;
      },
    );
    this.#live.set(id, { session, version, began, noted, ended, end });
    // Its agent or its version may have been stopped while its beginning was written.
    this.sweep();
    void this.withdraw();
    return { run: runNow({ began, noted }), ended };
  }

  /** What is known of it is kept, whatever fails: the ledger raises its own alarm. */
  async #settle(run: ScriptRun, request: RunRequest, session: LiveRun['session']): Promise<void> {
    const { store } = this.#host.parts;
    try {
      store.runs.put(run);
    } catch (error) {
      // A full disk: the record below tells of the end all the same.
      void error;
    }
    await this.#recordEnd(run);
    if (request.owner === null) await this.#keeper.end(session, `the run ${run.outcome}`).catch(() => undefined);
    this.#live.delete(run.id);
  }

  #hostRun(
    request: RunRequest,
    session: LiveRun['session'],
    began: ScriptRun,
    { quota, noted }: Pick<HostRun, 'quota' | 'noted'>,
  ): HostRun | null {
    const { version, hostCalls } = request;
    if (version === null || hostCalls === 'none') return null;
    const { parts, calls, useTool, serverHost, versions } = this.#host;
    const { clock, redactor, exits, vault, policy, ports } = parts;
    const { script: name, digest, capabilities } = version;
    return {
      ...{ clock, calls, redactor, exits, useTool, serverHost, session, version, quota, noted, mode: hostCalls },
      standIns: new StandIns(request.answers ?? []),
      gone: () => versions.whyNoMore(version, useOf(began))?.message ?? null,
      web: { ownPorts: () => ports.all },
      privateHosts: () => policy.policy.config.scripts.privateHosts,
      script: { name, digest, run: began.id },
      under: request.owner?.under ?? {},
      secrets: { vault, script: name, agent: session.agent, capabilities },
    };
  }

  /** It is told and bounded, and not kept: whoever asks without end must not push out what did run. */
  #never(id: RunId, request: RunRequest, session: LiveRun['session'], why: ScriptError): Started {
    const { parts, pool, refusals } = this.#host;
    const { clock, exits } = parts;
    const error = errorOf(why, exits);
    const at = clock.now();
    const outcome = why.code === 'cancelled' ? 'cancelled' : 'failed';
    const run = {
      ...headOf(id, request, session, at),
      endedAt: at,
      outcome,
      error,
      isolation: pool.isolation,
    } as const;
    refusals.note(request.by, `script ${request.version?.script ?? 'without a name'}`, error.message);
    return { run, ended: Promise.resolve(run) };
  }

  async #recordEnd(run: ScriptRun): Promise<void> {
    const { outcome, error, used, kind } = run;
    const seconds =
      used === null ? '' : `, ${((used.wallMs - used.waitedMs) / 1000).toFixed(1)} s, ${used.calls} calls`;
    const text = `${outcome}${seconds}${error === null ? '' : `: ${error.message}`}`;
    // What ran has run; a ledger that fails raises its own alarm and stops the next one.
    await this.#record(run, kind === 'test' ? 'tested' : 'run-ended', text).catch(() => undefined);
  }

  async #record(run: ScriptRun, change: 'run-started' | 'run-ended' | 'tested', text: string): Promise<void> {
    const { records, clock, redactor } = this.#host.parts;
    const { id, script, digest, by, agent, task, kind } = run;
    await records.record({
      kind: 'script',
      at: clock.now(),
      ...{ script, digest, change, by, agent, task },
      run: id,
      text: redactor.text(text === '' ? kind : text).slice(0, 2000),
    });
  }
}

const useOf = ({ kind }: Pick<ScriptRun, 'kind'>): Use => (kind === 'test' ? 'test' : 'run');

/** Whose turn it takes. A run that nobody asked for just now is not a person's. */
function userOf({ owner, schedule }: RunRequest, agent: AgentId): PoolUser {
  if (owner !== null) return { kind: 'agent', of: agent };
  return { kind: schedule === undefined ? 'person' : 'schedule' };
}

type Head = Omit<ScriptRun, 'outcome' | 'isolation'>;

function headOf(id: RunId, request: RunRequest, session: LiveRun['session'], at: number): Head {
  const { kind, version, source, by, schedule } = request;
  return {
    ...{ id, kind, by },
    script: version?.script ?? null,
    digest: version?.digest ?? sha256(source),
    agent: session.agent,
    task: session.task,
    session: session.id,
    ...(schedule !== undefined && { schedule }),
    startedAt: at,
    endedAt: null,
    error: null,
    output: [],
    calls: [],
    used: null,
  };
}

/** Where this machine is. */
function dayOf(at: number): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
