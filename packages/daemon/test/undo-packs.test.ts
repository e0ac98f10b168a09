// Packs: what is told is durable is found again, what was torn is nothing, what is sealed opens in its place only, no number comes
// back, and no pack goes while a call writes to it.
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { packKeyOf, type ReadFrame } from '../src/undo/packs/frame.ts';
import type { PackReader } from '../src/undo/packs/pack-reader.ts';
import { Packs } from '../src/undo/packs/packs.ts';
import { manualClock } from './fixtures.ts';

const clock = manualClock();
const KEY = packKeyOf(Buffer.alloc(32, 7));
const folderOf = (): string => join(tempFolder(), 'undo');
const openIn = (folder: string, known = 0): Promise<Packs> =>
  Packs.open({ folder, known, random: (bytes) => clock.random(bytes), now: () => clock.now(), packBytes: 65_536 });
const path = (folder: string, pack: number): string => join(folder, `pack-${String(pack).padStart(8, '0')}`);

async function keep(packs: Packs, text: string): Promise<{ pack: number; at: number }> {
  const writing = await packs.begin(text.length);
  const { at, written } = writing.append([{ kind: 'chunk', body: Buffer.from(text), key: null }], true);
  await written;
  writing.end();
  return { pack: writing.pack, at: at[0] ?? -1 };
}
const read = async (packs: Packs, ...[pack, at, key]: Parameters<PackReader['read']>): Promise<ReadFrame> => {
  await using reader = packs.reader();
  return await reader.read(pack, at, key);
};
async function framesOf(packs: Packs, pack: number): Promise<number> {
  let count = 0;
  const frames = packs.frames(pack);
  while ((await frames.next()).done !== true) count += 1;
  return count;
}

test('what was written is read, sealed or not; a sealed frame opens with its key and in its place only', async () => {
  const folder = folderOf();
  const packs = await openIn(folder);
  const writing = await packs.begin(0);
  const drafts = [
    { kind: 'chunk', body: Buffer.from('plain text'), key: null },
    { kind: 'chunk', body: Buffer.from('sealed text'), key: KEY },
  ] as const;
  const { at, written } = writing.append(drafts, true);
  await written;
  writing.end();
  const [plain, sealed] = [0, 1].map((n) => ({ pack: writing.pack, at: at[n] ?? -1 }));
  if (plain === undefined || sealed === undefined) throw new Error('not written');
  expect(await read(packs, plain.pack, plain.at, null)).toMatchObject({ ok: true, body: Buffer.from('plain text') });
  expect(await read(packs, sealed.pack, sealed.at, KEY)).toMatchObject({ ok: true, body: Buffer.from('sealed text') });
  expect(await read(packs, sealed.pack, sealed.at, null)).toEqual({ ok: false, why: 'locked' });
  const other = packKeyOf(Buffer.alloc(32, 8));
  expect(await read(packs, sealed.pack, sealed.at, other)).toEqual({ ok: false, why: 'other-key' });
  await packs.close();
  const bytes = readFileSync(path(folder, sealed.pack));
  expect([bytes.includes('plain text'), bytes.includes('sealed text')]).toEqual([true, false]);
  expect(bytes.length).toBeLessThan(4096);
  // The same frame, somewhere else.
  const file = openSync(path(folder, sealed.pack), 'r+');
  writeSync(file, bytes.subarray(sealed.at), 0, undefined, bytes.length);
  closeSync(file);
  const again = await openIn(folder);
  expect(await read(again, sealed.pack, bytes.length, KEY)).toEqual({ ok: false, why: 'damaged' });
  await again.close();
});

test('one reader reads of many packs, in any order; of one that went nothing but that it is damaged', async () => {
  const folder = folderOf();
  const packs = await openIn(folder);
  const kept: { pack: number; at: number; text: string }[] = [];
  for (let n = 0; n < 20; n += 1) {
    // Each fills a pack.
    const text = `${n} `.repeat(20_000);
    kept.push({ text, ...(await keep(packs, text)) });
  }
  expect(new Set(kept.map(({ pack }) => pack)).size).toBe(20);
  {
    await using reader = packs.reader();
    for (const { pack, at, text } of [...kept, ...kept.toReversed()])
      expect(await reader.read(pack, at, null)).toEqual({ ok: true, kind: 'chunk', body: Buffer.from(text) });
    expect(await reader.read(kept[0]?.pack ?? 0, 5, null)).toEqual({ ok: false, why: 'damaged' });
    expect(await reader.read(kept[0]?.pack ?? 0, 9_000_000, null)).toEqual({ ok: false, why: 'damaged' });
    expect(await reader.read(999, 0, null)).toEqual({ ok: false, why: 'damaged' });
  }
  await packs.close();
});

test('a frame that was torn or never written ends the pack: what came before it is whole, and what is behind it is cut', async () => {
  const folder = folderOf();
  const packs = await openIn(folder);
  const writing = await packs.begin(0);
  const drafts = ['one', 'two', 'three'].map((text) => ({
    ...({ kind: 'chunk', key: null } as const),
    body: Buffer.from(text.repeat(100)),
  }));
  const { at, written } = writing.append(drafts, true);
  await written;
  writing.end();
  await packs.close();
  const last = { pack: writing.pack, at: at[2] ?? 0 };
  for (const left of [17, 16, 5]) {
    const file = openSync(path(folder, last.pack), 'r+');
    ftruncateSync(file, last.at + left);
    // The zeros that a pack is made of.
    ftruncateSync(file, last.at + 5000);
    closeSync(file);
    const again = await openIn(folder);
    expect(await framesOf(again, last.pack)).toBe(2);
    await again.close();
  }
  const again = await openIn(folder);
  await again.cut(last.pack, last.at);
  expect(statSync(path(folder, last.pack)).size).toBe(last.at);
  // The pack of an earlier run is never written again, and its number is nobody's, gone or not.
  const fresh = await keep(again, 'fresh');
  expect(fresh.pack).toBeGreaterThan(last.pack);
  await again.close();
  const third = await openIn(folder, 40);
  expect((await keep(third, 'x')).pack).toBe(41);
  await third.close();
});

test('one sync stands for all that wait, in the order they were given', async () => {
  const packs = await openIn(folderOf());
  const writing = await packs.begin(0);
  const bodies = Array.from({ length: 50 }, (_, n) => Buffer.from(`body ${n}`));
  const done = bodies.map((body, n) => writing.append([{ kind: 'chunk', body, key: null }], n % 7 === 0));
  await Promise.all(done.map(({ written }) => written));
  expect(await framesOf(packs, writing.pack)).toBe(50);
  const frames = await Promise.all(done.map(({ at }) => read(packs, writing.pack, at[0] ?? 0, null)));
  expect(frames.map((each) => (each.ok ? each.body.toString() : ''))).toEqual(bodies.map(String));
  writing.end();
  await packs.close();
});

test('the oldest go when there is too much or they are too old; never the one that a call writes to', async () => {
  const folder = folderOf();
  const packs = await openIn(folder);
  const busy = await packs.begin(60_000);
  await busy.append([{ kind: 'chunk', body: Buffer.alloc(60_000, 1), key: null }], true).written;
  const second = await keep(packs, 'x'.repeat(60_000));
  const third = await keep(packs, 'x'.repeat(60_000));
  expect(new Set([busy.pack, second.pack, third.pack]).size).toBe(3);
  expect(await packs.prune(1000, 0)).toEqual([second.pack]);
  expect(existsSync(path(folder, busy.pack))).toBe(true);
  busy.end();
  await expect.poll(() => packs.prune(1000, 0)).toEqual([busy.pack]);
  // The one that is written now goes too, once nothing of it is young enough.
  utimesSync(path(folder, third.pack), 1, 1);
  await packs.prune(1e9, 1000 * 1000);
  await expect.poll(() => readdirSync(folder).includes(`pack-${String(third.pack).padStart(8, '0')}`)).toBe(false);
  await packs.close();
});
