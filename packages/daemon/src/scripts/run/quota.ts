// What scripts and agents may use in a day (D2). INVARIANT: whatever is taken is taken before it is used, in one synchronous
// step, and seconds are kept back for the whole of a run, so that neither parallel runs nor a crash make a quota larger.
import type { AgentId, QuotaUse, ScriptLimits, ScriptQuota, ScriptsConfig } from '@castellan/contract';
import type { RunRows } from '../../store/index.ts';

export interface QuotaHost {
  readonly rows: Pick<RunRows, 'used' | 'use'>;
  readonly config: () => ScriptsConfig['quotas'];
  /** The local day: `2026-03-01`. */
  readonly day: () => string;
}

/** The hint of an answer that says the day's quota is used up. */
export const NEW_DAY = 'it begins again at midnight, by the clock of this machine';

interface Share {
  readonly of: string;
  readonly who: string;
  readonly quota: ScriptQuota;
}

/** Of one run. */
export interface RunQuota {
  /** What the run may have, with what is left of the day. */
  readonly limits: ScriptLimits;
  /** Before a call that reaches out. A text: why there is none any more. */
  call(): string | null;
  /** How many bytes may still come in. */
  bytesLeft(): number;
  received(bytes: number): void;
  /** The run is over: what it did not need is given back. */
  end(seconds: number): void;
}

/** Of a test run: nothing of it happens, so nothing of the day is used up. Its own limits hold, and how many run at once. */
export const uncounted = (limits: ScriptLimits): RunQuota => ({
  limits,
  call: () => null,
  bytesLeft: () => Number.MAX_SAFE_INTEGER,
  received: () => undefined,
  end: () => undefined,
});

export class DayQuotas {
  readonly #host: QuotaHost;

  constructor(host: QuotaHost) {
    this.#host = host;
  }

  today(script: string): QuotaUse {
    return this.#host.rows.used(this.#host.day(), `script:${script}`);
  }

  get ofScript(): ScriptQuota {
    return this.#host.config().script;
  }

  /** Takes a run. A text: why none may begin. @param script null: an eval. */
  take(script: string | null, agent: AgentId, wanted: ScriptLimits): RunQuota | string {
    const { rows } = this.#host;
    // A run belongs to the day it began on.
    const day = this.#host.day();
    const shares = this.#shares(script, agent);
    const left = (what: keyof QuotaUse): number =>
      Math.min(...shares.map(({ of, quota }) => quota[what] - rows.used(day, of)[what]));
    const over = (what: keyof QuotaUse, least: number): string | null => {
      const share = shares.find(({ of, quota }) => quota[what] - rows.used(day, of)[what] < least);
      return share === undefined ? null : `${share.who} has used its ${share.quota[what]} ${WORDS[what]} of today`;
    };
    const use = (change: Partial<QuotaUse>): void => {
      for (const { of } of shares) rows.use(day, of, change);
    };
    const fault = over('runs', 1) ?? over('seconds', 1) ?? over('bytes', 1);
    if (fault !== null) return fault;
    const limits: ScriptLimits = {
      ...wanted,
      seconds: Math.min(wanted.seconds, Math.floor(left('seconds'))),
      calls: Math.max(0, Math.min(wanted.calls, left('calls'))),
    };
    use({ runs: 1, seconds: limits.seconds });
    return {
      limits,
      call() {
        const none = over('calls', 1) ?? over('bytes', 1);
        if (none === null) use({ calls: 1 });
        return none;
      },
      bytesLeft: () => Math.max(0, left('bytes')),
      received: (bytes) => use({ bytes }),
      end: (seconds) => use({ seconds: seconds - limits.seconds }),
    };
  }

  #shares(script: string | null, agent: AgentId): readonly Share[] {
    const { script: ofScript, agent: ofAgent } = this.#host.config();
    const own: Share = { of: `agent:${agent}`, who: 'this agent', quota: ofAgent };
    return script === null ? [own] : [{ of: `script:${script}`, who: `script \`${script}\``, quota: ofScript }, own];
  }
}

const WORDS: Readonly<Record<keyof QuotaUse, string>> = {
  runs: 'runs',
  seconds: 'seconds',
  calls: 'host calls',
  bytes: 'bytes',
};
