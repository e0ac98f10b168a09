// Time and chance: the one file that reads either. INVARIANT: `now` never goes backwards, so that setting the clock back
// revives no grant and no approval, and never stands still, so that none lives on because the clock was once ahead;
// waiting is measured on the monotonic clock, so that setting the clock forward ends no question early.
import { randomBytes } from 'node:crypto';
import { uptime } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
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

/** When the machine started, as its own clock has it now: time asleep included, so that only a clock that is set moves it. */
export const bootedAt = (): Instant => Math.round(Date.now() - uptime() * 1000);

/** How far the machine's clock is behind a time that was seen before; 0 or less: it is not. */
export const behindOf = (seen: Instant): number => seen - Date.now();

/** Often enough to be seen, seldom enough to cost nothing. */
const LOOP_STEP_MS = 100;

/** How late the event loop was, in milliseconds, since it was read last. */
export function openLoopDelay(): Disposable & { read(): { readonly p99: number; readonly max: number } } {
  const delays = monitorEventLoopDelay({ resolution: LOOP_STEP_MS });
  delays.enable();
  // What is measured is from one step to the next.
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - LOOP_STEP_MS);
  return {
    read() {
      const seen = { p99: late(delays.percentile(99)), max: late(delays.max) };
      delays.reset();
      return seen;
    },
    [Symbol.dispose]: () => void delays.disable(),
  };
}

/** Random bytes are drawn from the system in blocks: a call needs few and asking costs more than they do. */
function randomPool(): (bytes: number) => Buffer {
  const size = 4096;
  let block = Buffer.alloc(0);
  return (bytes) => {
    if (bytes > size) return randomBytes(bytes);
    if (block.length < bytes) block = randomBytes(size);
    // A copy: what was handed out leaves the pool, so that no later reader of the pool finds an earlier secret.
    const taken = Buffer.from(block.subarray(0, bytes));
    block.fill(0, 0, bytes);
    block = block.subarray(bytes);
    return taken;
  };
}

/** What the machine says it is, which may be set back: to be shown and compared, never to decide by. */
export const machineTime = (): Instant => Date.now();

/** @param notBefore the latest time a former run recorded. */
export function systemClock(notBefore: Instant = 0): Clock {
  let latest: number = notBefore;
  let seen = performance.now();
  return {
    now() {
      const monotonic = performance.now();
      latest = Math.max(latest + (monotonic - seen), Date.now());
      seen = monotonic;
      return Math.floor(latest);
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
    random: randomPool(),
  };
}
