// RFC 6962 hashing and proofs against published vectors, and the universal rules behind them.
import {
  CompactRange,
  EMPTY_ROOT,
  type Hash,
  leafHash,
  nodeHash,
  proveConsistency,
  proveInclusion,
  type SubtreeSource,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from '@castellan/ledger';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testEvals } from './support/evals.ts';

const hex = (hash: Hash): string => Buffer.from(hash).toString('hex');
const base64 = (text: string): Uint8Array => Buffer.from(text, 'base64');

/** The tree of `leaves` by the recursive definition of RFC 6962 section 2.1, as a second opinion. */
function sourceOf(leaves: readonly Hash[]): SubtreeSource {
  const source: SubtreeSource = async (level, index) => {
    if (level === 0) return leaves[index] ?? EMPTY_ROOT;
    return nodeHash(await source(level - 1, index * 2), await source(level - 1, index * 2 + 1));
  };
  return source;
}

function rangeOf(leaves: readonly Hash[]): CompactRange {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(leaf);
  return range;
}

interface Reference {
  readonly leaf_inputs_hex: string[];
  readonly leaf_hashes: string[];
  readonly roots_by_size: string[];
}

testEvals<Reference>('rfc6962_reference.json', 'reference leaves and roots', ([reference]) => {
  const leaves = reference?.leaf_inputs_hex.map((input) => leafHash(Buffer.from(input, 'hex'))) ?? [];
  expect(leaves.map(hex)).toEqual(reference?.leaf_hashes);
  expect(reference?.roots_by_size).toHaveLength(leaves.length + 1);
  for (const [size, root] of reference?.roots_by_size.entries() ?? []) {
    expect(hex(rangeOf(leaves.slice(0, size)).root())).toBe(root);
  }
});

interface InclusionRow {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: string[] | null;
  readonly wantErr: boolean;
  readonly id: string;
}

testEvals<InclusionRow>('transparency-dev_inclusion.jsonl', 'inclusion proofs of transparency-dev', (rows) => {
  expect(rows.length).toBeGreaterThan(50);
  for (const row of rows) {
    const proof = (row.proof ?? []).map(base64);
    const isValid = verifyInclusion(row.leafIdx, row.treeSize, base64(row.leafHash), proof, base64(row.root));
    expect(isValid, row.id).toBe(!row.wantErr);
  }
});

interface ConsistencyRow {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: string[] | null;
  readonly wantErr: boolean;
  readonly id: string;
}

testEvals<ConsistencyRow>('transparency-dev_consistency.jsonl', 'consistency proofs of transparency-dev', (rows) => {
  expect(rows.length).toBeGreaterThan(50);
  for (const row of rows) {
    const proof = (row.proof ?? []).map(base64);
    const isValid = verifyConsistency(row.size1, row.size2, base64(row.root1), base64(row.root2), proof);
    expect(isValid, row.id).toBe(!row.wantErr);
  }
});

type GeneratedRow =
  | { readonly kind: 'leaves' }
  | { readonly kind: 'root'; readonly size: number; readonly root: string }
  | { readonly kind: 'inclusion'; readonly size: number; readonly index: number; readonly proof: string[] }
  | { readonly kind: 'consistency'; readonly size1: number; readonly size2: number; readonly proof: string[] };

testEvals<GeneratedRow>('generated_300_leaves.jsonl', 'roots and proofs over 300 generated leaves', async (rows) => {
  const leaves = Array.from({ length: 300 }, (_, i) => leafHash(Buffer.from(`entry-${String(i).padStart(4, '0')}`)));
  expect(rows.length).toBeGreaterThan(100);
  for (const row of rows) {
    if (row.kind === 'root') expect(hex(rangeOf(leaves.slice(0, row.size)).root())).toBe(row.root);
    if (row.kind === 'inclusion') {
      expect((await proveInclusion(sourceOf(leaves), row.index, row.size)).map(hex)).toEqual(row.proof);
    }
    if (row.kind === 'consistency') {
      expect((await proveConsistency(sourceOf(leaves), row.size1, row.size2)).map(hex)).toEqual(row.proof);
    }
  }
});

const flip = (hash: Hash, bit: number): Hash =>
  hash.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

verifies(['L2'], 'every inclusion proof verifies and every changed one fails', async () => {
  const sizes = fc.integer({ min: 1, max: 300 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), fc.nat(255), async (size, pick, where, bit) => {
      const leaves = Array.from({ length: size }, (_, i) => leafHash(Buffer.from([i & 255, i >> 8])));
      const index = pick % size;
      const leaf = leaves[index] ?? EMPTY_ROOT;
      const root = rangeOf(leaves).root();
      expect(hex(await treeRoot(sourceOf(leaves), size))).toBe(hex(root));
      const proof = await proveInclusion(sourceOf(leaves), index, size);
      expect(verifyInclusion(index, size, leaf, proof, root)).toBe(true);
      expect(verifyInclusion(index, size, flip(leaf, bit), proof, root)).toBe(false);
      expect(verifyInclusion(index, size, leaf, proof, flip(root, bit))).toBe(false);
      expect(verifyInclusion(index, size, leaf, [...proof, root], root)).toBe(false);
      // Another index may share the path only where no such leaf exists.
      if (size > 1) expect(verifyInclusion((index + 1) % size, size, leaf, proof, root)).toBe(false);
      if (proof.length > 0) {
        const changed = proof.map((hash, i) => (i === where % proof.length ? flip(hash, bit) : hash));
        expect(verifyInclusion(index, size, leaf, changed, root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, proof.slice(1), root)).toBe(false);
      }
    }),
    { numRuns: 60 },
  );
});

verifies(['L2'], 'every consistency proof verifies and every changed one fails', async () => {
  const sizes = fc.integer({ min: 1, max: 300 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), fc.nat(255), async (size2, pick, where, bit) => {
      const leaves = Array.from({ length: size2 }, (_, i) => leafHash(Buffer.from([i & 255, i >> 8])));
      const size1 = 1 + (pick % size2);
      const root1 = rangeOf(leaves.slice(0, size1)).root();
      const root2 = rangeOf(leaves).root();
      const proof = await proveConsistency(sourceOf(leaves), size1, size2);
      expect(verifyConsistency(size1, size2, root1, root2, proof)).toBe(true);
      expect(verifyConsistency(size1, size2, flip(root1, bit), root2, proof)).toBe(false);
      expect(verifyConsistency(size1, size2, root1, flip(root2, bit), proof)).toBe(false);
      expect(verifyConsistency(size1, size2, root1, root2, [...proof, root1])).toBe(false);
      if (proof.length > 0) {
        const changed = proof.map((hash, i) => (i === where % proof.length ? flip(hash, bit) : hash));
        expect(verifyConsistency(size1, size2, root1, root2, changed)).toBe(false);
        expect(verifyConsistency(size1, size2, root1, root2, proof.slice(1))).toBe(false);
      }
    }),
    { numRuns: 60 },
  );
});

test('a hash that is kept keeps nothing else in memory, and stays as it is', () => {
  const entry = Buffer.from('an entry');
  const [leaf, node] = [leafHash(entry), nodeHash(leafHash(entry), EMPTY_ROOT)];
  const before = [hex(leaf), hex(node)];
  leafHash(Buffer.from('another'));
  expect([hex(leaf), hex(node)]).toEqual(before);
  expect([leaf.buffer.byteLength, node.buffer.byteLength]).toEqual([32, 32]);
});

test('nothing but sizes and hashes is a proof', () => {
  const leaf = leafHash(Buffer.from('a'));
  expect(verifyInclusion(0, 1, leaf, [], leaf)).toBe(true);
  for (const index of [-1, 0.5, Number.NaN, 1, 2 ** 53]) expect(verifyInclusion(index, 1, leaf, [], leaf)).toBe(false);
  expect(verifyInclusion(0, 1, leaf.subarray(1), [], leaf.subarray(1))).toBe(false);
  expect(verifyConsistency(2, 1, leaf, leaf, [])).toBe(false);
});
