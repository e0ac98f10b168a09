// Written as the attacker who can write the ledger folder: change the record of what was done and not be noticed.
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type DiskEntry, type DiskReader, openLedger, type VerifyResult, verifyLedger } from '@castellan/ledger';
import { verifies } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { encodeBundle, parseBundle } from '../src/tiles/bundle.ts';
import { dropLock } from './support/fault-disk.ts';
import { appendRange, entry, makeLedger, open, otherSigner, signer, tempDir, threads } from './support/ledger.ts';
import { putTogether, takeApart, withEntries } from './support/tamper.ts';

const BUNDLE = 'tile/entries/000';

/** 600 records in batches of 100: two full tiles, a tail of 88 in the journal. Closed, so partial tiles are there. */
async function victim(): Promise<string> {
  const dir = await tempDir();
  await makeLedger(dir, 600, { rotateAt: 256 });
  return dir;
}

/** As `victim`, but killed: several batches in the journal, a checkpoint file that lags, no partial tiles. */
async function killedVictim(): Promise<{ dir: string; head: Uint8Array }> {
  const source = await tempDir();
  const dir = await tempDir();
  const ledger = await open(source);
  for (let at = 0; at < 100; at += 20) await appendRange(ledger, at, at + 20);
  cpSync(source, dir, { recursive: true, verbatimSymlinks: true });
  dropLock(dir);
  const head = ledger.checkpoint.bytes;
  await ledger.close();
  expect(await verifyLedger(dir, { against: head })).toMatchObject({ kind: 'verified', size: 100 });
  return { dir, head };
}

const bundleOf = (dir: string, file = BUNDLE): Uint8Array[] => parseBundle(readFileSync(join(dir, file))) ?? [];
const writeBundle = (dir: string, entries: readonly Uint8Array[], file = BUNDLE): void =>
  writeFileSync(join(dir, file), encodeBundle(entries));

function swap<T>(items: readonly T[], a: number, b: number): T[] {
  return items.map((item, i) => (i === a ? (items[b] ?? item) : i === b ? (items[a] ?? item) : item));
}

const filesOf = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name));

/** The folder in memory: verification takes its disk as an argument, and ten thousand of them take a while. */
function readerOf(dir: string): { readonly disk: DiskReader; readonly files: Map<string, Uint8Array> } {
  const files = new Map(filesOf(dir).map((file): [string, Uint8Array] => [file, readFileSync(file)]));
  const disk: DiskReader = {
    readFile: async (path) => files.get(path)?.slice(),
    list: async (folder) => {
      const inside = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
      const names = new Map<string, DiskEntry>();
      for (const path of inside) {
        const [name = '', ...rest] = path.slice(folder.length + 1).split('/');
        names.set(name, { name, kind: rest.length === 0 ? 'file' : 'folder' });
      }
      return [...names.values()];
    },
  };
  return { disk, files };
}

verifies(
  ['L2'],
  'any byte of any file, changed, added or cut off, is noticed, and any file removed',
  async () => {
    const dir = await tempDir();
    const ledger = await open(dir, { rotateAt: 256 });
    for (let i = 0; i < 257; i += 64) {
      await Promise.all(Array.from({ length: Math.min(64, 257 - i) }, () => ledger.append(Buffer.of(i))));
    }
    await ledger.close();
    const { disk, files } = readerOf(dir);
    const kindOf = async () => (await verifyLedger(dir, { disk })).kind;
    expect(await kindOf()).toBe('verified');
    let flips = 0;
    for (const [file, bytes] of [...files]) {
      expect(bytes.length).toBeGreaterThan(0);
      for (let at = 0; at < bytes.length; at += 1) {
        // Every byte once; which bit changes goes round, so that all bits get their turn.
        files.set(file, bytes.with(at, (bytes[at] ?? 0) ^ (1 << (at % 8))));
        expect(await kindOf(), `${file} at ${at}`).not.toBe('verified');
        flips += 1;
      }
      for (const changed of [Buffer.concat([bytes, Buffer.of(1)]), bytes.subarray(0, -1), Buffer.alloc(0)]) {
        files.set(file, changed);
        expect(await kindOf(), `${file} of ${changed.length}`).not.toBe('verified');
      }
      files.delete(file);
      // Without its partial tiles a folder is one that was killed: the journal holds all that they hold.
      expect((await kindOf()) === 'verified', `${file} removed`).toBe(file.includes('.p/'));
      files.set(file, bytes);
    }
    expect(flips).toBeGreaterThan(9_000);
    expect(await kindOf()).toBe('verified');
  },
  { timeout: 120_000 },
);

type Attack = (dir: string) => void;

/** Each attack, and what verification must call it. */
const atRest: readonly (readonly [string, Attack, Partial<VerifyResult>])[] = [
  [
    'edit',
    (dir) => writeBundle(dir, bundleOf(dir).with(7, Buffer.from('nothing happened'))),
    { kind: 'edited', record: 7, file: BUNDLE },
  ],
  ['delete', (dir) => writeBundle(dir, bundleOf(dir).toSpliced(9, 1)), { kind: 'deleted', record: 9, file: BUNDLE }],
  [
    'delete and move up what follows',
    (dir) => {
      const second = 'tile/entries/001';
      const all = [...bundleOf(dir), ...bundleOf(dir, second)].toSpliced(255, 1);
      writeBundle(dir, all.slice(0, 256));
      writeBundle(dir, [...all.slice(256), Buffer.from('filler')], second);
    },
    { kind: 'deleted', record: 255, file: BUNDLE },
  ],
  ['swap', (dir) => writeBundle(dir, swap(bundleOf(dir), 3, 200)), { kind: 'reordered', record: 3, file: BUNDLE }],
  [
    'swap across bundles',
    (dir) => {
      const second = 'tile/entries/001';
      const [a, b] = [bundleOf(dir), bundleOf(dir, second)];
      writeBundle(dir, a.with(5, b[6] ?? Buffer.of()));
      writeBundle(dir, b.with(6, a[5] ?? Buffer.of()), second);
    },
    { kind: 'reordered', record: 5, file: BUNDLE },
  ],
  [
    'insert',
    (dir) => writeBundle(dir, bundleOf(dir).toSpliced(4, 0, Buffer.from('alibi'))),
    { kind: 'edited', record: 4 },
  ],
  [
    'swap whole bundles',
    (dir) => {
      renameSync(join(dir, BUNDLE), join(dir, 'x'));
      renameSync(join(dir, 'tile/entries/001'), join(dir, BUNDLE));
      renameSync(join(dir, 'x'), join(dir, 'tile/entries/001'));
    },
    { kind: 'reordered', record: 0 },
  ],
  [
    'edit a record and its hash',
    (dir) => {
      const entries = bundleOf(dir).with(7, Buffer.from('nothing happened'));
      writeBundle(dir, entries);
      writeFileSync(join(dir, 'tile/0/000'), Buffer.concat(withEntries(takeApart(dir).frames[0], entries).hashes));
    },
    { kind: 'edited', record: 0 },
  ],
  [
    'change a hash alone',
    (dir) => {
      const tile = readFileSync(join(dir, 'tile/0/001'));
      tile[32 * 44] = (tile[32 * 44] ?? 0) ^ 1;
      writeFileSync(join(dir, 'tile/0/001'), tile);
    },
    { kind: 'edited', record: 300, file: 'tile/0/001', offset: 32 * 44 },
  ],
  [
    'edit in the journal',
    (dir) => editTail(dir, (entries) => entries.with(8, Buffer.from('nothing'))),
    { kind: 'edited', record: 520 },
  ],
  [
    'delete in the journal',
    (dir) => editTail(dir, (entries) => entries.toSpliced(8, 1)),
    { kind: 'deleted', record: 520 },
  ],
  [
    'swap in the journal',
    (dir) => editTail(dir, (entries) => swap(entries, 8, 80)),
    { kind: 'reordered', record: 520 },
  ],
  [
    'cut the journal',
    (dir) => writeFileSync(join(dir, 'journal'), readFileSync(join(dir, 'journal')).subarray(0, -9)),
    { kind: 'truncated' },
  ],
  ['remove the journal', (dir) => rmSync(join(dir, 'journal')), { kind: 'missing-file', file: 'journal' }],
  ['remove the key', (dir) => rmSync(join(dir, 'vkey')), { kind: 'missing-file', file: 'vkey' }],
  ['remove the checkpoint', (dir) => rmSync(join(dir, 'checkpoint')), { kind: 'missing-file', file: 'checkpoint' }],
  [
    'remove a bundle',
    (dir) => rmSync(join(dir, 'tile/entries/001')),
    { kind: 'missing-file', record: 256, file: 'tile/entries/001' },
  ],
  [
    'remove a tile',
    (dir) => rmSync(join(dir, 'tile/0/001')),
    { kind: 'missing-file', record: 256, file: 'tile/0/001' },
  ],
  [
    'hide a file',
    (dir) => writeFileSync(join(dir, 'tile/0/notes'), 'x'),
    { kind: 'foreign-file', file: 'tile/0/notes' },
  ],
  ['hide a folder', (dir) => mkdirSync(join(dir, 'tiles')), { kind: 'foreign-file', file: 'tiles' }],
  [
    'put a link in the place of a tile',
    (dir) => {
      renameSync(join(dir, BUNDLE), join(dir, '..', 'elsewhere'));
      symlinkSync(join(dir, '..', 'elsewhere'), join(dir, BUNDLE));
    },
    { kind: 'foreign-file', file: BUNDLE },
  ],
  [
    'a tile that no record fills',
    (dir) => copyFileSync(join(dir, 'tile/0/000'), join(dir, 'tile/0/009')),
    { kind: 'truncated', record: 600 },
  ],
  [
    'a second spelling of a tile',
    (dir) => copyFileSync(join(dir, 'tile/0/000'), join(dir, 'tile/0/0000')),
    { kind: 'foreign-file' },
  ],
];

function editTail(dir: string, edit: (entries: readonly Uint8Array[]) => Uint8Array[]): void {
  const { base, frames } = takeApart(dir);
  const [first] = frames;
  putTogether(dir, { base, frames: [withEntries(first, edit(first?.entries ?? []))] });
}

describe('a log at rest', () => {
  for (const [name, attack, expected] of atRest) {
    verifies(['L2'], `${name} is \`${expected.kind}\``, async () => {
      const dir = await victim();
      attack(dir);
      const result = await verifyLedger(dir);
      expect(result).toMatchObject(expected);
      expect(await verifyLedger(dir, { threads }), 'with threads').toEqual(result);
      if (result.kind === 'verified') throw new Error('unreachable');
      expect(result.message).toMatch(/^[^\n.]+(\.[^\n.]+)*[^\n.]$/);
      expect(result.hint).not.toBe('');
    });
  }
});

describe('a log that was killed', () => {
  verifies(['L2'], 'an edited, deleted or moved batch in the journal is named', async () => {
    for (const [attack, kind] of [
      [(frames: unknown[]) => frames.toSpliced(2, 1), 'deleted'],
      [(frames: unknown[]) => swap(frames, 2, 3), 'reordered'],
    ] as const) {
      const { dir } = await killedVictim();
      const { base, frames } = takeApart(dir);
      putTogether(dir, { base, frames: attack(frames) as typeof frames });
      expect(await verifyLedger(dir)).toMatchObject({ kind, record: 20 });
      expect(await openLedger({ dir, signer })).toMatchObject({ kind: 'refused', code: 'tampered' });
    }
    const { dir } = await killedVictim();
    const { base, frames } = takeApart(dir);
    const third = frames[2];
    putTogether(dir, {
      base,
      frames: frames.with(2, withEntries(third, (third?.entries ?? []).with(0, Buffer.of(1)))),
    });
    expect(await verifyLedger(dir)).toMatchObject({ kind: 'edited', record: 20 });
    expect(await openLedger({ dir, signer })).toMatchObject({ kind: 'refused', code: 'tampered' });
  });

  verifies(['L2'], 'the last batches cut off at a seam are a truncation to whoever kept a checkpoint', async () => {
    const { dir, head } = await killedVictim();
    const { base, frames } = takeApart(dir);
    const kept = frames.slice(0, -2);
    putTogether(dir, { base, frames: kept });
    writeFileSync(join(dir, 'checkpoint'), kept.at(-1)?.note ?? '');
    // Everything left was really signed: only the checkpoint kept elsewhere knows better.
    expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified', size: 60 });
    expect(await verifyLedger(dir, { against: head })).toMatchObject({ kind: 'truncated', record: 60 });
  });

  test('a torn batch at the end is no fault, and is dropped', async () => {
    const { dir } = await killedVictim();
    const journal = readFileSync(join(dir, 'journal'));
    const last = takeApart(dir).frames.at(-1);
    for (const cut of [1, 5, 100]) {
      writeFileSync(join(dir, 'journal'), journal.subarray(0, -cut));
      expect(await verifyLedger(dir), `${cut}`).toMatchObject({ kind: 'verified', size: last?.start });
    }
    writeFileSync(join(dir, 'journal'), Buffer.concat([journal, Buffer.alloc(700)]));
    expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified', size: 100, tornBytes: 700 });
    const opened = await openLedger({ dir, signer });
    expect(opened).toMatchObject({ kind: 'open', tornBytes: 700 });
    if (opened.kind === 'open') await opened.ledger.close();
    expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified', size: 100, tornBytes: 0 });
  });

  test('bytes behind the end that no crash writes are damage', async () => {
    const { dir } = await killedVictim();
    const journal = readFileSync(join(dir, 'journal'));
    writeFileSync(join(dir, 'journal'), Buffer.concat([journal, Buffer.from('a hidden message')]));
    expect(await verifyLedger(dir)).toMatchObject({ kind: 'malformed', record: 100, offset: journal.length });
  });
});

verifies(['L2'], 'a history rewritten with the real key is a fork to whoever kept a checkpoint', async () => {
  const dir = await tempDir();
  const ledger = await open(dir);
  await appendRange(ledger, 0, 300);
  const head = ledger.checkpoint;
  await ledger.close();
  const forged = await tempDir();
  const other = await open(forged);
  for (let i = 0; i < 400; i += 1) void other.append(i === 250 ? Buffer.from('forged') : entry(i));
  await other.close();
  expect(await verifyLedger(forged)).toMatchObject({ kind: 'verified', size: 400 });
  expect(await verifyLedger(forged, { against: head.bytes })).toMatchObject({ kind: 'forked' });
  // Both heads in one folder: the checkpoint of one history over the records of the other.
  copyFileSync(join(dir, 'checkpoint'), join(forged, 'checkpoint'));
  expect(await verifyLedger(forged)).toMatchObject({ kind: 'forked', file: 'checkpoint' });
  expect(await openLedger({ dir: forged, signer })).toMatchObject({ kind: 'refused', code: 'tampered' });
});

verifies(['L2'], 'a folder rewritten with another key is noticed by its key, and by its signature', async () => {
  const dir = await victim();
  const forged = await tempDir();
  await makeLedger(forged, 600, { signer: otherSigner, rotateAt: 256 });
  expect(await verifyLedger(forged, { vkey: signer.vkey.text })).toMatchObject({ kind: 'bad-signature', file: 'vkey' });
  copyFileSync(join(forged, 'checkpoint'), join(dir, 'checkpoint'));
  expect(await verifyLedger(dir)).toMatchObject({ kind: 'bad-signature', file: 'checkpoint' });
});
