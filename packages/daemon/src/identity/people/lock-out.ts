// Tries that fail, counted by who is tried and by where from (A8): so many in a row, then a pause that doubles each time.
// INVARIANT: a try counts before it is judged, so that a thousand at once are not a thousand tries. It is kept in memory: a
// restart forgets it, and only who may stop the daemon can make one.
import type { Clock } from '../../clock.ts';

export interface LockOutRule {
  readonly tries: number;
  readonly firstMs: number;
  readonly longestMs: number;
  /** Nothing failed for so long after the last pause: it begins anew. */
  readonly forgetMs: number;
  /** More than these: the one that was tried longest ago is forgotten. */
  readonly keys: number;
}

interface Row {
  readonly failed: number;
  readonly last: number;
  readonly until: number;
}

export class LockOut {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #rule: LockOutRule;
  readonly #rows = new Map<string, Row>();

  constructor(clock: Pick<Clock, 'monotonic'>, rule: LockOutRule) {
    this.#clock = clock;
    this.#rule = rule;
  }

  /** Counts one try; null: it may be made. A number: the seconds to wait, and the try was not counted. */
  take(key: string): number | null {
    const { tries, firstMs, longestMs, forgetMs, keys } = this.#rule;
    const now = this.#clock.monotonic();
    const row = this.#rows.get(key);
    if (row !== undefined && now < row.until) return Math.ceil((row.until - now) / 1000);
    const fresh = row === undefined || now - Math.max(row.last, row.until) > forgetMs;
    const failed = (fresh ? 0 : row.failed) + 1;
    const pause = failed % tries === 0 ? Math.min(longestMs, firstMs * 2 ** (failed / tries - 1)) : 0;
    // The latest stand last, so that the first one is the one to forget.
    this.#rows.delete(key);
    this.#rows.set(key, { failed, last: now, until: now + pause });
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > keys && oldest !== undefined) this.#rows.delete(oldest);
    return null;
  }

  /** That try did not fail, or was never made. */
  giveBack(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    if (row.failed <= 1) this.#rows.delete(key);
    else
      this.#rows.set(key, {
        ...row,
        failed: row.failed - 1,
        until: row.failed % this.#rule.tries === 0 ? 0 : row.until,
      });
  }

  forget(key: string): void {
    this.#rows.delete(key);
  }
}
