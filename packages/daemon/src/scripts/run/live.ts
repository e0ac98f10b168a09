// One run under way: from what was asked for to what is kept of it.
import type { JsonValue, ScriptError, ScriptRun, Session } from '@castellan/contract';
import type { ScriptOutcome, ScriptPool } from '@castellan/sandbox';
import type { RunRequest } from '../parts.ts';
import { scriptHost } from './host.ts';
import type { Noted } from './noted.ts';
import type { RunQuota } from './quota.ts';
import type { HostRun } from './turn.ts';

export interface LiveRun {
  readonly session: Session;
  /** As it began. */
  readonly began: ScriptRun;
  readonly noted: Noted;
  readonly ended: Promise<ScriptRun>;
  /** Ends it. @param why for whoever reads the run. */
  end(why: string): void;
}

/** As it is now. */
export const runNow = ({ began, noted }: Pick<LiveRun, 'began' | 'noted'>): ScriptRun => ({
  ...began,
  calls: noted.calls,
});

/** Runs the program. Never rejects: what throws here is told of as an error of the run. */
export async function outcomeOf(
  pool: Pick<ScriptPool, 'run' | 'isolation'>,
  request: RunRequest,
  { quota, host, clock }: { quota: RunQuota; host: HostRun | null; clock: HostRun['clock'] },
  signal: AbortSignal,
): Promise<ScriptOutcome> {
  const { version, source, loads, args } = request;
  const reaches = request.hostCalls !== 'none' && version !== null;
  try {
    const outcome = await pool.run(
      {
        name: version?.script ?? 'eval',
        source,
        loads,
        args: args as readonly JsonValue[],
        limits: quota.limits,
        secrets: reaches ? version.capabilities.secrets : [],
        reachesOut: reaches,
      },
      scriptHost(clock, reaches ? host : null),
      signal,
    );
    return host === null || host.mode === 'live' ? outcome : host.standIns.told(outcome);
  } catch (error) {
    return failedOutcome('failed', error instanceof Error ? error.message : 'the run failed', pool.isolation);
  }
}

export const failedOutcome = (code: ScriptError['code'], message: string, isolation: string): ScriptOutcome => ({
  result: { ok: false, error: { code, message: message.slice(0, 2000), traceback: [] } },
  output: [],
  used: { steps: 0, memoryBytes: 0, outputBytes: 0, calls: 0, wallMs: 0, waitedMs: 0, receivedBytes: 0 },
  isolation,
});
