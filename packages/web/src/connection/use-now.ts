// The time for what counts up or down on the screen: one timer for all, and none while nobody looks.
import { useSyncExternalStore } from 'react';
import { now } from '../clock.ts';

let shown = now();
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  shown = now();
  timer ??= setInterval(() => {
    shown = now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** Milliseconds since 1970, by the daemon's clock; another one each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => shown);
