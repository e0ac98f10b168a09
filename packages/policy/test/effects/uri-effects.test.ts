// The address of a resource, written by somebody who wants a server to read keys that no rule sees.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type Call, declaredEffectSchema, type Effect, type JsonValue } from '@castellan/contract';
import { createFacts } from '@castellan/facts';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { analyseEffects } from '../../src/effects/analyse-effects.ts';

const root = realpathSync(mkdtempSync(`${tmpdir()}/castellan-uris-`));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const home = `${root}/home`;
const workspace = `${home}/project`;
mkdirSync(`${workspace}/a?`, { recursive: true });
mkdirSync(`${home}/.ssh`);
mkdirSync(`${home}/.castellan`);
writeFileSync(`${home}/.ssh/id_rsa`, 'k');
const facts = createFacts({ home, stateFolder: `${home}/.castellan`, tempFolders: [] });

function read(value: JsonValue): readonly Effect[] {
  const call: Call = {
    id: 'call_000001',
    agent: 'agent_000001',
    task: 'task_000001',
    session: 'session_000001',
    module: 'm',
    tool: 'mcp:read-resource',
    arguments: { uri: value },
    cwd: workspace,
    workspace,
    origin: 'mcp',
    at: 0,
  };
  return analyseEffects(call, [declaredEffectSchema.parse({ kind: 'read', from: 'uri', as: 'uri' })], facts);
}
const lines = (value: JsonValue): readonly string[] =>
  read(value).map(
    ({ kind, target, place, certainty }) => `${kind} ${target.replace(root, 'ROOT')} ${place} ${certainty}`,
  );

verifies(['P1', 'M1'], 'an address is a file, another machine, or a name of its server', () => {
  expect(lines(`file://${workspace}/a.md`)).toEqual(['read ROOT/home/project/a.md workspace certain']);
  expect(lines('https://docs.example/a')).toEqual(['connect docs.example:443 public certain']);
  expect(lines('http://169.254.169.254/latest')).toEqual(['connect 169.254.169.254:80 metadata certain']);
  expect(lines('note://one')).toEqual(['read note://one none certain']);
  expect(lines('postgres://db/table/schema')).toEqual(['read postgres://db/table/schema none certain']);
  expect(lines('file://other-machine/a')).toEqual(['read file://other-machine/a none unknown']);
  expect(lines('')).toEqual([]);
});

const KEYS = `${home}/.ssh/id_rsa`;
verifies(['P11', 'M1'], 'however the address of a key is written, it is a key', () => {
  for (const uri of [
    `file://${KEYS}`,
    `FILE://${KEYS}`,
    `  file://localhost${KEYS}`,
    `fi\nle://${KEYS}`,
    `file:${KEYS}`,
    `file://${KEYS.replace('.ssh', '%2essh')}`,
    `file://${KEYS.replace('.ssh', '%252essh')}`,
    `file://${workspace}/../.ssh/id_rsa`,
    `file://${workspace}/%2e%2e/.ssh/id_rsa`,
    `file://${workspace}/..%2f.ssh/id_rsa`,
    `file://${workspace}/a?/../../.ssh/id_rsa`,
    `repo://${KEYS}`,
    `repo:${KEYS}`,
    `repo:/${KEYS}`,
    'repo://../.ssh/id_rsa',
    'repo://~/.ssh/id_rsa',
    `repo://${KEYS.slice(1)}`,
    KEYS,
    '~/.ssh/id_rsa',
  ]) {
    const found = read(uri);
    expect(
      found.some(({ kind, resource }) => kind === 'read' && resource === 'credentials'),
      uri,
    ).toBe(true);
  }
  for (const uri of [`file://${home}/.castellan/token`, `notes://${home}/.castellan/token`])
    expect(
      read(uri).map(({ kind }) => kind),
      uri,
    ).toContain('change-safety');
});

verifies(['P11', 'M1'], 'every text of an object is looked at, and where there are too many that is told', () => {
  expect(lines({ name: 'path', value: '' })).toEqual(['read path none certain']);
  expect(read({ name: 'path', value: KEYS }).some(({ resource }) => resource === 'credentials')).toBe(true);
  expect(read({ a: [{ b: `file://${KEYS}` }] }).some(({ resource }) => resource === 'credentials')).toBe(true);
  expect(read(Array.from({ length: 300 }, (_, at) => `n${at}`)).some(({ certainty }) => certainty === 'unknown')).toBe(
    true,
  );
});

test('whatever an address is, something is said of it, and no file is read for certain where it cannot be told', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.string({ minLength: 1 }),
        fc.string().map((rest) => `file:${rest}`),
      ),
      (uri) => {
        const found = read(uri);
        expect(found.length).toBeGreaterThan(0);
        for (const { kind } of found) expect(['read', 'connect', 'change-safety']).toContain(kind);
      },
    ),
  );
});
