// A thread that is ready: what it calls functions with is known here, so that the two need not know each other.
import { callValue } from './call.ts';
import type { Host } from './host.ts';
import { Thread } from './thread.ts';

/** Begins a run. */
export function startThread(host: Host): Thread {
  return new Thread(host, callValue);
}
