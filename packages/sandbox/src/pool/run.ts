// What a caller says of a run and hears of it.
import type {
  HostCall,
  HostReply,
  Inspection,
  JsonValue,
  OutputLevel,
  ScriptError,
  ScriptLimits,
  ScriptName,
  ScriptUsed,
  SecretName,
} from '@castellan/contract';

/** The bytes of one program. */
export interface ScriptSources {
  readonly source: string;
  /** Everything that `load` can give, by name: what those load is among them. */
  readonly loads: readonly { readonly script: ScriptName; readonly source: string }[];
}

/** One program and what it may use. Its source is run as it is: whoever calls has looked at its bytes. */
export interface ScriptRunSpec extends ScriptSources {
  /** What positions in errors say. */
  readonly name: string;
  /** What `main` is given. */
  readonly args: readonly JsonValue[];
  readonly limits: ScriptLimits;
  /** Names that `secrets` knows of. */
  readonly secrets: readonly SecretName[];
  /** false: `http`, `secrets` and `tools` are there and every call of them is `capability_missing` (S7). */
  readonly reachesOut: boolean;
}

/** One call of the host, as the host has it. */
export interface HostTurn {
  /** Aborted when the run is over, however it ended: nobody hears the answer any more. */
  readonly signal: AbortSignal;
  /** The run's clock stands still while this is waited for: a person is thinking. */
  waiting<T>(answer: Promise<T>): Promise<T>;
}

/** Does what a program asks for, or refuses. It is called once at a time for each run. What it throws ends the run as `failed`. */
export type ScriptHost = (call: HostCall, turn: HostTurn) => Promise<HostReply>;

export interface ScriptOutput {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly level: OutputLevel;
  readonly text: string;
}

/** What came of a run. Nothing in it is redacted. */
export interface ScriptOutcome {
  readonly result:
    | { readonly ok: true; readonly value: JsonValue }
    | { readonly ok: false; readonly error: ScriptError };
  /** What it printed and logged before it ended. */
  readonly output: readonly ScriptOutput[];
  readonly used: ScriptUsed;
  /** What held the child, in words. */
  readonly isolation: string;
}

/** `unavailable`: nothing is known of the source, because nobody could look at it: `busy`, `cancelled`, `failed`. */
export type InspectOutcome = Inspection | { readonly kind: 'unavailable'; readonly error: ScriptError };
