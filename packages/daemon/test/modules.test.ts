// Plans end, belong to who made them and are few; a revised manifest is never milder; names lead to one module.
import type { Definition, KeptSecret, Manifest, McpStart, ModulePlan, SecretUse } from '@castellan/contract';
import { canonicalJson } from '@castellan/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../src/digest.ts';
import { isOfServer, nameFor } from '../src/modules/names.ts';
import { lintsOf, secretFault } from '../src/modules/planning.ts';
import { Plans } from '../src/modules/plans.ts';
import { revised } from '../src/modules/revise.ts';
import { whyNotAllowed } from '../src/vault/allowed.ts';
import { manualClock } from './fixtures.ts';

const START: McpStart = {
  kind: 'mcp',
  command: '/usr/bin/node',
  args: [],
  env: {},
  pass: [],
  timeoutSeconds: 60,
  concurrency: 16,
};
const manifestWith = (tools: Partial<Manifest['tools']>): Manifest => ({
  schema: 'castellan/module/v1',
  name: 'notes',
  version: '1.0.0',
  title: 'Notes',
  aliases: [],
  start: START,
  tools: { safe: [], critical: [], byEffects: [], ...tools },
});
const tool = (name: string): Definition => {
  const definition = { name, inputSchema: { type: 'object' } };
  return { kind: 'tool', name, digest: sha256(canonicalJson(definition)), definition };
};
const planOf = (id: string): ModulePlan => ({
  ...{ id, manifest: manifestWith({}), sortedBy: null, byFileName: null, steps: [], lock: null },
  ...{ findings: [], differences: [], lints: [], needsSignIn: false, sandbox: null },
});
const kept = (id: string) => ({ kind: 'new', plan: planOf(id), seen: null, sorted: null, title: 'Notes' }) as const;

describe('plans', () => {
  test('one is there for ten minutes, for whoever made it', () => {
    const clock = manualClock();
    const plans = new Plans(clock);
    plans.keep(kept('plan_a'), 'person:mia');
    expect(plans.get('plan_a', 'person:mia').ok).toBe(true);
    expect(plans.get('plan_a', 'person:max').ok, "somebody else's").toBe(false);
    clock.advance(599_999);
    expect(plans.get('plan_a', 'person:mia').ok).toBe(true);
    clock.advance(1);
    expect(plans.get('plan_a', 'person:mia').ok).toBe(false);
  });

  test('the oldest goes where there are many', () => {
    const plans = new Plans(manualClock());
    for (let n = 0; n < 40; n += 1) plans.keep(kept(`plan_${n}`), 'person:mia');
    const there = Array.from({ length: 40 }, (_, n) => plans.get(`plan_${n}`, 'person:mia').ok);
    expect(there.filter(Boolean)).toHaveLength(16);
    expect(there.at(-1)).toBe(true);
  });
});

const NAMES = ['read', 'write', 'list', 'wipe', 'send'];
const someNames = fc.uniqueArray(fc.constantFrom(...NAMES));

test('a revised manifest sorts nothing more mildly than before, and names what is there', () => {
  fc.assert(
    fc.property(someNames, someNames, someNames, (safe, before, after) => {
      const entry = (name: string) => ({ name, label: name, effects: [] });
      const critical = before.filter((name) => !safe.includes(name));
      const manifest = manifestWith({
        safe: safe.filter((name) => before.includes(name)).map(entry),
        critical: critical.map((name) => ({ ...entry(name), scope: 'per-call' as const })),
      });
      const revision = revised(manifest, START, before.map(tool), after.map(tool));
      const now = { ...manifest.tools, ...revision?.tools };
      const was = new Set(manifest.tools.safe.map(({ name }) => name));
      for (const { name } of now.safe) expect(was.has(name)).toBe(true);
      const listed = [...now.safe, ...now.critical, ...now.byEffects].map(({ name }) => name);
      expect(listed.toSorted()).toEqual(after.toSorted());
      expect(revision === null).toBe(before.toSorted().join() === after.toSorted().join());
    }),
  );
});

test('no module has the name of a room that uses secrets, and one that took it gets none of them', () => {
  for (const name of ['backups', 'forward', 'notify', 'summary'] as const) {
    expect(nameFor(name, [], () => false)).toMatchObject({ ok: false, code: 'conflict' });
    const secret = { name: 'KEY', uses: [{ kind: 'module', name }] } as unknown as KeptSecret;
    const asked = (kind: 'own' | 'module') =>
      whyNotAllowed(secret, { name: 'KEY', by: { kind, name }, host: null }, () => null);
    expect(asked('own')).toBeNull();
    expect(asked('module')?.message).toContain('may not be used for what is no module');
    // Nor on its behalf.
    const behalf = { name: 'KEY', by: { kind: 'script', name: 'x' }, module: name, host: null } as const;
    expect(whyNotAllowed(secret, behalf, () => null)).not.toBeNull();
  }
});

test('a shipped manifest is of a package, not of whatever calls itself so', () => {
  const shipped = manifestWith({});
  const npx: Manifest = { ...shipped, start: { ...START, command: 'npx', args: ['-y', '@x/notes'] } };
  const pinned = { ecosystem: 'npm', name: '@x/notes', version: '1.0.0', integrity: 'sha512-x' } as const;
  expect(isOfServer(npx, { ...START, package: pinned })).toBe('package');
  expect(isOfServer(npx, { ...START, package: { ...pinned, name: '@x/note' } })).toBe(null);
  expect(isOfServer(npx, { ...START, package: { ...pinned, ecosystem: 'pypi' } })).toBe(null);
  expect(isOfServer(npx, { ...START, command: '/tmp/npx' }), 'a program of that name').toBe(null);
  const program: Manifest = { ...shipped, start: { ...START, command: 'notes-server' } };
  expect(isOfServer(program, { ...START, command: '/usr/bin/notes-server' })).toBe('file-name');
});

const HIDE = (text: string): string => text.replaceAll('hunter2-hunter2', '[REDACTED]');
const PLACE = ['$', '{secret:notes}'].join('');
test.each<[Readonly<Record<string, string>>, boolean]>([
  [{ NOTES: 'hunter2-hunter2' }, true],
  [{ NOTES_TOKEN: 'x' }, true],
  [{ notes_api_key: 'x' }, true],
  [{ NOTES_TOKEN: PLACE }, false],
  [{ NOTES_TOKEN: '' }, false],
  [{ MAX_TOKENS: '100' }, false],
  [{ KEY_FILE: '/home/me/key' }, false],
  [{ LANG: 'C' }, false],
])('%j is refused: %s', (env, refused) => {
  const found = secretFault('notes', { ...START, env }, HIDE);
  expect(found !== null).toBe(refused);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

const far = (url: string, headers = {}): McpStart => ({
  ...{ kind: 'mcp-http', url, headers, oauth: 'auto', scopes: [] },
  ...{ timeoutSeconds: 60, concurrency: 16 },
});
test.each<[string, boolean]>([
  ['http://192.0.2.2:9/mcp', true],
  ['http://wiki.example.org/mcp', true],
  ['http://localhost.example.org/mcp', true],
  ['https://wiki.example.org/mcp', false],
  ['http://127.0.0.1:9/mcp', false],
  ['http://localhost:9/mcp', false],
])('%s is a way on which others read: %s', (url, open) => {
  const refused = secretFault('notes', far(url, { 'X-Key': `key ${PLACE}` }), HIDE);
  expect(refused !== null).toBe(open);
  if (open) expect(refused?.message).toMatch(/`X-Key` has a secret, and .* is not reached by https/);
  const lints = lintsOf({ ...manifestWith({}), start: far(url) }, []);
  expect(lints.some((line) => /others on the way can read/.test(line))).toBe(open);
});

test.each<[readonly SecretUse[], boolean]>([
  [[{ kind: 'module', name: 'notes' }], true],
  [[{ kind: 'module', name: 'others' }], false],
  [[{ kind: 'host', name: 'example.org' }], false],
  [[], false],
])('a secret goes to a program only where a use names its module: %j', (uses, allowed) => {
  const secret = { name: 'KEY', uses } as unknown as KeptSecret;
  const why = whyNotAllowed(secret, { name: 'KEY', by: { kind: 'module', name: 'notes' }, host: null }, () => null);
  expect(why === null).toBe(allowed);
  if (!allowed) expect(why?.hint).toMatch(/--use module:/);
});
