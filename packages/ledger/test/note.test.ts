// Signed notes, checkpoints and keys: published vectors, canonical or rejected, and key files that leak are refused.
import { chmod, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createSigningKey,
  loadSigningKey,
  openCheckpoint,
  openNote,
  parseSigningKey,
  parseVerifierKey,
  saveSigningKey,
  type VerifierKey,
} from '@castellan/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signCheckpoint } from '../src/note/checkpoint.ts';
import { testEvals } from './support/evals.ts';
import { signer, tempDir } from './support/ledger.ts';

const keyOf = (text: string): VerifierKey => {
  const key = parseVerifierKey(text);
  if (key === undefined) throw new Error(`not a key: ${text}`);
  return key;
};

interface NoteRow {
  readonly name: string;
  readonly vkey: string;
  readonly note: string;
  readonly valid: boolean;
}

testEvals<NoteRow>('signed_note.jsonl', 'signed notes of the shared vectors', (rows) => {
  expect(rows.length).toBeGreaterThan(10);
  for (const { name, vkey, note, valid } of rows) {
    expect(openNote(Buffer.from(note, 'utf8'), keyOf(vkey)).kind, name).toBe(valid ? 'verified' : 'rejected');
  }
});

test('the example of the signed note specification verifies', () => {
  const vkey = keyOf('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
  const line = 'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=';
  const note = Buffer.from(`This is an example message.\n\n— example.com/foo ${line}\n`);
  expect(openNote(note, vkey).kind).toBe('verified');
});

test('keys are canonical or rejected', () => {
  const { text } = signer.vkey;
  expect(parseVerifierKey(text)?.text).toBe(text);
  expect(parseSigningKey(signer.skey)?.vkey.text).toBe(text);
  const bad = [`${text} `, text.toUpperCase(), text.replace('+', ' + '), `${text}=`, text.slice(1), '', '++', 'a+b+c'];
  for (const spelling of bad) expect(parseVerifierKey(spelling), spelling).toBeUndefined();
  for (const spelling of [`${signer.skey}\n`, signer.skey.slice(0, -1), 'PRIVATE+KEY+a+b']) {
    expect(parseSigningKey(spelling), spelling).toBeUndefined();
  }
  for (const name of ['', 'a b', 'a+b', 'a\u2003b', 'a\nb']) {
    expect(() => createSigningKey(name, (n) => new Uint8Array(n)), JSON.stringify(name)).toThrow(TypeError);
  }
});

test('a checkpoint is opened only as it was signed', () => {
  const { bytes } = signCheckpoint(signer, 12, new Uint8Array(32).fill(1));
  const opened = openCheckpoint(bytes, signer.vkey);
  expect(opened).toMatchObject({ kind: 'verified', checkpoint: { size: 12, origin: 'example.com/ledger' } });
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ mask : byte));
      expect(openCheckpoint(changed, signer.vkey).kind).toBe('rejected');
    }),
    { numRuns: 300 },
  );
});

test('a witness may cosign a checkpoint kept elsewhere, but not the stored one', () => {
  const { bytes } = signCheckpoint(signer, 3, new Uint8Array(32));
  const cosigned = Buffer.concat([bytes, Buffer.from(`— witness.example ${Buffer.alloc(72, 5).toString('base64')}\n`)]);
  expect(openCheckpoint(cosigned, signer.vkey, true).kind).toBe('verified');
  expect(openCheckpoint(cosigned, signer.vkey)).toEqual({ kind: 'rejected', fault: 'malformed' });
});

test('a key file is private, never overwritten, and never used when others could read it', async () => {
  const path = join(await tempDir(), 'ledger.key');
  expect(await loadSigningKey(path)).toMatchObject({ kind: 'refused', code: 'missing' });
  expect((await saveSigningKey(path, signer)).kind).toBe('loaded');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await saveSigningKey(path, signer)).toMatchObject({ kind: 'refused', code: 'exists' });
  const loaded = await loadSigningKey(path);
  expect(loaded.kind === 'loaded' && loaded.key.vkey.text).toBe(signer.vkey.text);
  await symlink(path, `${path}.link`);
  expect((await loadSigningKey(`${path}.link`)).kind).toBe('refused');
  await chmod(path, 0o640);
  expect(await loadSigningKey(path)).toMatchObject({ kind: 'refused', code: 'exposed' });
  await writeFile(`${path}.bad`, `${(await readFile(path, 'utf8')).trim()}x\n`, { mode: 0o600 });
  expect(await loadSigningKey(`${path}.bad`)).toMatchObject({ kind: 'refused', code: 'malformed' });
});
