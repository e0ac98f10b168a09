// A ledger in a temporary folder, and the few steps every test of it repeats.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ledger, type OpenOptions, openLedger, readEntries } from '@castellan/ledger';
import { onTestFinished } from 'vitest';
import { signer } from './ledger-key.ts';

export { otherSigner, signer } from './ledger-key.ts';

export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'castellan-ledger-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export async function open(dir: string, options: Partial<OpenOptions> = {}): Promise<Ledger> {
  const result = await openLedger({ dir, signer, ...options });
  if (result.kind === 'refused') throw new Error(`${result.code}: ${result.message}`);
  return result.ledger;
}

export const entry = (i: number): Uint8Array => Buffer.from(`entry ${i} ${'x'.repeat(i % 40)}`);

/** Appends entries `[from, to)` by number, all at once. */
export async function appendRange(ledger: Ledger, from: number, to: number): Promise<void> {
  await Promise.all(Array.from({ length: to - from }, (_, i) => ledger.append(entry(from + i))));
}

/** A closed ledger of `size` entries. */
export async function makeLedger(dir: string, size: number, options: Partial<OpenOptions> = {}): Promise<void> {
  const ledger = await open(dir, options);
  for (let at = 0; at < size; at += 100) await appendRange(ledger, at, Math.min(size, at + 100));
  await ledger.close();
}

export async function textsOf(dir: string, from?: number, to?: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const record of readEntries(dir, from, to)) texts.push(Buffer.from(record.entry).toString());
  return texts;
}

/** Two threads that hash the blocks. */
export const threads = { count: 2, program: new URL('../../src/verify/block-worker.ts', import.meta.url) };
