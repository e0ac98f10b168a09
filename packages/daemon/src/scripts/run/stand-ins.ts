// What the calls of a test run are answered with: what the reviewer gave, in order; after that an answer with nothing in it, which
// many a program cannot go on with. INVARIANT: a run that ends there is not told as everything the program would do.
import type { ScriptStandIn } from '@castellan/contract';
import type { ScriptOutcome } from '@castellan/sandbox';

const MORE =
  'it ended at a stand-in with nothing in it: more calls may follow that were not seen; give what its calls answer';

export class StandIns {
  readonly #given: readonly ScriptStandIn[];
  #asked = 0;

  constructor(given: readonly ScriptStandIn[]) {
    this.#given = given;
  }

  /** Null: nothing was given for this call. */
  next(): ScriptStandIn | null {
    const given = this.#given[this.#asked] ?? null;
    this.#asked += 1;
    return given;
  }

  /** An outcome, with a word on what it may not show. */
  told(outcome: ScriptOutcome): ScriptOutcome {
    const { result } = outcome;
    if (result.ok || result.error.code !== 'program_failed' || this.#asked <= this.#given.length) return outcome;
    return { ...outcome, result: { ok: false, error: { ...result.error, hint: MORE } } };
  }
}

export const wasGiven = (given: ScriptStandIn | null): string =>
  given === null ? '' : '; answered with what the reviewer gave';
