// Copies by themselves, without a daemon: every place they can be cut at or changed in, what may stand in one, when one is due.
import { createHash } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COPY_CHUNK_BYTES, type CopyAbout, type CopySlot } from '@castellan/contract';
import { openChunks, readCopyHeader, SEALED_CHUNK_BYTES, sealChunks, sealKeyOf } from '@castellan/secrets';
import { tempFolder, verifies } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { CopyReader, type Member } from '../src/backups/copy-reader.ts';
import { CopyWriter } from '../src/backups/copy-writer.ts';
import { CopyFault } from '../src/backups/fault.ts';
import { untilWhole } from '../src/backups/make-copy.ts';
import { isMember } from '../src/backups/members.ts';
import { copyName, ownerOf, readCopyName } from '../src/backups/names.ts';
import { cutOff, everyMs, isDue, isOverdue, RETRY_MS, tooMany } from '../src/backups/schedule.ts';
import { verifyCopy } from '../src/backups/verify-copy.ts';
import { isNewer, stepFor } from '../src/upgrades/known.ts';

let drawn = 0;
/** Never the same twice, and the same in each run. */
const random = (bytes: number): Buffer => {
  drawn += 1;
  const block = createHash('shake256', { outputLength: bytes }).update(`random ${drawn}`).digest();
  return block;
};
const KEY = sealKeyOf(Buffer.alloc(32, 7));
const SLOT: CopySlot = { source: 'state', id: KEY.id };
const ABOUT: CopyAbout = {
  at: 1_700_000_000_000,
  version: '0.1.0',
  format: 2,
  reason: 'asked',
  vault: 'none',
  undo: false,
  people: ['mia'],
};
const keyOf = async () => KEY;
const FILES = {
  'config.yaml': 'schema: x\n',
  'rules/mine.yaml': 'r'.repeat(3 * COPY_CHUNK_BYTES),
  'rules/empty.yaml': '',
};

async function written(files: Readonly<Record<string, string>> = FILES): Promise<string> {
  const path = join(tempFolder(), 'a.copy');
  await using writer = await CopyWriter.create(path, sealChunks(SLOT, KEY, random), ABOUT);
  for (const [name, text] of Object.entries(files))
    await writer.add({ path: name, from: { bytes: Buffer.from(text, 'utf8') } });
  await writer.end();
  return path;
}
async function scanned(path: string): Promise<Readonly<Record<string, string>>> {
  const read: Record<string, string> = {};
  await using reader = await CopyReader.open(path, keyOf);
  await reader.scan(async ({ path: name }: Member, parts) => {
    const held: Buffer[] = [];
    for await (const part of parts) held.push(Buffer.from(part));
    read[name] = Buffer.concat(held).toString('utf8');
  });
  return read;
}
/** Any stream under a good seal: what somebody would write who knows the key and not the rules. */
function sealed(plain: Buffer): string {
  const sealer = sealChunks(SLOT, KEY, random);
  const parts = [sealer.header];
  for (let at = 0; ; at += COPY_CHUNK_BYTES) {
    const isLast = at + COPY_CHUNK_BYTES >= plain.length;
    parts.push(sealer.seal(plain.subarray(at, at + COPY_CHUNK_BYTES), isLast));
    if (isLast) break;
  }
  const path = join(tempFolder(), 'b.copy');
  writeFileSync(path, Buffer.concat(parts));
  return path;
}
const line = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const member = (path: string, text = 'x'): Buffer =>
  Buffer.concat([line({ path, size: text.length }), Buffer.from(text)]);
const listed = (...paths: readonly string[]): Buffer =>
  line({ members: paths.map((path) => ({ path, size: 1, sha256: sha256('x') })) });
const about = line({ about: ABOUT });

describe('a copy', () => {
  test('begins anew where what was listed is gone, and not for any other reason', async () => {
    const fault = (code: string): Error => Object.assign(new Error(code), { code });
    const tried = async (...faults: readonly string[]): Promise<[number, string]> => {
      let tries = 0;
      const said = await untilWhole(async () => {
        const code = faults[tries];
        tries += 1;
        if (code !== undefined) throw fault(code);
        return 'whole';
      }).catch((error: Error) => error.message);
      return [tries, said];
    };
    expect(await tried('ENOENT', 'ENOENT')).toEqual([3, 'whole']);
    expect(await tried('EACCES')).toEqual([1, 'EACCES']);
    expect(await tried(...Array.from({ length: 9 }, () => 'ENOENT'))).toEqual([5, 'ENOENT']);
  });

  test('comes back as it was written', async () => {
    expect(await scanned(await written())).toEqual(FILES);
    expect(await scanned(await written({}))).toEqual({});
  });

  verifies(['R3'], 'is refused wherever it was cut', async () => {
    const path = await written();
    const whole = readFileSync(path);
    const header = whole.indexOf(0x0a) + 1;
    const ends = [0, 1, header - 1, header, header + 1, header + SEALED_CHUNK_BYTES];
    for (let chunk = 1; chunk <= 3; chunk += 1) ends.push(header + chunk * SEALED_CHUNK_BYTES, whole.length - chunk);
    for (const end of ends) {
      writeFileSync(path, whole);
      truncateSync(path, end);
      await expect(scanned(path), `${end} of ${whole.length}`).rejects.toBeInstanceOf(CopyFault);
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.from('x')]));
    await expect(scanned(path)).rejects.toBeInstanceOf(CopyFault);
  });

  verifies(['R3'], 'is refused wherever a byte of it was changed, or a part of it moved', async () => {
    const path = await written();
    const whole = readFileSync(path);
    const header = whole.indexOf(0x0a) + 1;
    for (let at = 0; at < whole.length; at += at < header ? 3 : 9973) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(path, changed);
      await expect(scanned(path), `byte ${at}`).rejects.toBeInstanceOf(CopyFault);
    }
    const chunk = (n: number) => whole.subarray(header + n * SEALED_CHUNK_BYTES, header + (n + 1) * SEALED_CHUNK_BYTES);
    const rest = whole.subarray(header + 3 * SEALED_CHUNK_BYTES);
    const head = whole.subarray(0, header);
    for (const order of [
      [chunk(1), chunk(0), chunk(2), rest],
      [chunk(0), chunk(2), rest],
      [chunk(0), chunk(1), chunk(1), chunk(2), rest],
    ]) {
      writeFileSync(path, Buffer.concat([head, ...order]));
      await expect(scanned(path)).rejects.toBeInstanceOf(CopyFault);
    }
    // The chunks of another copy under this one's header.
    const other = readFileSync(await written());
    writeFileSync(path, Buffer.concat([head, other.subarray(other.indexOf(0x0a) + 1)]));
    await expect(scanned(path)).rejects.toBeInstanceOf(CopyFault);
  });

  verifies(['R3'], 'that is open, of another form or under another key brings nothing', async () => {
    const path = join(tempFolder(), 'forged.copy');
    const open = Buffer.concat([
      about,
      member('config.yaml'),
      member('castellan.db'),
      listed('config.yaml', 'castellan.db'),
    ]);
    const head = line({ schema: 'castellan/copy/v1', key: { source: 'none' }, dataKey: 'AAAA' });
    const next = line({ schema: 'castellan/copy/v2', key: SLOT, dataKey: 'AAAA' });
    for (const [bytes, code] of [
      [open, 'not-whole'],
      [Buffer.concat([head, open]), 'not-whole'],
      [Buffer.concat([next, open]), 'other-version'],
      [Buffer.from('hello'), 'not-whole'],
      [Buffer.alloc(0), 'not-whole'],
    ] as const) {
      writeFileSync(path, bytes);
      await expect(scanned(path)).rejects.toMatchObject({ code });
    }
    const theirs = sealKeyOf(Buffer.alloc(32, 8));
    const good = await written();
    await expect(CopyReader.open(good, async () => theirs)).rejects.toMatchObject({ code: 'wrong-passphrase' });
    // The right name for the wrong key.
    await expect(CopyReader.open(good, async () => ({ ...theirs, id: KEY.id }))).rejects.toBeInstanceOf(CopyFault);
    await expect(CopyReader.open(tempFolder(), keyOf)).rejects.toMatchObject({ code: 'unusable' });
  });

  verifies(['R3'], 'holds no file that leads elsewhere, is a link, or is of one start alone', async () => {
    const names = [
      '../config.yaml',
      'rules/../../.bashrc',
      'rules/./x.yaml',
      'rules//x.yaml',
      '/etc/passwd',
      'rules',
      'rules/',
      'rules/.hidden',
      'rules/a\\b',
      'rules/a\0b',
      'rules/a\nb',
      'daemon/state.json',
      'daemon/panic.json',
      'daemon/restored.json',
      'daemon/copy.key',
      'daemon/setup-code',
      'ledger/lock',
      'agents/x',
      'vault/vault.previous',
      'castellan.db-wal',
      `rules/${'d/'.repeat(20)}x`,
      `rules/${'x'.repeat(500)}`,
      'rules/\ud800',
    ];
    for (const name of names) {
      expect(isMember(name), name).toBe(false);
      const path = sealed(Buffer.concat([about, member(name), listed(name)]));
      await expect(scanned(path), name).rejects.toMatchObject({ code: 'not-whole' });
    }
    for (const name of ['config.yaml', 'rules/a b.yaml', 'ledger/tile/0/x001/000', 'scripts/ab/cd', 'undo/pack-1'])
      expect(isMember(name), name).toBe(true);
  });

  verifies(['R3'], 'is refused where its list is another than its files', async () => {
    const two = [member('config.yaml'), member('rules/a.yaml')];
    const streams: readonly Buffer[] = [
      Buffer.concat([about, ...two, listed('config.yaml')]),
      Buffer.concat([about, ...two, listed('rules/a.yaml', 'config.yaml')]),
      Buffer.concat([about, member('config.yaml', 'y'), listed('config.yaml')]),
      Buffer.concat([about, member('config.yaml'), member('config.yaml'), listed('config.yaml', 'config.yaml')]),
      Buffer.concat([about, ...two, listed('config.yaml', 'rules/a.yaml'), Buffer.from('more')]),
      Buffer.concat([about, ...two]),
      Buffer.concat([...two, listed('config.yaml', 'rules/a.yaml')]),
      Buffer.concat([about, line({ path: 'config.yaml', size: -1 }), listed()]),
      Buffer.concat([about, line({ path: 'config.yaml', size: 1e15 }), listed()]),
      Buffer.concat([
        about,
        line({ path: 'config.yaml', size: 1, link: '/etc' }),
        Buffer.from('z'),
        listed('config.yaml'),
      ]),
      about,
      Buffer.alloc(0),
    ];
    for (const stream of streams) await expect(scanned(sealed(stream))).rejects.toBeInstanceOf(CopyFault);
    const good = Buffer.concat([about, ...two, listed('config.yaml', 'rules/a.yaml')]);
    expect(Object.keys(await scanned(sealed(good)))).toEqual(['config.yaml', 'rules/a.yaml']);
    // Whole, and still no state.
    await using reader = await CopyReader.open(sealed(good), keyOf);
    await expect(verifyCopy(reader)).rejects.toMatchObject({ message: expect.stringContaining('lacks') });
  });
});

test('a chunk that is not the last is a whole one, and the header has one spelling', () => {
  const sealer = sealChunks(SLOT, KEY, random);
  expect(() => sealer.seal(Buffer.alloc(5), false)).toThrow(RangeError);
  const read = readCopyHeader(sealer.header);
  if (!read.ok) throw new Error(read.message);
  expect(openChunks(sealer.header, read.header, KEY)).toMatchObject({ ok: true });
  expect(readCopyHeader(Buffer.from(sealer.header.toString().replace('{"schema"', '{ "schema"')))).toMatchObject({
    ok: false,
  });
});

test('when a copy is due, overdue, and one too many', () => {
  const hour = 3_600_000;
  expect(['45m', '6h', '1d'].map((every) => everyMs({ every }))).toEqual([45 * 60_000, 6 * hour, 24 * hour]);
  const due = (lastAt: number | null, failedAt: number | null, now: number, every: string | null = '6h') =>
    isDue({ every }, { lastAt, failedAt }, now);
  expect(due(null, null, 0)).toBe(true);
  expect(due(null, null, 0, null)).toBe(false);
  expect(due(0, null, 6 * hour - 1)).toBe(false);
  expect(due(0, null, 6 * hour)).toBe(true);
  expect(due(0, 6 * hour, 6 * hour + RETRY_MS - 1)).toBe(false);
  expect(due(0, 6 * hour, 6 * hour + RETRY_MS)).toBe(true);
  expect(isOverdue({ every: '6h' }, { lastAt: 0, failedAt: null }, 12 * hour)).toBe(true);
  expect(isOverdue({ every: '6h' }, { lastAt: 0, failedAt: null }, 11 * hour)).toBe(false);
  const at = Date.UTC(2026, 0, 31, 23, 59, 58);
  const owner = ownerOf('castellan-1', '/home/mia/state');
  const mine = (time: number): string => copyName(owner, time);
  expect(mine(at)).toMatch(/^castellan-[0-9a-f]{8}-20260131T235958Z\.copy$/);
  expect(readCopyName(mine(at))).toEqual({ owner, at });
  // Another state, also where it was restored from a copy of this one: same ledger, other folder.
  const theirs = copyName(ownerOf('castellan-1', '/home/mia/other'), at - 3 * hour);
  const names = [mine(at), 'mine.copy', theirs, mine(at - hour), mine(at + hour)];
  expect(tooMany(names, owner, 2, mine(at + hour))).toEqual([mine(at - hour)]);
  expect(tooMany(names, owner, 9, mine(at + hour))).toEqual([]);
  // Those made while the clock was ahead: they put off no copy, and the one that was just made is not the oldest.
  expect(tooMany(names, owner, 2, mine(at - hour))).toEqual([mine(at)]);
  expect(tooMany(names, owner, 1, mine(at - hour))).toEqual([mine(at), mine(at + hour)]);
  expect(due(at + 9000 * hour, null, at)).toBe(true);
  expect(due(at - 6 * hour, at + 9000 * hour, at)).toBe(true);
  // What another daemon may be writing just now stays.
  const halves = [`${mine(at)}.part`, `${mine(at - 25 * hour)}.part`, 'mine.part', mine(at - 48 * hour)];
  expect(cutOff([...halves, `${theirs}.part`], owner, at + 26 * hour)).toEqual([halves[0], halves[1]]);
  expect(cutOff(halves, owner, at + hour)).toEqual([halves[1]]);
});

verifies(
  ['R4'],
  'a state of a newer program is refused, one of an older is upgraded, a patch release is neither',
  () => {
    const ours = { format: 3, version: '1.2.3' };
    const step = (format: number | null, program: string | null) => () => stepFor({ format, program }, ours);
    for (const newer of [step(4, '1.2.3'), step(3, '1.3.0'), step(3, '2.0.0'), step(4, null)])
      expect(newer).toThrow(expect.objectContaining({ code: 'newer-state', exitCode: 64 }));
    expect(step(3, '1.2.3')()).toEqual({ kind: 'none' });
    expect(step(2, '1.2.3')()).toEqual({ kind: 'upgrade', from: '1.2.3' });
    expect(step(3, '1.2.9')()).toEqual({ kind: 'upgrade', from: '1.2.9' });
    expect(step(3, null)()).toEqual({ kind: 'upgrade', from: '0.1.0' });
    expect(isNewer('1.2.9', '1.2.3')).toBe(false);
  },
);
