// The live bus: what happens now, for `watch`. Nothing is decided from it and nothing waits for a listener.
import type { LiveEvent } from '@castellan/contract';

export interface EventBus {
  publish(event: LiveEvent): void;
  /**
   * @param wants whether the listener would hear of such a thing now; left out: always.
   * @returns a function that ends the subscription.
   */
  subscribe(listener: (event: LiveEvent) => void, wants?: Wants): () => void;
  /** Whether anybody would: what costs something to tell is not made for nobody. */
  isWanted(kind: LiveEvent['kind']): boolean;
}

type Wants = (kind: LiveEvent['kind']) => boolean;

export function createEventBus(): EventBus {
  const listeners = new Map<(event: LiveEvent) => void, Wants>();
  return {
    publish(event) {
      for (const [listener, wants] of listeners) if (wants(event.kind)) listener(event);
    },
    subscribe(listener, wants = () => true) {
      listeners.set(listener, wants);
      return () => listeners.delete(listener);
    },
    isWanted(kind) {
      for (const wants of listeners.values()) if (wants(kind)) return true;
      return false;
    },
  };
}
