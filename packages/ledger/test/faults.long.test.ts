// The fault table: every step of every write fails, before and after it took effect, half-way, and with the power.
// After each: the files verify as they lie, reopening finds every acknowledged entry, and no signed head is contradicted.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, type Disk, openLedger, verifyLedger } from '@castellan/ledger';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { createFaultDisk, dropLock, type FaultMode } from './support/fault-disk.ts';
import { appendRange, entry, open, signer, tempDir, textsOf } from './support/ledger.ts';

const ROUNDS = 5;
const ROUND = 60;

/** Opens, appends in rounds over a rotation, closes; reports what was acknowledged before the disk failed. */
async function work(dir: string, disk: Disk): Promise<{ acked: number; heads: Checkpoint[]; failed: boolean }> {
  const heads: Checkpoint[] = [];
  let acked = 0;
  const opened = await openLedger({ dir, signer, disk, rotateAt: 256 });
  if (opened.kind === 'refused') return { acked, heads, failed: true };
  const { ledger } = opened;
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const at = round * ROUND;
      const results = await Promise.allSettled(Array.from({ length: ROUND }, (_, i) => ledger.append(entry(at + i))));
      const done = results.filter(({ status }) => status === 'fulfilled').length;
      // Acknowledged ones come first: nobody is acknowledged behind a failure.
      expect(results.slice(0, done).every(({ status }) => status === 'fulfilled')).toBe(true);
      acked += done;
      heads.push(ledger.checkpoint);
      if (done < ROUND) {
        expect(ledger.state).toMatchObject({ kind: 'failed', error: { code: 'io' } });
        await expect(ledger.append(entry(0))).rejects.toMatchObject({ code: 'io' });
        return { acked, heads, failed: true };
      }
    }
  } finally {
    await ledger.close().catch(() => undefined);
  }
  return { acked, heads, failed: false };
}

async function countSteps(): Promise<number> {
  const { disk, steps } = createFaultDisk(-1, 'failed');
  expect(await work(await tempDir(), disk)).toMatchObject({ acked: ROUNDS * ROUND, failed: false });
  return steps.length;
}

const modes: readonly FaultMode[] = ['failed', 'failed-but-written', 'partly-written', 'power-cut'];
for (const mode of modes) {
  verifies(
    ['L2', 'L3'],
    `every step of the disk: ${mode}`,
    async () => {
      const steps = await countSteps();
      expect(steps).toBeGreaterThan(40);
      const root = await tempDir();
      for (let at = 0; at < steps; at += 1) {
        const dir = join(root, String(at));
        const faulty = createFaultDisk(at, mode);
        const { acked, heads } = await work(dir, faulty.disk);
        const step = `step ${at}: ${faulty.steps.at(-1)?.replace(dir, '')}`;
        dropLock(dir);
        if (existsSync(join(dir, 'journal'))) expect(await verifyLedger(dir), step).toMatchObject({ kind: 'verified' });
        const again = await open(dir, { rotateAt: 256 });
        const { size } = again;
        expect(size, step).toBeGreaterThanOrEqual(acked);
        // Other entries than the lost ones: were a head signed for the lost ones in use, this would contradict it.
        for (let i = 0; i < 10; i += 1) await again.append(Buffer.from(`after ${i}`));
        await again.close();
        const texts = await textsOf(dir);
        const kept = Array.from({ length: size }, (_, i) => Buffer.from(entry(i)).toString());
        expect(texts, step).toEqual([...kept, ...Array.from({ length: 10 }, (_, i) => `after ${i}`)]);
        for (const { bytes } of heads) {
          expect(await verifyLedger(dir, { against: bytes }), step).toMatchObject({ kind: 'verified' });
        }
      }
    },
    { timeout: 120_000 },
  );
}

const codes = [
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'read-only'],
  ['EIO', 'io'],
  ['EWHATEVER', 'io'],
] as const;

test.each(codes)('%s is `%s`, for those who wait and for those who come later', async (errno, code) => {
  const dir = await tempDir();
  const before = createFaultDisk(-1, 'failed');
  const first = await open(dir, { disk: before.disk });
  const openSteps = before.steps.length;
  await first.close();
  dropLock(dir);
  const other = await tempDir();
  const ledger = await open(other, { disk: createFaultDisk(openSteps, 'failed', errno).disk });
  const waiting = [ledger.append(entry(0)), ledger.append(entry(1))];
  for (const append of waiting) await expect(append).rejects.toMatchObject({ code });
  await expect(ledger.append(entry(2))).rejects.toMatchObject({ code });
  expect(ledger.state).toMatchObject({ kind: 'failed', error: { code } });
  await ledger.close();
});

verifies(['L3'], 'a disk that fills up mid-entry loses nothing that was acknowledged', async () => {
  const dir = await tempDir();
  const counting = createFaultDisk(-1, 'failed');
  await work(dir, counting.disk);
  const writes = [...counting.steps.keys()].filter((i) => counting.steps[i]?.startsWith('write '));
  expect(writes.length).toBeGreaterThan(5);
  for (const at of writes) {
    const full = join(dir, `full-${at}`);
    const result = await workFull(full, at);
    // Still full: recovery is refused, says why, and changes nothing that matters.
    const stillFull = await openLedger({ dir: full, signer, disk: createFaultDisk(0, 'failed', 'ENOSPC').disk });
    expect(stillFull).toMatchObject({ kind: 'refused', code: 'disk-full' });
    const again = await open(full, { rotateAt: 256 });
    expect(again.size).toBeGreaterThanOrEqual(result);
    await appendRange(again, again.size, again.size + 3);
    await again.close();
    expect(await verifyLedger(full)).toMatchObject({ kind: 'verified' });
  }
});

async function workFull(dir: string, at: number): Promise<number> {
  const opened = await openLedger({
    dir,
    signer,
    disk: createFaultDisk(at, 'partly-written', 'ENOSPC').disk,
    rotateAt: 256,
  });
  if (opened.kind === 'refused') {
    expect(opened.code).toBe('disk-full');
    return 0;
  }
  let acked = 0;
  for (let i = 0; i < ROUNDS; i += 1) {
    try {
      await appendRange(opened.ledger, i * ROUND, (i + 1) * ROUND);
      acked = (i + 1) * ROUND;
    } catch (error) {
      expect(error).toMatchObject({ code: 'disk-full' });
      break;
    }
  }
  await opened.ledger.close().catch(() => undefined);
  return acked;
}
