// What came of a call: as a surface tells it, and as it is recorded. Pure.
import {
  type CallId,
  canonicalJson,
  type DecidedBy,
  isWellFormed,
  type JsonObject,
  type JsonValue,
  type LedgerRecord,
  type OutcomeStatus,
  type Reversibility,
} from '@castellan/contract';
import { sha256 } from '../digest.ts';

export interface Given {
  readonly shown: JsonValue | undefined;
  readonly names: readonly string[];
}

export interface OutcomeDraft {
  readonly status: OutcomeStatus;
  readonly text?: string | undefined;
  readonly durationMs?: number | undefined;
  readonly result?: JsonValue | undefined;
  /** What of the result may be shown, and the known secrets it and the text name. */
  readonly given: Given;
  /** The arguments it ran with, where the agent says so. */
  readonly arguments?: JsonObject | undefined;
  readonly tokens?: number | undefined;
  /** What of it can be taken back. */
  readonly reversibility?: Reversibility | undefined;
}

export const NOTHING: Given = { shown: undefined, names: [] };

interface Outcome {
  readonly call: CallId;
  readonly by: DecidedBy;
  readonly at: number;
  readonly outcome: OutcomeDraft;
  /** What may be kept of a text. */
  readonly text: (text: string) => string;
}

export function outcomeRecord({ call, by, at, outcome, text: kept }: Outcome): LedgerRecord {
  const { status, text, durationMs, given, tokens, reversibility } = outcome;
  const { shown } = given;
  const resultDigest = shown === undefined || !isWellFormed(shown) ? undefined : sha256(canonicalJson(shown));
  return {
    ...{ kind: 'outcome', at, call, status, by },
    // Redacted before it is cut: half a secret is not recognised any more.
    ...(text !== undefined && { text: kept(text).slice(0, 2000) }),
    ...(durationMs !== undefined && { durationMs }),
    ...(resultDigest !== undefined && { resultDigest }),
    ...(tokens !== undefined && { tokens }),
    ...(reversibility !== undefined && { reversibility }),
  };
}
