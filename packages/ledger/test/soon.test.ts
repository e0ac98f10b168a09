// Entries that nobody waits for: they share somebody else's write, keep their place, and are never left behind.
import { verifyLedger } from '@castellan/ledger';
import { expect, test } from 'vitest';
import { createFaultDisk } from './support/fault-disk.ts';
import { entry, open, tempDir, textsOf } from './support/ledger.ts';

const syncs = (steps: readonly string[]): number => steps.filter((step) => step.startsWith('datasync')).length;

test('what nobody waits for shares the write of the next entry, in the order of the calls', async () => {
  const dir = await tempDir();
  const { disk, steps } = createFaultDisk(-1, 'failed');
  const ledger = await open(dir, { disk });
  const before = syncs(steps);
  const waiting = [0, 1].map((n) => ledger.append(entry(n), 'soon'));
  const appended = await ledger.append(entry(2));
  expect(syncs(steps) - before, 'one write for the three').toBe(1);
  expect(appended).toEqual({ index: 2, treeSize: 3 });
  expect(await Promise.all(waiting)).toEqual([
    { index: 0, treeSize: 3 },
    { index: 1, treeSize: 3 },
  ]);
  await ledger.close();
  expect(await textsOf(dir)).toEqual([0, 1, 2].map((n) => Buffer.from(entry(n)).toString()));
  expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified', size: 3 });
});

test('where no other comes it is written all the same, and before the log closes', async () => {
  const dir = await tempDir();
  const ledger = await open(dir);
  expect(await ledger.append(entry(0), 'soon')).toEqual({ index: 0, treeSize: 1 });
  const last = ledger.append(entry(1), 'soon');
  await ledger.close();
  expect(await last).toEqual({ index: 1, treeSize: 2 });
  expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified', size: 2 });
});

test('a disk that fails fails those that wait for company too', async () => {
  const counted = createFaultDisk(-1, 'failed');
  const first = await open(await tempDir(), { disk: counted.disk });
  const opening = counted.steps.length;
  await first.close();
  const ledger = await open(await tempDir(), { disk: createFaultDisk(opening, 'failed', 'ENOSPC').disk });
  const alone = ledger.append(entry(0), 'soon');
  await expect(alone).rejects.toMatchObject({ code: 'disk-full' });
  await expect(ledger.append(entry(1), 'soon')).rejects.toMatchObject({ code: 'disk-full' });
  await ledger.close();
});
