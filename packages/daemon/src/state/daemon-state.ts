// daemon/state.json: written once the daemon is ready, gone when it stops. It holds the local administrator's token.
import { readFileSync, rmSync } from 'node:fs';
import type { DaemonState } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';

/** 256 random bits, new at each start: a restart invalidates every earlier token (A1, A3). */
export const newDaemonToken = (random: (bytes: number) => Buffer): DaemonState['token'] =>
  `castellan_d_${random(32).toString('hex')}`;

export function writeDaemonState(path: string, state: DaemonState): void {
  writeFileAtomic(path, `${JSON.stringify(state, null, 2)}\n`, 0o600);
}

/** Removes the file if it is still ours: a daemon that took over must stay findable. */
export function removeDaemonState(path: string, pid: number): void {
  try {
    const state: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof state === 'object' && state !== null && 'pid' in state && state.pid === pid)
      rmSync(path, { force: true });
  } catch {
    // Nothing readable to remove: the next start writes it anew.
    rmSync(path, { force: true });
  }
}
