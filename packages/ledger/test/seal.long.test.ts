// Sealing, with a disk that fails at each step of it.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { verifyLedger } from '@castellan/ledger';
import { expect, test } from 'vitest';
import { createFaultDisk, dropLock } from './support/fault-disk.ts';
import { makeLedger, open, tempDir } from './support/ledger.ts';
import { AT, bundles, note } from './support/sealing.ts';

test('a crash at any step leaves the bytes or the word about them, and the same again ends the same', async () => {
  const source = await tempDir();
  const archive = await tempDir();
  await makeLedger(source, 600, { rotateAt: 256 });
  let steps = 0;
  for (let at = 0; steps === 0 || at < steps; at += 1) {
    for (const mode of ['failed', 'failed-but-written', 'power-cut'] as const) {
      const dir = join(await tempDir(), 'ledger');
      cpSync(source, dir, { recursive: true });
      const first = await open(dir, { rotateAt: 256 });
      const made = await first.prepareSeal({ to: 512, at: AT, by: 'x', fate: 'archived' });
      if (made === undefined) throw new Error('nothing to seal');
      const { index } = await first.append(note(made));
      await first.close();

      const counted = createFaultDisk(-1, 'failed');
      const fine = await open(dir, { rotateAt: 256, disk: counted.disk });
      const before = counted.steps.length;
      await fine.close();
      if (steps === 0) {
        const all = createFaultDisk(-1, 'failed');
        const whole = join(await tempDir(), 'ledger');
        cpSync(dir, whole, { recursive: true });
        const ledger = await open(whole, { rotateAt: 256, disk: all.disk });
        await ledger.carryOutSeal(made, index, archive);
        steps = all.steps.length - before;
        await ledger.close();
      }
      const faulty = createFaultDisk(before + at, mode);
      const ledger = await open(dir, { rotateAt: 256, disk: faulty.disk });
      const place = join(dir, '../archive');
      await expect(ledger.carryOutSeal(made, index, place), `${mode} ${at}`).rejects.toMatchObject({
        name: 'LedgerError',
      });
      await ledger.close().catch(() => undefined);
      dropLock(dir);
      expect(await verifyLedger(dir), `${mode} at ${faulty.steps.at(-1)}`).toMatchObject({
        kind: 'verified',
        size: 601,
      });
      for (const name of ['000', '001'])
        expect(
          [dir, place].some((folder) => existsSync(join(folder, 'tile/entries', name))),
          name,
        ).toBe(true);
      const again = await open(dir, { rotateAt: 256 });
      if ((await again.sealedTo()) === 0) await again.carryOutSeal(made, index, place);
      await again.close();
      expect(await bundles(dir)).toEqual([]);
      expect(await verifyLedger(dir, { archive: place })).toMatchObject({ kind: 'verified', size: 601 });
    }
  }
  expect(steps).toBeGreaterThan(10);
});
