// Says when something happened in the vault's folder: a person restored a copy, or took it away.
import { watch } from 'node:fs';
import type { Clock } from '../clock.ts';

/** A copy is written in steps; one look follows the last of them. */
const SETTLE_MS = 150;
/** Where the system tells nothing of changes, this finds them. */
const POLL_MS = 5000;

/** @returns ends it. */
export function watchFolder(folder: string, clock: Pick<Clock, 'after' | 'every'>, look: () => void): () => void {
  let stopSettling = (): void => undefined;
  const watcher = watch(folder, { persistent: false }, () => {
    stopSettling();
    stopSettling = clock.after(SETTLE_MS, look);
  });
  // A watcher that breaks must not end the daemon.
  watcher.on('error', () => undefined);
  const stopPolling = clock.every(POLL_MS, look);
  return () => {
    watcher.close();
    stopSettling();
    stopPolling();
  };
}
