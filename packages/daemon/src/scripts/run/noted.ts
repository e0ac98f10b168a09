// The host calls of one run as people read them: bounded, redacted, in order.
import type { CallId, Decision, Outcome, ScriptCall } from '@castellan/contract';

/** Kept of one run; what comes after is only counted. */
const MOST = 1000;
const LONGEST = 500;

export interface NotedHost {
  readonly redact: (text: string) => string;
  /** Milliseconds since the run began. */
  readonly at: () => number;
  readonly changed: () => void;
}

/** One call, until it is known what came of it. */
export interface Note {
  /** @param call none: it was only foreseen. */
  decided(verdict: Outcome, call?: CallId): void;
  end(outcome: ScriptCall['outcome'], answer: string): void;
}

export class Noted {
  readonly #host: NotedHost;
  readonly #calls: ScriptCall[] = [];

  constructor(host: NotedHost) {
    this.#host = host;
  }

  get calls(): readonly ScriptCall[] {
    return [...this.#calls];
  }

  begin(kind: ScriptCall['kind'], text: string): Note {
    const { redact, at, changed } = this.#host;
    // Redacted before it is cut: half a secret is not recognised any more.
    const short = (given: string): string => redact(given).slice(0, LONGEST).toWellFormed();
    const index = this.#calls.length;
    let now: ScriptCall = { at: at(), kind, text: short(text), outcome: 'refused', answer: 'not answered yet' };
    const put = (change: Partial<ScriptCall>): void => {
      now = { ...now, ...change };
      if (index < MOST) this.#calls[index] = now;
    };
    put({});
    return {
      decided: (verdict, call) => put({ verdict, ...(call !== undefined && { call }) }),
      end(outcome, answer) {
        put({ outcome, answer: short(answer) });
        changed();
      },
    };
  }
}

/** What was decided, as a verdict says it: a person who was asked said yes or no, or did not answer. */
export function verdictOf(decision: Decision): Outcome {
  if (decision.kind === 'ask') return 'ask';
  if (decision.kind === 'run') return decision.by === 'user-approved' ? 'confirm' : 'allow';
  return decision.by === 'rule' || decision.by === 'error' ? 'deny' : 'confirm';
}
