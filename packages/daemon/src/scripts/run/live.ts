// One run under way: from what was asked for to what is kept of it.
import type { JsonValue, ScriptError, ScriptRun, ScriptVersion, Session } from '@castellan/contract';
import type { ScriptOutcome, ScriptPlace, ScriptSources } from '@castellan/sandbox';
import type { RunRequest } from '../parts.ts';
import { scriptHost } from './host.ts';
import type { Noted } from './noted.ts';
import type { RunQuota } from './quota.ts';
import type { HostRun } from './turn.ts';

export interface LiveRun {
  readonly session: Session;
  /** Null: of an eval. */
  readonly version: ScriptVersion | null;
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

export interface OutcomeHost {
  readonly quota: RunQuota;
  readonly host: HostRun | null;
  readonly clock: HostRun['clock'];
  /** What runs, asked for right before the child is told to. */
  readonly fresh: () => ScriptSources | ScriptError;
  /** What holds children, as far as it is known. */
  readonly isolation: string;
}

/** Runs the program. Never rejects: what throws here is told of as an error of the run. */
export async function outcomeOf(
  place: ScriptPlace,
  request: RunRequest,
  { quota, host, clock, fresh, isolation }: OutcomeHost,
  signal: AbortSignal,
): Promise<ScriptOutcome> {
  const { version, source, loads, args } = request;
  const reaches = request.hostCalls !== 'none' && version !== null;
  try {
    const outcome = await place.run(
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
      fresh,
    );
    return host === null || host.mode === 'live' ? outcome : host.standIns.told(outcome);
  } catch (error) {
    return failedOutcome('failed', error instanceof Error ? error.message : 'the run failed', isolation);
  }
}

export const failedOutcome = (code: ScriptError['code'], message: string, isolation: string): ScriptOutcome => ({
  result: { ok: false, error: { code, message: message.slice(0, 2000), traceback: [] } },
  output: [],
  used: { steps: 0, memoryBytes: 0, outputBytes: 0, calls: 0, wallMs: 0, waitedMs: 0, receivedBytes: 0 },
  isolation,
});
