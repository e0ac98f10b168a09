// What a server was seen to offer is read back as it was written, or it is told as broken: never taken for nothing.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type Definition, type Difference } from '@castellan/contract';
import type { Seen } from '@castellan/gateway';
import { tempFolder } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../src/digest.ts';
import { LockFiles } from '../src/modules/lock-files.ts';

const definition = (name: string): Definition => {
  const said = { name, inputSchema: { type: 'object' } };
  return { kind: 'tool', name, digest: sha256(canonicalJson(said)), definition: said };
};
const unusable = (name: string): Difference => ({
  change: 'unusable',
  definition: 'tool',
  name,
  text: `\`${name}\` has a name no tool may have`,
  lines: [],
});
const key = sha256('a key');
const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 4 });
/** Every member that there is, so that one without a place in the file is noticed. */
const seen: fc.Arbitrary<Seen> = fc.record(
  {
    identity: fc.constantFrom<Seen['identity'][]>(
      { kind: 'process', command: '/usr/bin/node', digest: key },
      { kind: 'http', origin: 'https://example.org', key },
      { kind: 'http', origin: 'http://127.0.0.1:9', key: null },
    ),
    server: fc.record({ name: fc.string(), version: fc.string() }),
    protocol: fc.string(),
    instructions: fc.option(fc.string()),
    capabilities: fc.constantFrom<Seen['capabilities'][]>({}, { tools: { listChanged: true } }),
    definitions: names.map((all) => all.map(definition)),
    unusable: names.map((all) => all.map(unusable)),
  },
  { requiredKeys: ['identity', 'server', 'protocol', 'instructions', 'capabilities', 'definitions'] },
);

test('whatever was seen is there again after a restart', () => {
  const folder = tempFolder();
  fc.assert(
    fc.property(seen, fc.boolean(), (said, restless) => {
      new LockFiles(folder).writeSeen('notes', { at: 1_790_000_000_000, restless, seen: said });
      const kept = new LockFiles(folder).seen('notes');
      expect(kept).toMatchObject({ kind: 'kept', value: { at: 1_790_000_000_000, restless } });
      expect(kept.kind === 'kept' ? JSON.parse(JSON.stringify(kept.value.seen)) : null).toEqual(
        JSON.parse(JSON.stringify(said)),
      );
    }),
    { numRuns: 60 },
  );
});

test.each<[string, string]>([
  ['empty', ''],
  ['no JSON', '{'],
  ['of something else', '{}'],
  ['with a member nobody knows', '{"schema":"castellan/module-seen/v1","module":"notes","at":1,"seen":{},"more":1}'],
])('a file that is %s is broken, not none', (_, text) => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'notes.seen.json'), text, { mode: 0o600 });
  expect(new LockFiles(folder).seen('notes').kind).toBe('broken');
});

test('a file that others may write is broken, not none', () => {
  const folder = tempFolder();
  const files = new LockFiles(folder);
  const [one] = fc.sample(seen, { numRuns: 1, seed: 1 });
  if (one === undefined) throw new Error('nothing was made');
  files.writeSeen('notes', { at: 1, restless: false, seen: one });
  chmodSync(join(folder, 'notes.seen.json'), 0o666);
  expect(new LockFiles(folder).seen('notes').kind).toBe('broken');
});
