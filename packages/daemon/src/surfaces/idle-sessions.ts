// Sessions that nobody said goodbye of: a client that was killed. Without a sign of life for three days a session ends as if its client
// had ended it, and its task with the last one. INVARIANT: an end only closes: what was granted ends, what waits is cancelled, and what a
// person was asked to look at (a budget that is used up) stays as it is, so that waiting frees nobody.
import type { Session } from '@castellan/contract';
import type { Calls } from './calls.ts';
import { endGrants } from './make-grant.ts';
import type { Parts } from './parts.ts';

export interface IdleHost {
  readonly parts: Pick<Parts, 'clock' | 'work' | 'limits' | 'grants' | 'records'>;
  readonly calls: Pick<Calls, 'endSession'>;
}

/** A person's weekend and a night. */
export const IDLE_MS = 72 * 3_600_000;
const EVERY_MS = 3_600_000;
/** After a start: those that are at work show it first. */
const FIRST_MS = 600_000;

export class IdleSessions implements Disposable {
  readonly #host: IdleHost;
  readonly #stops: readonly (() => void)[];

  constructor(host: IdleHost) {
    this.#host = host;
    const { clock } = host.parts;
    // What cannot be recorded rings by itself, and is tried again.
    const look = (): void => void this.look().catch(() => undefined);
    this.#stops = [clock.after(FIRST_MS, look), clock.every(EVERY_MS, look)];
  }

  async look(): Promise<void> {
    const { parts, calls } = this.#host;
    const { clock, work, limits } = parts;
    const idle = (): readonly Session[] => work.idle(clock.now() - IDLE_MS);
    for (const session of idle()) {
      // It may have come back while another was ended.
      if (limits.waits(session) || !idle().some(({ id }) => id === session.id)) continue;
      await calls.endSession(session, 'no sign of life for three days');
    }
    for (const task of await work.endLeft()) await endGrants(parts, { task }, 'task ended');
    await work.keepSeen();
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
  }
}
