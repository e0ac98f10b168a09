// Time and chance: the one file that reads either. INVARIANT: `now` never goes backwards, so that setting the clock back
// revives no grant and no approval; waiting is measured on the monotonic clock, so that setting it forward ends none early.
import { randomBytes } from 'node:crypto';
import type { Instant } from '@castellan/contract';

export interface Clock {
  /** Wall time, never earlier than any time given before. */
  now(): Instant;
  /** Milliseconds of a clock nobody can set. */
  monotonic(): number;
  /** Runs `action` once after `ms`; the returned function cancels it. The timer never keeps the process alive. */
  after(ms: number, action: () => void): () => void;
  every(ms: number, action: () => void): () => void;
  random(bytes: number): Buffer;
}

/** @param notBefore the latest time a former run recorded. */
export function systemClock(notBefore: Instant = 0): Clock {
  let latest = notBefore;
  return {
    now() {
      latest = Math.max(latest, Date.now());
      return latest;
    },
    monotonic: () => performance.now(),
    after(ms, action) {
      // Node fires a timer at once when the delay does not fit 31 bits; a long wait must not become no wait.
      const timer = setTimeout(action, Math.min(ms, 2_147_483_647));
      timer.unref();
      return () => clearTimeout(timer);
    },
    every(ms, action) {
      const timer = setInterval(action, ms);
      timer.unref();
      return () => clearInterval(timer);
    },
    random: (bytes) => randomBytes(bytes),
  };
}
