// The chunks of three implementations as far as nothing runs: which are no programs, with the words, the line and the place that
// the reference tells, counted in the file that the chunk is a part of.
import { expect, test } from 'vitest';
import type { StarlarkError } from '../src/errors.ts';
import { resolveFile } from '../src/resolve/resolve.ts';
import { STANDARD } from '../src/syntax/dialect.ts';
import { parseFile } from '../src/syntax/parse.ts';
import { type Chunk, readChunks } from './support/chunks.ts';

interface StaticChunk extends Chunk {
  readonly start_line: number;
  readonly expected_errors: readonly { readonly pattern: string; readonly line: number }[];
}

const chunks = readChunks() as readonly StaticChunk[] | undefined;

/** What is wrong before anything runs. Outside of the resolver's own chunks the host gives every name. */
function faultsOf({ impl, file, options, source, start_line }: StaticChunk): readonly StarlarkError[] {
  const has = (option: string): boolean => options.includes(option);
  // The chunks of a file were parted by lines of their own, so that the last has no line end.
  const text = '\n'.repeat(start_line - 1) + source.replace(/\n$/, '');
  const parsed = parseFile(`/suite/${file}`, text);
  if (!parsed.ok) return parsed.errors;
  if (file.startsWith('syntax/')) return [];
  const isOwn = file.startsWith('resolve/');
  const result = resolveFile(parsed.file, {
    dialect: {
      ...STANDARD,
      while: has('while'),
      topLevelControl: has('toplevelcontrol'),
      globalReassign: has('globalreassign') || impl === 'starlark-rust',
      loadBindsGlobally: has('loadbindsglobally'),
    },
    isPredeclared: (name) => !isOwn || name === 'M',
    isUniversal: (name) => name === 'U' || name === 'float',
  });
  return result.ok ? [] : result.errors;
}

const shown = ({ at, message }: StarlarkError): string => `${at?.line}: ${message}`;

test.skipIf(chunks === undefined)('each fault is one that the suite expects on that line', () => {
  const unexpected = (chunks ?? []).flatMap((chunk) =>
    faultsOf(chunk)
      .filter(
        ({ at, message }) =>
          !chunk.expected_errors.some(({ line, pattern }) => line === at?.line && new RegExp(pattern).test(message)),
      )
      .map((fault) => `${chunk.id} ${shown(fault)}`),
  );
  expect(unexpected).toEqual([]);
});

test.skipIf(chunks === undefined)('each fault of syntax and of names that the suite expects is told', () => {
  const own = (chunks ?? []).filter(({ file }) => /^(syntax|resolve)\//.test(file));
  const told = own.map((chunk) => ({ id: chunk.id, count: faultsOf(chunk).length }));
  expect(told).toEqual(own.map(({ id, expected_errors }) => ({ id, count: expected_errors.length })));
  expect(own.length).toBe(97);
});
