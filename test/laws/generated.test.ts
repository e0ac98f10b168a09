// What is generated and committed is what the generator writes now.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CONNECTORS } from '@castellan/agents';
import { expect, test } from 'vitest';
import { GENERATED_PAGES } from '../../tools/docs/pages.ts';
import { referenceFiles } from '../../tools/lib/schema-docs.ts';
import { WAYS_PAST } from '../../tools/lib/ways-past.ts';
import { filesBelow, ROOT, readRoot } from './lib/source.ts';

const files = referenceFiles();

/** Compares as data, so that a formatter may have its way with the file. */
const read = (path: string): unknown => {
  if (!existsSync(join(ROOT, path))) return 'missing: run `npm run generate`';
  return path.endsWith('.json') ? JSON.parse(readRoot(path)) : readRoot(path);
};

test('there is something to generate', () => expect(files.size).toBeGreaterThan(10));

test.for([...files])('%s is fresh (else: npm run generate)', ([path, content]) =>
  expect(read(path)).toEqual(path.endsWith('.json') ? JSON.parse(content) : content),
);

test.for([...GENERATED_PAGES])('%s says what the product says now (else: npm run generate)', ([path, page]) =>
  expect(read(path)).toBe(page()),
);

test('the page of ways past has a part for each connector', () => {
  expect(readRoot(WAYS_PAST).match(/^## /gm)?.length).toBe(CONNECTORS.length);
});

test('no schema is left of a noun that is gone', () =>
  expect(filesBelow('docs/reference/schemas', /./).filter((path) => !files.has(path))).toEqual([]));

test('every route is in the page with its permission', () => {
  const page = files.get('docs/reference/api.md') ?? '';
  expect(page).toContain('| POST | `/v1/calls` | `calls:check` |');
  expect(page).not.toContain('`inline`');
});

test('schemas close their objects, so that a typo is a fault', () => {
  const config = JSON.parse(files.get('docs/reference/schemas/config.json') ?? '{}') as Record<string, unknown>;
  expect(config).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    additionalProperties: false,
  });
});
