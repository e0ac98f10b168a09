// The live bus: what happens now, for `watch`. Nothing is decided from it and nothing waits for a listener.
import type { LiveEvent } from '@castellan/contract';

export interface EventBus {
  publish(event: LiveEvent): void;
  /** @returns a function that ends the subscription. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  readonly listeners: number;
}

export function createEventBus(): EventBus {
  const listeners = new Set<(event: LiveEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get listeners() {
      return listeners.size;
    },
  };
}
