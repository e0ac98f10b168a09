// The open log: order, batches, rotation, proofs, readers, refusals. Every test ends with a verification of the files.
import { readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Checkpoint,
  LedgerError,
  leafHash,
  openLedger,
  verifyConsistency,
  verifyInclusion,
  verifyLedger,
} from '@castellan/ledger';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
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

const texts = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => Buffer.from(entry(from + i)).toString());

test('indexes follow the order of calls, also from synchronous code', async () => {
  const ledger = await open(await tempDir());
  const appended = await Promise.all(Array.from({ length: 5_000 }, (_, i) => ledger.append(entry(i))));
  expect(appended.map(({ index }) => index)).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  expect(appended.every(({ index, treeSize }) => treeSize > index)).toBe(true);
  await ledger.close();
});

test('a caller may reuse its buffer at once', async () => {
  const dir = await tempDir();
  const ledger = await open(dir);
  const buffer = Buffer.from('first');
  const first = ledger.append(buffer);
  buffer.write('later');
  await Promise.all([first, ledger.append(buffer)]);
  await ledger.close();
  expect(await textsOf(dir)).toEqual(['first', 'later']);
});

test('logs of every size around a tile reopen, read back and verify', async () => {
  for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 700]) {
    const dir = await tempDir();
    await makeLedger(dir, size, { rotateAt: 256 });
    expect(await textsOf(dir), `${size}`).toEqual(texts(0, size));
    expect(await verifyLedger(dir), `${size}`).toMatchObject({ kind: 'verified', size, tornBytes: 0, leftovers: [] });
    const again = await open(dir, { rotateAt: 256 });
    expect(again.size).toBe(size);
    await appendRange(again, size, size + 300);
    await again.close();
    expect(await verifyLedger(dir), `${size} + 300`).toMatchObject({ kind: 'verified', size: size + 300 });
    expect(await textsOf(dir, Math.max(0, size - 1), size + 2)).toEqual(texts(Math.max(0, size - 1), size + 2));
  }
});

test('a log past a level-1 tile keeps its tree', async () => {
  const dir = await tempDir();
  const ledger = await open(dir);
  for (let at = 0; at < 66_000; at += 2_000) await appendRange(ledger, at, at + 2_000);
  const { checkpoint } = ledger;
  for (const index of [0, 255, 65_535, 65_536, 65_999]) {
    const proof = await ledger.proveInclusion(index);
    expect(verifyInclusion(index, 66_000, leafHash(entry(index)), proof, checkpoint.root), `${index}`).toBe(true);
  }
  await ledger.close();
  expect(await readdir(join(dir, 'tile'))).toEqual(['0', '1', '2', 'entries']);
  expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified', size: 66_000 });
  const missing = { count: 1, program: join(dir, 'no-such-program.mjs') };
  const verified = await verifyLedger(dir);
  for (const by of [threads, { ...threads, besides: 40 }, missing])
    expect(await verifyLedger(dir, { threads: by, against: checkpoint.bytes, isAlone: true })).toEqual(verified);
  const again = await open(dir);
  await appendRange(again, 66_000, 66_010);
  await again.close();
  expect(await verifyLedger(dir, { against: checkpoint.bytes })).toMatchObject({ kind: 'verified', size: 66_010 });
  expect(await textsOf(dir, 65_530, 65_540)).toEqual(texts(65_530, 65_540));
});

verifies(['L2'], 'an open log proves inclusion of every record and consistency of every checkpoint', async () => {
  const ledger = await open(await tempDir(), { rotateAt: 256 });
  const heads: Checkpoint[] = [];
  for (let at = 0; at < 900; at += 90) {
    await appendRange(ledger, at, at + 90);
    heads.push(ledger.checkpoint);
  }
  const last = ledger.checkpoint;
  for (let index = 0; index < 900; index += 37) {
    const proof = await ledger.proveInclusion(index);
    expect(verifyInclusion(index, 900, leafHash(entry(index)), proof, last.root), `${index}`).toBe(true);
  }
  for (const head of heads) {
    const proof = await ledger.proveConsistency(head.size);
    expect(verifyConsistency(head.size, last.size, head.root, last.root, proof), `${head.size}`).toBe(true);
  }
  await ledger.close();
});

test('the open log reads its own tail and its tiles', async () => {
  const ledger = await open(await tempDir(), { rotateAt: 256 });
  await appendRange(ledger, 0, 700);
  const seen: string[] = [];
  for await (const record of ledger.readEntries(200, 650)) seen.push(Buffer.from(record.entry).toString());
  expect(seen).toEqual(texts(200, 650));
  await ledger.close();
});

test('a log in use verifies, and what is verified grows with it', async () => {
  const dir = await tempDir();
  const ledger = await open(dir, { rotateAt: 256 });
  let at = 0;
  const appending = (async () => {
    for (; at < 6_000; at += 50) await appendRange(ledger, at, at + 50);
  })();
  const sizes: number[] = [];
  while (at < 6_000) {
    const result = await verifyLedger(dir);
    expect(result).toMatchObject({ kind: 'verified' });
    if (result.kind === 'verified') sizes.push(result.size);
  }
  await appending;
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  await ledger.close();
});

test('the largest entry fits and one byte more is refused alone', async () => {
  const dir = await tempDir();
  const ledger = await open(dir);
  const big = ledger.append(new Uint8Array(65_535));
  await expect(ledger.append(new Uint8Array(65_536))).rejects.toMatchObject({ code: 'too-large' });
  await expect(big).resolves.toMatchObject({ index: 0 });
  await expect(ledger.append(new Uint8Array(0))).resolves.toMatchObject({ index: 1 });
  await ledger.close();
  expect(await verifyLedger(dir)).toMatchObject({ kind: 'verified', size: 2 });
});

test('a closed log takes nothing more, and closing waits for what was appended', async () => {
  const dir = await tempDir();
  const ledger = await open(dir);
  const appended = ledger.append(entry(0));
  const closed = ledger.close();
  await expect(ledger.append(entry(1))).rejects.toBeInstanceOf(LedgerError);
  await expect(ledger.append(entry(1))).rejects.toMatchObject({ code: 'closed' });
  await expect(appended).resolves.toMatchObject({ index: 0 });
  await closed;
  expect(await textsOf(dir)).toEqual(texts(0, 1));
});

test('a folder in use, of another key, or with a broken file is refused', async () => {
  const dir = await tempDir();
  const ledger = await open(dir);
  expect(await openLedger({ dir, signer })).toMatchObject({ kind: 'refused', code: 'in-use' });
  await ledger.close();
  expect(await openLedger({ dir, signer: otherSigner })).toMatchObject({ kind: 'refused', code: 'wrong-key' });
  expect(await verifyLedger(dir, { vkey: otherSigner.vkey.text })).toMatchObject({ kind: 'bad-signature' });
  // Refusals must not leave the folder locked or changed.
  await (await open(dir)).close();
});

test('a lock of a dead process is taken over, one that nobody can explain is not', async () => {
  const dir = await tempDir();
  await makeLedger(dir, 3);
  await symlink('pid-4194304-start-1', join(dir, 'lock'));
  await (await open(dir)).close();
  // The process lives, but it is not the one that took the lock: it started at another time.
  await symlink(`pid-${process.pid}-start-1`, join(dir, 'lock'));
  await (await open(dir)).close();
  await writeFile(join(dir, 'lock'), 'mine');
  expect(await openLedger({ dir, signer })).toMatchObject({ kind: 'refused', code: 'in-use' });
  expect(await verifyLedger(dir)).toMatchObject({ kind: 'foreign-file', file: 'lock' });
});

test('a log without one of its small files is refused', async () => {
  for (const file of ['vkey', 'checkpoint', 'journal']) {
    const dir = await tempDir();
    await makeLedger(dir, 3);
    await rm(join(dir, file));
    expect(await openLedger({ dir, signer }), file).toMatchObject({ kind: 'refused', code: 'tampered' });
  }
});

test('pin: files are for their owner alone, folders as well', async () => {
  const dir = join(await tempDir(), 'ledger');
  await makeLedger(dir, 300, { rotateAt: 256 });
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  expect(found.filter((item) => item.isFile()).map((item) => item.name)).toContain('checkpoint');
  for (const item of found) {
    const { mode } = await stat(join(item.parentPath, item.name));
    expect(mode & 0o777, item.name).toBe(item.isFile() ? 0o600 : 0o700);
  }
});

test('at rest the folder is a complete C2SP tile tree', async () => {
  const dir = await tempDir();
  await makeLedger(dir, 520, { rotateAt: 256 });
  const files = (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name).slice(dir.length + 1))
    .sort();
  expect(files).toEqual([
    'checkpoint',
    'journal',
    'tile/0/000',
    'tile/0/001',
    'tile/0/002.p/8',
    'tile/1/000.p/2',
    'tile/entries/000',
    'tile/entries/001',
    'tile/entries/002.p/8',
    'vkey',
  ]);
});
