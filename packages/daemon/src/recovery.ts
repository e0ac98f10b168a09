// After a crash: calls that waited for a person when the daemon died never ran, and the ledger says so. The same code
// runs at every start; after a clean stop it finds nothing.
import type { Parts } from './surfaces/index.ts';

/** INVARIANT: runs before any call of this run is taken, so every attempt it finds is an earlier run's. */
export async function settleInterrupted({ records, clock }: Parts): Promise<void> {
  for await (const record of records.unsettled()) {
    if (record.kind !== 'attempt' || record.verdict.outcome !== 'confirm') continue;
    await records.record({
      kind: 'outcome',
      at: clock.now(),
      call: record.call,
      status: 'refused',
      by: 'cancelled',
      text: 'the daemon ended while the call waited for a person; it did not run',
    });
  }
  await records.settled();
}
