// Folders of the client, for servers that ask for them while they start: at that moment nobody is there to answer, and the call
// for which it was started would run without them. So a server is told that they changed, and has a moment to ask again.
import type { McpClock } from '../host.ts';
import type { Upstream } from '../upstream/index.ts';
import { ROOTS_MS } from './limits.ts';

export const ROOTS = 'roots/list';

export class RootsAsked {
  readonly #clock: McpClock;
  readonly #waiting = new Map<string, { readonly begins: () => void; readonly ends: () => void }>();

  constructor(clock: McpClock) {
    this.#clock = clock;
  }

  tell(server: Upstream): void {
    if (server.era === 'legacy') server.notify('notifications/roots/list_changed', {}).catch(() => undefined);
  }

  /** Tells a server that was started just now, and waits until it has what it asks for, if it asks soon. */
  async offer(server: Upstream, module: string): Promise<void> {
    if (server.era !== 'legacy') return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const begins = this.#clock.after(ROOTS_MS, resolve);
    this.#waiting.set(module, { begins, ends: resolve });
    this.tell(server);
    await promise;
    begins();
    this.#waiting.delete(module);
  }

  /** Around the answer to a server that asks. */
  async during<T>(module: string, answer: Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(module);
    waiting?.begins();
    try {
      return await answer;
    } finally {
      waiting?.ends();
    }
  }
}
