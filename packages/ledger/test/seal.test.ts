// Retention: bytes go, hashes and the word about it stay, and verification holds before, after and at every step between. Then
// as the attacker who would like deleted records to look like sealed ones.
import { existsSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeProof, nodeDisk, openLedger, verifyLedger } from '@castellan/ledger';
import { verifies } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { rangeRootOf } from '../src/seal/carry-out.ts';
import { encodeSealFile } from '../src/seal/seal-file.ts';
import { signSeal } from '../src/seal/statement.ts';
import { createTileReader } from '../src/tiles/tile-source.ts';
import {
  appendRange,
  entry,
  makeLedger,
  open,
  otherSigner,
  signer,
  tempDir,
  textsOf,
  threads,
} from './support/ledger.ts';
import { AT, bundles, seal } from './support/sealing.ts';

/** 600 records, of which the first 256 are sealed. */
async function sealedLedger(): Promise<string> {
  const dir = await tempDir();
  await makeLedger(dir, 600, { rotateAt: 256 });
  const ledger = await open(dir, { rotateAt: 256 });
  await seal(ledger, 300);
  await ledger.close();
  expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified', size: 601 });
  return dir;
}

verifies(['L4'], 'sealed records are gone, their hashes hold, and so does everything else', async () => {
  const dir = await tempDir();
  await makeLedger(dir, 600, { rotateAt: 256 });
  const ledger = await open(dir, { rotateAt: 256 });
  const head = ledger.checkpoint.bytes;
  await seal(ledger, 511);
  expect(await bundles(dir)).toEqual(['001']);
  const sealed = [{ from: 0, to: 256, at: AT, by: 'the retention of a test', fate: 'removed' }];
  expect(await verifyLedger(dir, { against: head })).toMatchObject({ kind: 'verified', size: 601, sealed });

  // What is left reads and proves as before; what is sealed is told to be.
  expect((await textsOf(dir, 0, 258)).length).toBe(2);
  const records: number[] = [];
  for await (const { index } of ledger.readEntries(250)) records.push(index);
  expect(records).toEqual(Array.from({ length: 345 }, (_, i) => 256 + i));
  const proved = await makeProof(ledger.provable(), { call: 'x', indexes: [300] });
  expect(proved).toMatchObject({ kind: 'proved' });
  expect(await makeProof(ledger.provable(), { call: 'x', indexes: [7] })).toMatchObject({ code: 'sealed' });

  // It goes on, is sealed again (the entry about the first seal as well), and opens again.
  await appendRange(ledger, 601, 1_300);
  await ledger.close();
  const again = await open(dir, { rotateAt: 256 });
  await seal(again, 1_024);
  await again.close();
  expect(await readdir(join(dir, 'seal'))).toEqual(['0-256', '256-1024']);
  expect(await bundles(dir)).toEqual(['004']);
  expect(await verifyLedger(dir, { against: head })).toMatchObject({ kind: 'verified', size: 1_301 });
  await (await open(dir, { rotateAt: 256 })).close();
  expect(await again.prepareSeal({ to: 1_024, at: AT, by: 'x', fate: 'removed' })).toBeUndefined();
});

test('an archive holds the bytes, whole', async () => {
  const dir = await tempDir();
  const archive = join(await tempDir(), 'archive');
  await makeLedger(dir, 600, { rotateAt: 256 });
  const before = readFileSync(join(dir, 'tile/entries/000'));
  const ledger = await open(dir, { rotateAt: 256 });
  await seal(ledger, 512, archive);
  await ledger.close();
  expect(readFileSync(join(archive, 'tile/entries/000'))).toEqual(before);
  expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified', sealed: [{ fate: 'archived', to: 512 }] });
  expect(await verifyLedger(dir, { archive })).toMatchObject({ kind: 'verified', size: 601 });
  expect(await verifyLedger(dir, { archive, threads })).toMatchObject({ kind: 'verified', size: 601 });
  // Named, it must be there: what was moved and is gone is no sealed record that all is well with.
  unlinkSync(join(archive, 'tile/entries/001'));
  for (const options of [{ archive }, { archive, threads }])
    expect(await verifyLedger(dir, options)).toMatchObject({ kind: 'missing-file', record: 256 });
  expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified' });
  writeFileSync(join(archive, 'tile/entries/000'), before.fill(0x61, 2, 7));
  expect(await verifyLedger(dir, { archive })).toMatchObject({ kind: 'edited', record: 0 });
});

describe('as whoever would like deleted records to look sealed', () => {
  const forged = async (dir: string, by = signer, record = 600): Promise<void> => {
    const root = await rangeRootOf(createTileReader(nodeDisk, dir), { from: 256, to: 512 });
    const statement = signSeal(by, { from: 256, to: 512, root, at: AT, by: 'me', fate: 'removed' });
    await mkdir(join(dir, 'seal'), { recursive: true });
    writeFileSync(join(dir, 'seal/256-512'), encodeSealFile(record, statement.bytes));
    unlinkSync(join(dir, 'tile/entries/001'));
  };
  const attacks: readonly (readonly [string, (dir: string) => unknown, object])[] = [
    [
      'a bundle removed, and nothing said',
      (dir) => unlinkSync(join(dir, 'tile/entries/001')),
      { kind: 'missing-file', record: 256 },
    ],
    [
      'the statement removed',
      (dir) => rmSync(join(dir, 'seal'), { recursive: true }),
      { kind: 'missing-file', record: 0 },
    ],
    [
      'the statement of other records',
      (dir) => {
        renameSync(join(dir, 'seal/0-256'), join(dir, 'seal/0-512'));
        unlinkSync(join(dir, 'tile/entries/001'));
      },
      { kind: 'malformed', file: 'seal/0-512' },
    ],
    [
      'a statement with a longer range',
      (dir) => {
        const file = join(dir, 'seal/0-256');
        const text = readFileSync(file, 'utf8').replace('\n0\n256\n', '\n0\n512\n');
        rmSync(file);
        writeFileSync(join(dir, 'seal/0-512'), text);
        unlinkSync(join(dir, 'tile/entries/001'));
      },
      { kind: 'bad-signature', file: 'seal/0-512' },
    ],
    ['a statement of another key', (dir) => forged(dir, otherSigner), { kind: 'bad-signature', file: 'seal/256-512' }],
    ['a statement that the log knows nothing of', (dir) => forged(dir), { kind: 'deleted', record: 256 }],
    ['one that names a record to come', (dir) => forged(dir, signer, 9_000), { kind: 'deleted', record: 256 }],
    ['one recorded before what it seals', (dir) => forged(dir, signer, 300), { kind: 'deleted', record: 256 }],
    [
      'a hash of a sealed record changed',
      (dir) => {
        const file = join(dir, 'tile/0/000');
        writeFileSync(file, readFileSync(file).fill(1, 320, 352));
      },
      { kind: 'edited', record: 0 },
    ],
    [
      'bytes behind the statement',
      (dir) => writeFileSync(join(dir, 'seal/0-256'), 'x', { flag: 'a' }),
      { kind: 'malformed' },
    ],
    ['a file beside it', (dir) => writeFileSync(join(dir, 'seal/notes'), 'x'), { kind: 'foreign-file' }],
    [
      'the sealed bundle back, with other bytes',
      (dir) => writeFileSync(join(dir, 'tile/entries/000'), readFileSync(join(dir, 'tile/entries/001'))),
      { kind: 'edited', record: 0 },
    ],
  ];
  test.each(attacks)('%s', async (_, attack, found) => {
    const dir = await sealedLedger();
    await attack(dir);
    const result = await verifyLedger(dir);
    expect(result).toMatchObject(found);
    expect(await verifyLedger(dir, { threads }), 'with threads').toEqual(result);
  });

  test('a statement nobody signed removes nothing at the next start', async () => {
    const dir = await tempDir();
    await makeLedger(dir, 600, { rotateAt: 256 });
    await forged(dir, otherSigner);
    const copy = await tempDir();
    await makeLedger(copy, 600, { rotateAt: 256 });
    writeFileSync(join(dir, 'tile/entries/001'), readFileSync(join(copy, 'tile/entries/001')));
    const opened = await openLedger({ dir, signer });
    if (opened.kind === 'open') await opened.ledger.close();
    expect(existsSync(join(dir, 'tile/entries/001'))).toBe(true);
    expect((await textsOf(dir, 256, 257))[0]).toBe(Buffer.from(entry(256)).toString());
  });
});
