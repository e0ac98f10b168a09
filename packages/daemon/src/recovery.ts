// After a crash: calls that waited for a person when the daemon died never ran, and the ledger says so. The same code
// runs at every start; after a clean stop it finds nothing.
import type { CallId, LedgerRecord } from '@castellan/contract';
import type { Parts } from './surfaces/index.ts';

/** How far back a crash can have left anything open: more calls than could ever wait at once. */
const LOOK_BACK = 1000;

export async function settleInterrupted(parts: Parts, startedAt: number): Promise<void> {
  const { records, clock } = parts;
  const attempts = await records.query({ kind: 'attempt', limit: LOOK_BACK });
  const waited = attempts
    .map(({ record }) => record)
    .filter((record) => record.kind === 'attempt' && record.verdict.outcome === 'confirm');
  const settled = new Set<string>();
  for (const kind of ['approval', 'outcome']) {
    for (const { record } of await records.query({ kind, limit: LOOK_BACK * 2 })) {
      const call = callOf(record);
      if (call !== null) settled.add(call);
    }
  }
  for (const record of waited) {
    const call = callOf(record);
    if (call === null || settled.has(call) || record.at >= startedAt) continue;
    await records.record({
      kind: 'outcome',
      at: clock.now(),
      call,
      status: 'refused',
      by: 'cancelled',
      text: 'the daemon ended while the call waited for a person; it did not run',
    });
  }
}

const callOf = (record: LedgerRecord): CallId | null =>
  record.kind === 'attempt' || record.kind === 'approval' || record.kind === 'outcome' ? record.call : null;
