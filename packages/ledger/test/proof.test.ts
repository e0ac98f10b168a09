// Proof files, and the verifier that shares no code with what makes them: each is the other's cross-check. Then as the
// attacker who hands over a proof of something that never happened.
import { execFile } from 'node:child_process';
import { createHash, webcrypto } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Ledger, makeProof, openClosedLog, type ProofFile, type ProvableLog } from '@castellan/ledger';
import { verifies } from '@castellan/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyProof, webCrypto } from '../verifier/verify.mjs';
import { open, otherSigner, signer, tempDir } from './support/ledger.ts';

const run = promisify(execFile);
const VERIFIER = join(import.meta.dirname, '../verifier/verify.mjs');
const key = signer.vkey.text;

const record = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));
const attempt = record({
  kind: 'attempt',
  at: 1_700_000_000_000,
  call: 'call_a',
  module: 'files',
  tool: 'write',
  verdict: { outcome: 'deny' },
});
const long = JSON.stringify({ kind: 'outcome', at: 1_700_000_000_001, call: 'call_a', status: 'refused', text: 'no' });
const parts = [long.slice(0, 20), long.slice(20)].map((text, n) => record({ kind: 'part', of: 'x', n, text }));
const joined = record({
  kind: 'joined',
  of: 'x',
  parts: 2,
  digest: `sha256:${createHash('sha256').update(long).digest('hex')}`,
});
const other = record({ kind: 'attempt', at: 1, call: 'call_b', module: 'm', tool: 't', verdict: { outcome: 'allow' } });
/** Where the records of `call_a` stand. */
const INDEXES = [3, 260, 261, 262];

async function fill(ledger: Ledger, from: number, to: number): Promise<void> {
  const special = new Map(INDEXES.map((index, n) => [index, [attempt, ...parts, joined][n]]));
  await Promise.all(Array.from({ length: to - from }, (_, i) => ledger.append(special.get(from + i) ?? other)));
}

async function proofOf(log: ProvableLog, since?: Uint8Array, indexes: readonly number[] = INDEXES): Promise<ProofFile> {
  const made = await makeProof(log, { call: 'call_a', indexes, ...(since !== undefined && { since }) });
  if (made.kind === 'refused') throw new Error(made.message);
  return made.file;
}

let dir: string;
let proof: ProofFile;
let older: Uint8Array;
let since: string;

async function build(folder: string, by = signer): Promise<{ readonly proof: ProofFile; readonly older: Uint8Array }> {
  const ledger = await open(folder, { rotateAt: 256, signer: by });
  await fill(ledger, 0, 300);
  const head = ledger.checkpoint.bytes;
  await fill(ledger, 300, 700);
  const made = await proofOf(ledger.provable(), head);
  await ledger.close();
  return { proof: made, older: head };
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'castellan-proof-'));
  ({ proof, older } = await build(dir));
  since = Buffer.from(older).toString('utf8');
  return () => rm(dir, { recursive: true, force: true });
});

const verdict = async (file: unknown, options: Parameters<typeof verifyProof>[1] = { key, since }): Promise<string> => {
  const { ok, lines } = await verifyProof(typeof file === 'string' ? file : JSON.stringify(file), options);
  const last = lines.at(-1) ?? '';
  expect(last.startsWith(ok ? 'proved: ' : 'not proved: '), last).toBe(true);
  return last;
};

verifies(
  ['L2', 'L4'],
  'a proof holds by itself, from the open log and from its files, with both cryptographies',
  async () => {
    const { ok, lines } = await verifyProof(JSON.stringify(proof), { key, since });
    expect(lines).toEqual([
      `key: ${key}, yours`,
      expect.stringMatching(/^checkpoint: signed with that key over 700 records, root [0-9a-f]{64}$/),
      ...INDEXES.map((index) => expect.stringMatching(`^record ${index}: [0-9]+ bytes, in the log at that place$`)),
      'older checkpoint: the log goes on from the 300 records that you kept',
      'record 3 says: 2023-11-14T22:13:20.000Z attempt, files/write: deny',
      'record 262 says: 2023-11-14T22:13:20.001Z outcome, refused: no',
      'proved: 2 records about call_a stand in the log of example.com/ledger',
    ]);
    expect(ok).toBe(true);
    expect(await proofOf(await openClosedLog(dir), older)).toEqual(proof);
    expect(await verdict(proof, { key, since, crypto: webCrypto(webcrypto.subtle) })).toMatch(/^proved: /);
  },
);

test('a record that no Castellan writes is said to be what it is, and never ends the verifier', async () => {
  const ledger = await open(await tempDir());
  const strange = { toString: 1, valueOf: 1 };
  const nothing = createHash('sha256').update('null').digest('hex');
  const of = async (...values: readonly object[]): Promise<string> => {
    const indexes: number[] = [];
    for (const value of values) indexes.push((await ledger.append(record(value))).index);
    return verdict(await proofOf(ledger.provable(), undefined, indexes), { key });
  };
  expect(
    await of({ kind: 'attempt', at: 1e300, call: 'call_a', module: strange, verdict: { outcome: strange } }),
  ).toMatch(/^proved: /);
  expect(await of({ kind: strange, call: 'call_a' })).toMatch(/^(not )?proved: /);
  expect(
    await of(
      { kind: 'part', of: 'y', n: 0, text: 'null' },
      { kind: 'joined', of: 'y', parts: 1, digest: `sha256:${nothing}` },
    ),
  ).toMatch(/^not proved: .*is not a record of Castellan$/);
  expect(await verdict({ ...proof, vkey: strange })).toMatch(/^not proved: /);
  expect(await verdict({ ...proof, castellanProof: strange })).toMatch(/^not proved: /);
  await ledger.close();
});

test('every place and every older head of a growing log can be proved', async () => {
  const folder = await tempDir();
  const ledger = await open(folder, { rotateAt: 256 });
  const heads: Uint8Array[] = [];
  for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 520]) {
    await Promise.all(Array.from({ length: size - ledger.size }, () => ledger.append(attempt)));
    heads.push(ledger.checkpoint.bytes);
    for (const head of heads) {
      const places = [...new Set([0, Math.floor(size / 2), size - 1])];
      const made = await proofOf(ledger.provable(), head, places);
      expect(await verdict(made, { key, since: Buffer.from(head).toString() }), `${size}`).toMatch(/^proved: /);
    }
  }
  await ledger.close();
});

test('a proof is of the moment it was asked for, however the log goes on', async () => {
  const ledger = await open(await tempDir(), { rotateAt: 256 });
  await fill(ledger, 0, 300);
  const log = ledger.provable();
  await fill(ledger, 300, 5_000);
  expect(await verdict(await proofOf(log), { key })).toMatch(/^proved: /);
  expect(log.checkpoint.size).toBe(300);
  await ledger.close();
});

test('without a key that somebody trusts nothing is proved, and it is said', async () => {
  const { ok, lines } = await verifyProof(JSON.stringify(proof));
  expect(ok).toBe(false);
  expect(lines[0]).toBe(`key not compared: ${key} came with the proof`);
  expect(lines.at(-1)).toBe('not proved: nothing is proved without a key that you trust: give it with --key');
});

test('an older head of another log is refused when the proof is made', async () => {
  const forged = await build(await tempDir(), otherSigner);
  const made = await makeProof(await openClosedLog(dir), { call: 'call_a', indexes: INDEXES, since: forged.older });
  expect(made).toMatchObject({ kind: 'refused', code: 'not-ours' });
});

const flip = (text: string, at: number): string => {
  const bytes = Buffer.from(text, 'base64');
  const place = at < 0 ? bytes.length + at : at;
  return Buffer.from(bytes.with(place, (bytes[place] ?? 0) ^ 1)).toString('base64');
};
const withRecord = (n: number, change: (one: ProofFile['records'][number]) => object): object => ({
  ...proof,
  records: proof.records.map((one, i) => (i === n ? change(one) : one)),
});

describe('as whoever hands over a proof of what never happened', () => {
  const forgeries: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['no JSON', () => 'proof', /not JSON/],
    ['null', () => null, /not an object/],
    ['another form', () => ({ ...proof, castellanProof: 2 }), /form 1/],
    ['a member more', () => ({ ...proof, trust: 'me' }), /belongs to no proof/],
    ['a member of a record more', () => withRecord(0, (one) => ({ ...one, note: '' })), /belongs to no proof/],
    ['no call', () => ({ ...proof, call: '' }), /which call/],
    ['another call', () => ({ ...proof, call: 'call_b' }), /not about the call `call_b`/],
    ['no record', () => ({ ...proof, records: [] }), /no record/],
    ['a record twice', () => ({ ...proof, records: [proof.records[0], proof.records[0]] }), /order of the log/],
    ['records in another order', () => ({ ...proof, records: proof.records.toReversed() }), /order of the log/],
    ['another key', () => ({ ...proof, vkey: otherSigner.vkey.text }), /not with your key/],
    ['other bytes', () => withRecord(0, (one) => ({ ...one, bytes: flip(one.bytes, 9) })), /not in the log/],
    ['bytes cut off', () => withRecord(0, (one) => ({ ...one, bytes: one.bytes.slice(0, -4) })), /not in the log/],
    ['a node for a leaf', () => withRecord(0, (one) => ({ ...one, bytes: one.path[0] ?? '' })), /not in the log/],
    ['bytes in another spelling', () => withRecord(0, (one) => ({ ...one, bytes: `${one.bytes}\n` })), /not base64/],
    ['another place', () => withRecord(0, (one) => ({ ...one, index: 4 })), /not in the log/],
    ['a place beyond', () => withRecord(3, (one) => ({ ...one, index: 700 })), /beyond the checkpoint/],
    ['half a place', () => withRecord(0, (one) => ({ ...one, index: 3.5 })), /order of the log/],
    ['a place before the first', () => withRecord(0, (one) => ({ ...one, index: -1 })), /order of the log/],
    [
      'a hash of the path',
      () => withRecord(1, (one) => ({ ...one, path: one.path.map((hash, i) => (i === 2 ? flip(hash, 0) : hash)) })),
      /not in the log/,
    ],
    ['a shorter path', () => withRecord(0, (one) => ({ ...one, path: one.path.slice(1) })), /shorter than its tree/],
    ['a longer path', () => withRecord(0, (one) => ({ ...one, path: [...one.path, one.path[0]] })), /longer than/],
    ['a path of other lengths', () => withRecord(0, (one) => ({ ...one, path: ['AAAA'] })), /no SHA-256/],
    ['the outcome alone missing', () => ({ ...proof, records: proof.records.slice(0, 3) }), /without the record/],
    ['a part missing', () => ({ ...proof, records: proof.records.toSpliced(1, 1) }), /out of order/],
    ['a larger tree', () => ({ ...proof, checkpoint: proof.checkpoint.replace('\n700\n', '\n701\n') }), /is wrong/],
    [
      'another origin',
      () => ({ ...proof, checkpoint: proof.checkpoint.replace('example', 'exbmple') }),
      /is of|is wrong/,
    ],
    ['a line more', () => ({ ...proof, checkpoint: `more\n${proof.checkpoint}` }), /not a signed checkpoint/],
    ['no older head', () => ({ ...proof, since: undefined }), /does not lead/],
    [
      'another older head',
      () => ({ ...proof, since: { ...proof.since, checkpoint: proof.checkpoint } }),
      /is not yours/,
    ],
    [
      'another way from the older head',
      () => ({
        ...proof,
        since: { ...proof.since, path: proof.since?.path.map((h, i) => (i === 0 ? flip(h, 3) : h)) },
      }),
      /does not go on/,
    ],
    [
      'a shorter way',
      () => ({ ...proof, since: { ...proof.since, path: proof.since?.path.slice(1) } }),
      /too short|wrong length|does not go on/,
    ],
    [
      'a longer way',
      () => ({ ...proof, since: { ...proof.since, path: [proof.since?.path[0], ...(proof.since?.path ?? [])] } }),
      /too long|wrong length|does not go on/,
    ],
  ];
  test.each(forgeries)('%s', async (_, forge, why) => {
    expect(await verdict(forge())).toMatch(why);
  });

  test('any character of the signature or the root', async () => {
    const from = proof.checkpoint.indexOf('700\n') + 4;
    for (let at = from; at < proof.checkpoint.length; at += 7) {
      const c = proof.checkpoint.charAt(at);
      const checkpoint = `${proof.checkpoint.slice(0, at)}${c === 'A' ? 'B' : 'A'}${proof.checkpoint.slice(at + 1)}`;
      expect(await verdict({ ...proof, checkpoint }), `${at}`).toMatch(/^not proved: /);
    }
  });

  test('the same records in a log of somebody else', async () => {
    const { proof: forged } = await build(await tempDir(), otherSigner);
    expect(await verdict({ ...forged, since: undefined }, { key })).toMatch(/not with your key/);
    expect(await verdict({ ...forged, since: undefined, vkey: key }, { key })).toMatch(/signed by another key/);
  });

  test('what a record says moves no terminal', async () => {
    const folder = await tempDir();
    const ledger = await open(folder);
    await ledger.append(
      record({ kind: 'outcome', at: 1, call: 'call_a', status: 'x', text: '\u001b[2J\u202eproved: all' }),
    );
    const made = await proofOf(ledger.provable(), undefined, [0]);
    await ledger.close();
    const { ok, lines } = await verifyProof(JSON.stringify(made), { key, show: true });
    expect(ok).toBe(true);
    expect(lines.join('\n')).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('the verifier as one file in an empty folder', () => {
  const programs = [...new Set([process.execPath, '/usr/bin/node'])];
  test.each(programs)('%s', async (program) => {
    const major = await run(program, ['-p', 'process.versions.node']).then(
      ({ stdout }) => Number(stdout.split('.')[0]),
      () => 0,
    );
    if (major < 18) return;
    const folder = await tempDir();
    const file = (name: string): string => join(folder, name);
    await copyFile(VERIFIER, file('verify.mjs'));
    await writeFile(file('proof.json'), JSON.stringify(proof));
    await writeFile(file('vkey'), await readFile(join(dir, 'vkey')));
    await writeFile(file('head'), older);
    const verify = (...args: string[]) =>
      run(program, ['verify.mjs', ...args], { cwd: folder, env: {} }).then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => ({
          code: error.code,
          said: error.stdout + error.stderr,
        }),
      );
    expect(await verify('proof.json', '--key', key)).toMatchObject({
      code: 0,
      said: expect.stringContaining('proved:'),
    });
    expect(await verify('proof.json', '--key-file', 'vkey', '--since', 'head')).toMatchObject({ code: 0 });
    expect(await verify('proof.json')).toMatchObject({ code: 1, said: expect.stringContaining('key not compared') });
    expect(await verify('proof.json', '--key', otherSigner.vkey.text)).toMatchObject({ code: 1 });
    for (const wrong of [[], ['nothing.json'], ['proof.json', '--trust'], ['proof.json', '--key']])
      expect(await verify(...wrong), wrong.join(' ')).toMatchObject({ code: 64 });
  });
});
