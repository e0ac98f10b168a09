// The language against the test suites of three implementations. The chunks are data of others and lie beside the repository.
import { describe, expect, it } from 'vitest';
import { type Chunk, readChunks } from './support/chunks.ts';
import { EXCLUSIONS } from './support/exclusions.ts';
import { faultOf } from './support/verdict.ts';

const chunks = readChunks();

const counts: Readonly<Record<Chunk['impl'], number>> = {
  'bazel-starlark': 430,
  'starlark-go': 189,
  'starlark-rust': 75,
};

describe.skipIf(chunks === undefined)('conformance', () => {
  const excluded = new Map(EXCLUSIONS.map((exclusion) => [exclusion.id, exclusion]));

  for (const [impl, count] of Object.entries(counts)) {
    const all = (chunks ?? []).filter((chunk) => chunk.impl === impl);

    it(`has all ${count} chunks of ${impl}`, () => {
      expect(all.length).toBe(count);
    });

    it(`agrees with ${impl} but for what is excluded`, () => {
      const faults = all
        .filter((chunk) => !excluded.has(chunk.id))
        .map((chunk) => ({ id: chunk.id, fault: faultOf(chunk) }))
        .filter(({ fault }) => fault !== undefined);
      expect(faults).toEqual([]);
    });
  }

  it('excludes nothing of bazelbuild', () => {
    expect(EXCLUSIONS.filter(({ id }) => id.startsWith('bazel-starlark'))).toEqual([]);
  });

  it.each(EXCLUSIONS)('still differs exactly so: $id', ({ id, fault }) => {
    const chunk = chunks?.find((one) => one.id === id);
    expect(chunk === undefined ? undefined : faultOf(chunk)).toBe(fault);
  });
});
