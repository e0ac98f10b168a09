// What is known around a call when it is decided: gathered once, so that the verdict, the record, the question and the
// second look after an answer all speak of the same moment.
import type { Call, Profile, SessionFacts } from '@castellan/contract';
import type { GivenLabel } from '@castellan/policy';
import type { Taken } from './limits/index.ts';

/** A call as it may be shown and kept. */
export interface Shown {
  /** The same call, its arguments redacted. */
  readonly call: Call;
  /** What was told of the real call, without the pieces of its secrets. The very value where it holds none. */
  hide<Value>(value: Value): Value;
}

/** What is known of whoever makes a call, beside the call. */
export interface Maker {
  /** The mode the client wants on top of the profile's. */
  readonly mode?: Profile | undefined;
  /** The client has no way to ask its own user about this one. */
  readonly unasked?: boolean | undefined;
}

export interface Circumstances {
  readonly shown: Shown;
  /** What the session and the task brought along. */
  readonly session: SessionFacts;
  /** What its result will be labelled, if it runs. */
  readonly labels: readonly GivenLabel[];
  /** What its budgets say. */
  readonly limits: Taken;
  readonly maker: Maker;
}
