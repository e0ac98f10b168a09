// From a tool's declaration and a call's arguments to effects with real targets, links and spellings of hosts included.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Call, DeclaredEffect, Effect, Facts, JsonObject } from '@castellan/contract';
import { declaredEffectSchema } from '@castellan/contract';
import { createFacts } from '@castellan/facts';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { analyseEffects } from '../../src/effects/analyse-effects.ts';

const root = realpathSync(mkdtempSync(`${tmpdir()}/castellan-effects-`));
afterAll(() => rmSync(root, { recursive: true, force: true }));
mkdirSync(`${root}/home/project/src`, { recursive: true });
mkdirSync(`${root}/home/.config/castellan/daemon`, { recursive: true });
symlinkSync('../.config/castellan', `${root}/home/project/link`);
symlinkSync(`${root}/home/.config/castellan/config.yaml`, `${root}/home/project/dangling`);
const facts: Facts = createFacts({
  home: `${root}/home`,
  stateFolder: `${root}/home/.config/castellan`,
  tempFolders: [],
});
const workspace = `${root}/home/project`;

function effects(
  args: JsonObject,
  ...declared: readonly (Partial<DeclaredEffect> & Pick<DeclaredEffect, 'kind'>)[]
): readonly Effect[] {
  const call: Call = {
    id: 'call_000001',
    agent: 'agent_000001',
    task: 'task_000001',
    session: 'session_000001',
    module: 'm',
    tool: 't',
    arguments: args,
    cwd: workspace,
    workspace,
    origin: 'hook',
    at: 0,
  };
  return analyseEffects(
    call,
    declared.length === 0 ? null : declared.map((each) => declaredEffectSchema.parse(each)),
    facts,
  );
}
const lines = (found: readonly Effect[]): readonly string[] =>
  found.map(({ kind, target, place, certainty }) => `${kind} ${target.replace(root, 'ROOT')} ${place} ${certainty}`);
const path = (kind: Effect['kind']) => ({ kind, from: 'p', as: 'path' }) as const;

verifies(['P1'], 'a tool nobody classified is unknown as a whole', () => {
  expect(lines(effects({ p: 'x' }))).toEqual(['unknown t none unknown']);
});

verifies(['P11'], 'paths lead where they lead', () => {
  expect(lines(effects({ p: 'src/../a' }, path('read')))).toEqual(['read ROOT/home/project/a workspace certain']);
  expect(lines(effects({ p: ['a', '~/b'] }, path('write')))).toEqual([
    'write ROOT/home/project/a workspace certain',
    'write ROOT/home/b home certain',
  ]);
  expect(lines(effects({ p: '/dev/sda' }, path('write')))).toEqual(['write /dev/sda device certain']);
  expect(lines(effects({ p: '/proc/self/environ' }, path('read')))).toEqual(['read /proc/self/environ device certain']);
});

verifies(['G-C04', 'P11'], 'through a link into the state folder, or to a file there that does not exist yet', () => {
  for (const p of [
    'link/config.yaml',
    'dangling',
    `file://${root}/home/.config/castellan/x`,
    '~/.config/castellan/x',
    'link',
  ])
    expect([p, effects({ p }, path('write')).map(({ kind, certainty }) => `${kind} ${certainty}`)]).toEqual([
      p,
      ['write certain', 'change-safety certain'],
    ]);
  expect(lines(effects({ p: 'link/daemon/state.json' }, path('read')))).toEqual([
    'read ROOT/home/.config/castellan/daemon/state.json castellan certain',
    'change-safety ROOT/home/.config/castellan/daemon/state.json castellan possible',
  ]);
  expect(lines(effects({ p: '~' }, path('delete')))).toContain(
    'change-safety ROOT/home/.config/castellan castellan possible',
  );
  expect(lines(effects({ p: '~' }, path('read')))).toContain('read ROOT/home/.config/castellan castellan possible');
});

verifies(['G-C04'], 'an agent’s settings may be read and not written', () => {
  expect(lines(effects({ p: '.claude/settings.json' }, path('write')))).toContain(
    'change-safety ROOT/home/project/.claude/settings.json agent-config certain',
  );
  expect(lines(effects({ p: '.claude/settings.json' }, path('read')))).toEqual([
    'read ROOT/home/project/.claude/settings.json agent-config certain',
  ]);
});

verifies(['G-C04'], 'any argument of any tool that leads into the state folder is seen', () => {
  expect(lines(effects({ anything: './link/x' }))).toContain(
    'change-safety ROOT/home/.config/castellan/x castellan possible',
  );
  expect(lines(effects({ list: ['a', ' ~/.config/castellan'] }, { kind: 'read' }))).toContain(
    'change-safety ROOT/home/.config/castellan castellan possible',
  );
  expect(lines(effects({ text: 'link' }, { kind: 'read' }))).toEqual(['read t none certain']);
});

verifies(['G-C04'], 'where a limit stops the looking, it counts as reaching Castellan', () => {
  const safety = (found: readonly Effect[]): readonly string[] =>
    found.filter(({ kind }) => kind === 'change-safety').map(({ certainty, note }) => `${certainty} ${note}`);
  const many = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `a${at}`);
  const reach = expect.arrayContaining([expect.stringMatching(/^possible .*(?:lead|whole|own folder)/)]);
  expect(safety(effects({ p: [...many(1500), '~/.config/castellan/x'] }, path('write')))).toEqual(reach);
  expect(safety(effects({ a: [...many(6000), '~/.config/castellan/x'] }))).toEqual(reach);
  expect(safety(effects({ a: { b: [{ c: '~/.config/castellan/x' }] } }))).toEqual(reach);
  expect(safety(effects({ a: { '~/.config/castellan/x': 1 } }))).toEqual(reach);
  expect(safety(effects({ command: `foo ${many(1500).join(' ')} ~/.config/castellan/x` }, SHELL))).toEqual(reach);
  expect(safety(effects({ command: `cat ${many(2500).join(' ')} ~/.config/castellan/x` }, SHELL))).toEqual(reach);
  let deep: JsonObject = { c: '~/.config/castellan/x' };
  for (let level = 0; level < 100; level += 1) deep = { a: deep };
  expect(safety(effects(deep))).toEqual(reach);
  expect(safety(effects({ a: many(400), b: { c: many(100) } }))).toEqual([]);
  expect(safety(effects({ text: ['../other', { b: './src' }] }))).toEqual([]);
});
const SHELL = { kind: 'execute', from: 'command', as: 'shell' } as const;

verifies(['G-C04'], 'a pattern, and a search of a folder above, that may reach Castellan’s own folder', () => {
  const safe = (found: readonly Effect[]): boolean => !found.some(({ kind }) => kind === 'change-safety');
  const glob = [
    { ...path('read'), from: 'path', optional: true },
    { ...path('read'), from: 'pattern' },
  ];
  for (const pattern of [
    '~/.config/cast*/daemon/*',
    '../.config/*/x',
    '~/**/state.json',
    '../.{config,x}/castellan/*',
    '../[.]config/castellan/x',
    '../.confi?/castellan',
    '~/**',
  ])
    expect([pattern, safe(effects({ pattern }, ...glob))]).toEqual([pattern, false]);
  for (const pattern of ['**/*.ts', '*', 'app/[id]/page.tsx', '~/notes/**', '~/*.md', '~/**/*.ts', '../*/src/*.ts'])
    expect([pattern, safe(effects({ pattern }, ...glob))]).toEqual([pattern, true]);
  expect(safe(effects({ pattern: 'state.json', path: '~/.config/..' }, ...glob))).toBe(true);
  expect(safe(effects({ pattern: '**/state.json', path: '~' }, ...glob))).toBe(false);
  const grep = { ...path('read'), from: 'path', optional: true };
  expect(safe(effects({ pattern: 'castellan_d_', path: '~' }, grep))).toBe(false);
  expect(safe(effects({ pattern: 'x', path: '~', glob: '*.ts' }, grep))).toBe(true);
  expect(safe(effects({ pattern: 'x', path: '~', glob: '*.{json,ts}' }, grep))).toBe(false);
  expect(safe(effects({ pattern: 'x' }, grep))).toBe(true);
  expect(safe(effects({ path: '~' }, grep))).toBe(true);
});

test('what is missing or of another type is unknown; what may be missing is the working folder or nothing', () => {
  expect(lines(effects({}, path('read')))).toEqual(['unknown p none unknown']);
  expect(lines(effects({ p: null }, path('read')))).toEqual(['unknown p none unknown']);
  expect(lines(effects({ p: { a: 1 } }, path('read')))).toEqual(['unknown p none unknown']);
  expect(lines(effects({ p: ['a', 1] }, path('read')))).toEqual([
    'read ROOT/home/project/a workspace certain',
    'unknown p none unknown',
  ]);
  expect(lines(effects({}, { ...path('read'), optional: true }))).toEqual(['read ROOT/home/project workspace certain']);
  expect(lines(effects({}, { kind: 'connect', from: 'p', as: 'url', optional: true }))).toEqual([]);
  expect(lines(effects({ p: [] }, path('read')))).toEqual(['unknown p none unknown']);
  expect(lines(effects({ constructor: 'x' }, { kind: 'read', from: 'toString', as: 'path' }))).toEqual([
    'unknown toString none unknown',
  ]);
  expect(lines(effects({ p: 'a\0b' }, path('write')))).toEqual(['write ab elsewhere possible']);
});

verifies(['P11'], 'every spelling of a host is the host', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['https://Example.COM/x', 'example.com:443 public certain'],
    ['http://example.com.:8080', 'example.com:8080 public certain'],
    ['https://bücher.example', 'xn--bcher-kva.example:443 public certain'],
    ['https://xn--bcher-kva.example', 'xn--bcher-kva.example:443 public certain'],
    ['http://0x7f.1/', '127.0.0.1:80 loopback certain'],
    ['http://2130706433', '127.0.0.1:80 loopback certain'],
    ['http://0177.0.0.1', '127.0.0.1:80 loopback certain'],
    ['http://127.1', '127.0.0.1:80 loopback certain'],
    ['http://0', '0.0.0.0:80 loopback certain'],
    ['http://[::1]:9999/', '[::1]:9999 loopback certain'],
    ['http://[::ffff:7f00:1]', '127.0.0.1:80 loopback certain'],
    ['http://[::ffff:169.254.169.254]', '169.254.169.254:80 metadata certain'],
    ['http://[64:ff9b::a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]:80 metadata certain'],
    ['http://①②⑦.0.0.1', '127.0.0.1:80 loopback certain'],
    ['http://169.254.169.254/latest', '169.254.169.254:80 metadata certain'],
    ['http://0xa9fea9fe', '169.254.169.254:80 metadata certain'],
    ['http://[fd00:ec2::254]', '[fd00:ec2::254]:80 metadata certain'],
    ['http://metadata.google.internal', 'metadata.google.internal:80 metadata certain'],
    ['http://METADATA.google.internal./', 'metadata.google.internal:80 metadata certain'],
    ['http://10.1.2.3', '10.1.2.3:80 private certain'],
    ['http://172.31.0.1', '172.31.0.1:80 private certain'],
    ['http://172.32.0.1', '172.32.0.1:80 public certain'],
    ['http://[fe80::1]', '[fe80::1]:80 private certain'],
    ['http://localhost:3000', 'localhost:3000 loopback certain'],
    ['http://a.localhost', 'a.localhost:80 loopback certain'],
    ['http://printer.local', 'printer.local:80 unresolved certain'],
    ['http://intranet', 'intranet:80 unresolved certain'],
    ['https://good.example@evil.example/', 'evil.example:443 public certain'],
    ['https://evil.example\\@good.example/', 'evil.example:443 public certain'],
    ['https:evil.example', 'evil.example:443 public certain'],
    ['ht\ntps://evil.example', 'evil.example:443 public certain'],
    ['example.com', 'example.com unresolved unknown'],
    ['http://', 'http:// unresolved unknown'],
    ['javascript:alert(1)', 'javascript:alert(1) unresolved unknown'],
  ];
  for (const [url, expected] of rows)
    expect([url, lines(effects({ u: url }, { kind: 'connect', from: 'u', as: 'url' }))]).toEqual([
      url,
      [`connect ${expected}`],
    ]);
  expect(lines(effects({ u: 'file:///etc/passwd' }, { kind: 'connect', from: 'u', as: 'url' }))).toEqual([
    'read /etc/passwd system certain',
  ]);
  expect(effects({ u: 'https://a@evil.example' }, { kind: 'connect', from: 'u', as: 'url' })[0]?.note).toMatch(
    /user name/,
  );
});

test('hosts without a scheme', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['Example.com', 'example.com public certain'],
    ['example.com:22', 'example.com:22 public certain'],
    ['::1', '[::1] loopback certain'],
    ['[::1]:80', '[::1]:80 loopback certain'],
    ['127.1:80', '127.0.0.1:80 loopback certain'],
    ['a@b.example', 'a@b.example unresolved unknown'],
    ['a b', 'a b unresolved unknown'],
    ['a/b', 'a/b unresolved unknown'],
  ];
  for (const [host, expected] of rows)
    expect([host, lines(effects({ h: host }, { kind: 'connect', from: 'h', as: 'host' }))]).toEqual([
      host,
      [`connect ${expected}`],
    ]);
});

verifies(['P11'], 'recipients are compared as one address each', () => {
  const to = (text: string): readonly string[] =>
    lines(effects({ to: text }, { kind: 'send', from: 'to', as: 'recipient' }));
  expect(to(' Ann@Example.com ')).toEqual(['send ann@example.com none certain']);
  expect(to('a@x.example, B@x.example;c@x.example')).toEqual([
    'send a@x.example none certain',
    'send b@x.example none certain',
    'send c@x.example none certain',
  ]);
  expect(to('"Doe, Ann" <ann@x.example>, mailto:b@x.example')).toEqual([
    'send ann@x.example none certain',
    'send b@x.example none certain',
  ]);
  expect(to('boss@x.example <evil@y.example>')).toEqual(['send evil@y.example none unknown']);
  expect(to('a@x.example b@y.example')).toEqual(['send a@x.example b@y.example none unknown']);
  expect(to('"a, evil@y.example')).toEqual(['send "a none unknown', 'send evil@y.example none certain']);
  expect(to(' , ')).toEqual(['send , none unknown']);
});

test('a shell argument becomes what its command does; spans lead into it', () => {
  const found = effects({ command: 'cat link/x' }, { kind: 'execute', from: 'command', as: 'shell' });
  expect(lines(found)).toContain('read ROOT/home/.config/castellan/x castellan certain');
  expect(found.some((effect) => effect.kind === 'change-safety')).toBe(true);
});

test('fixed targets and plain text', () => {
  expect(lines(effects({}, { kind: 'spend', target: 'account' }, { kind: 'send', from: 'n', optional: true }))).toEqual(
    ['spend account none certain'],
  );
  expect(lines(effects({ n: 12 }, { kind: 'spend', from: 'n' }))).toEqual(['spend 12 none certain']);
});

test('never throws and every declared required effect leaves something', () => {
  const as = fc.constantFrom('path', 'url', 'host', 'recipient', 'text', 'shell');
  fc.assert(
    fc.property(
      as,
      fc.oneof(
        fc.json().map((text) => JSON.parse(text)),
        fc.string({ unit: 'binary' }),
      ),
      (kind, value) => {
        const found = effects({ p: value }, { kind: 'read', from: 'p', as: kind as DeclaredEffect['as'] });
        expect(found.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 1000 },
  );
});
