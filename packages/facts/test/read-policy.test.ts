// The policy folder: every fault of every file at once, with its line, and nothing that is dropped in silence.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type Config, DEFAULT_CONFIG, type Parsed, type PolicySource } from '@castellan/contract';
import { formatYaml, MAX_FILE_BYTES, readPolicy, writeFileAtomic } from '@castellan/facts';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { makeFolder, type Tree } from './support/folder.ts';

const manifest = (name: string, title = name): string =>
  formatYaml({
    schema: 'castellan/module/v1',
    name,
    version: '1',
    title,
    start: { kind: 'script' },
    tools: { safe: [{ name: 'look', label: 'Look' }] },
  });
const rules = (...ids: readonly string[]): string =>
  formatYaml({
    schema: 'castellan/rules/v1',
    rules: ids.map((id) => ({ id, tier: 'strict', title: id, reason: 'r', remedy: 'r' })),
  });

const SHIPPED: Tree = {
  'shipped/modules/claude.yaml': manifest('claude'),
  'shipped/rules/base.yaml': rules('C01', 'C02'),
};

function read(tree: Tree): { readonly policy: Parsed<PolicySource>; readonly root: string } {
  const root = makeFolder({ user: null, ...SHIPPED, ...tree });
  return { root, policy: readPolicy({ folder: `${root}/user`, shippedFolder: `${root}/shipped` }) };
}
function faultsOf(tree: Tree): readonly string[] {
  const { policy } = read(tree);
  return policy.ok ? [] : policy.faults.map((fault) => `${fault.path}: ${fault.message}`);
}
function policyOf(tree: Tree): PolicySource {
  const { policy } = read(tree);
  if (!policy.ok) throw new Error(JSON.stringify(policy.faults));
  return policy.value;
}

test('an empty folder is the shipped policy', () => {
  const policy = policyOf({});
  expect(policy.config).toEqual(DEFAULT_CONFIG);
  expect(policy.manifests.map(({ source, shipped, manifest: { name } }) => [source, shipped, name])).toEqual([
    ['shipped/modules/claude.yaml', true, 'claude'],
  ]);
  expect(policy.rules.map(({ source, rule }) => [source, rule.id])).toEqual([
    ['shipped/rules/base.yaml', 'C01'],
    ['shipped/rules/base.yaml', 'C02'],
  ]);
  expect(policy.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('what the gateway keeps beside manifests is no manifest; anything else that is none is told', () => {
  const beside = {
    'user/modules/mine.lock.json': '{}',
    'user/modules/mine.seen.json': '{}',
    'user/modules/packages/a/b': 'x',
  };
  expect(faultsOf(beside)).toEqual([]);
  expect(faultsOf({ 'user/rules/mine.lock.json': '{}' })).toHaveLength(1);
  expect(faultsOf({ 'user/modules/Mine.lock.json': '{}', 'user/modules/mine.json': '{}' })).toHaveLength(2);
});

verifies(['P1'], 'a user’s manifest replaces the shipped one of its name', () => {
  const policy = policyOf({
    'user/modules/mine.yml': manifest('claude', 'Mine'),
    'user/modules/other.yaml': manifest('other'),
  });
  expect(policy.manifests.map(({ source, manifest: { title } }) => [source, title])).toEqual([
    ['modules/mine.yml', 'Mine'],
    ['modules/other.yaml', 'other'],
  ]);
});

verifies(['P13', 'G-U'], 'every fault of every file is reported at once, with its line', () => {
  const faults = faultsOf({
    'user/config.yaml': 'schema: castellan/config/v1\npreset: chaos\nlisten:\n  port: 99999\nprset: full-auto\n',
    'user/rules/mine.yaml':
      'schema: castellan/rules/v1\nrules:\n  - id: U1\n    title: t\n    reason: r\n    remedy: r\n    tier: mild\n',
    'user/rules/broken.yaml': 'a: [1, 2\nb: 3\n',
    'user/modules/bad.yaml': 'schema: castellan/module/v1\nname: Bad Name\n',
  });
  expect(faults).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^config\.yaml:2 preset: /),
      expect.stringMatching(/^config\.yaml:4 listen\.port: /),
      'config.yaml:5 prset: unknown field `prset`',
      expect.stringMatching(/^rules\/mine\.yaml:7 rules\[0\]\.tier: /),
      expect.stringMatching(/^rules\/broken\.yaml:\d+: /),
      expect.stringMatching(/^modules\/bad\.yaml:2 name: /),
      expect.stringMatching(/^modules\/bad\.yaml:1 start: /),
    ]),
  );
});

verifies(['P13'], 'a file that would be dropped, or comes from elsewhere, is a fault', () => {
  const cases: readonly (readonly [Tree, RegExp])[] = [
    [{ 'user/rules/mine.yaml.bak': 'x' }, /^rules\/mine\.yaml\.bak: is not a `\.yaml` file/],
    [{ 'user/rules/mine': 'x' }, /is not a `\.yaml` file/],
    [{ 'user/rules/deeper/x.yaml': rules('U1') }, /^rules\/deeper: is not a `\.yaml` file/],
    [{ 'user/rules/deeper.yaml/x.yaml': rules('U1') }, /^rules\/deeper\.yaml: is not a regular file/],
    [{ 'user/config.yml': 'schema: castellan/config/v1' }, /^config\.yml: is not read/],
    [
      { 'user/rules/l.yaml': { link: 'ROOT/outside.yaml' }, 'outside.yaml': rules('U1') },
      /^rules\/l\.yaml: leads out of the policy folder/,
    ],
    [{ 'user/rules/l.yaml': { link: 'nowhere.yaml' } }, /^rules\/l\.yaml: cannot be read: `ENOENT`/],
    [
      { 'user/rules': { link: 'ROOT/outside' }, 'outside/x.yaml': rules('U1') },
      /^rules: leads out of the policy folder/,
    ],
    [{ 'user/config.yaml': { link: '/dev/zero' } }, /^config\.yaml: leads out/],
    [{ 'user/rules': 'a file' }, /^rules: cannot be read: `ENOTDIR`/],
    [{ 'user/config.yaml': '' }, /^config\.yaml:1: /],
    [{ 'user/config.yaml': `# ${'x'.repeat(MAX_FILE_BYTES)}` }, /^config\.yaml: is larger/],
  ];
  for (const [tree, expected] of cases) expect(faultsOf(tree)).toEqual([expect.stringMatching(expected)]);
});

test('files of editors and the system that begin with a dot are left alone; a link inside the folder is not', () => {
  expect(faultsOf({ 'user/rules/.mine.yaml.swp': 'x', 'user/modules/.DS_Store': 'x' })).toEqual([]);
  expect(
    policyOf({ 'user/rules/l.yaml': { link: '../shared.yaml' }, 'user/shared.yaml': rules('U1') }).rules.map(
      ({ rule }) => rule.id,
    ),
  ).toContain('U1');
});

test('text that is not UTF-8 is refused', () => {
  const root = makeFolder({ user: null, ...SHIPPED });
  mkdirSync(`${root}/user/rules`);
  writeFileSync(`${root}/user/rules/a.yaml`, Buffer.from([0x73, 0xff, 0xfe]));
  const policy = readPolicy({ folder: `${root}/user`, shippedFolder: `${root}/shipped` });
  expect(policy).toMatchObject({ ok: false, faults: [{ path: 'rules/a.yaml', message: 'is not UTF-8' }] });
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read is a fault, not an empty policy', () => {
  const { root } = read({ 'user/config.yaml': 'schema: castellan/config/v1' });
  chmodSync(`${root}/user/config.yaml`, 0);
  expect(readPolicy({ folder: `${root}/user`, shippedFolder: `${root}/shipped` }).ok).toBe(false);
});

verifies(['P13'], 'YAML is data: no tags, anchors, aliases, merges, bombs or keys twice', () => {
  const head = 'schema: castellan/config/v1\n';
  const bomb = `a: &a [x,x]\n${'bcdefgh'
    .split('')
    .map((name, index) => `${name}: &${name} [*${'abcdefg'[index]},*${'abcdefg'[index]}]`)
    .join('\n')}\n`;
  const cases: readonly (readonly [string, RegExp])[] = [
    [`${head}preset: autonomous\npreset: full-auto\n`, /^config\.yaml:3: .*unique/i],
    [`${head}preset: &x full-auto\n`, /^config\.yaml:2: anchors/],
    [`${head}preset: !!str full-auto\n`, /^config\.yaml:2: tag/],
    [`${head}preset: !secret x\n`, /^config\.yaml:2: /],
    [`${head}<<: {preset: full-auto}\n`, /^config\.yaml:2: merges/],
    [`${head}modules: {__proto__: {level: allow}}\n`, /__proto__/],
    [`${head}1: 2\n`, /^config\.yaml:2/],
    [`${head}? [a]\n: b\n`, /^config\.yaml:2/],
    [`${head}---\npreset: full-auto\n`, /^config\.yaml:/],
    [head + bomb, /anchors/],
    [`${head}deny: ${'['.repeat(20_000)}\n`, /^config\.yaml/],
  ];
  for (const [text, expected] of cases) {
    const faults = faultsOf({ 'user/config.yaml': text });
    expect([text.slice(0, 60), faults.length > 0]).toEqual([text.slice(0, 60), true]);
    expect(faults.join('\n')).toMatch(new RegExp(expected, `${expected.flags.replace('m', '')}m`));
  }
});

verifies(['G-U'], 'a name that is taken is a fault', () => {
  expect(faultsOf({ 'user/rules/a.yaml': rules('U1', 'U1') })).toEqual([
    expect.stringMatching(/^rules\/a\.yaml:8 rules\[1\]\.id: rule `U1` is defined/),
  ]);
  expect(faultsOf({ 'user/rules/a.yaml': rules('U1'), 'user/rules/b.yaml': rules('U1') })).toEqual([
    expect.stringMatching(/^rules\/b\.yaml:\d+ rules\[0\]\.id: rule `U1` is defined in `rules\/a\.yaml`/),
  ]);
  expect(faultsOf({ 'user/rules/a.yaml': rules('C01') })).toEqual([
    expect.stringMatching(/`C01` is defined in `shipped\/rules\/base\.yaml`/),
  ]);
  expect(faultsOf({ 'user/modules/a.yaml': manifest('m'), 'user/modules/b.yaml': manifest('m') })).toEqual([
    expect.stringMatching(/^modules\/b\.yaml:2 name: module `m`/),
  ]);
});

test('shipped defaults that are missing are a fault: without them there would be no guardrails', () => {
  const root = makeFolder({ user: null });
  const policy = readPolicy({ folder: `${root}/user`, shippedFolder: `${root}/shipped` });
  expect(policy.ok ? [] : policy.faults.map((fault) => fault.path)).toEqual(['shipped/modules', 'shipped/rules']);
});

test('the digest follows what the policy says, not how it is written', () => {
  const digest = (config: string): string => policyOf({ 'user/config.yaml': config }).digest;
  const plain = digest('schema: castellan/config/v1\npreset: supervised\n');
  expect(digest('# why\npreset: "supervised"\nschema: castellan/config/v1\n')).toBe(plain);
  expect(digest('schema: castellan/config/v1\npreset: full-auto\n')).not.toBe(plain);
  expect(policyOf({ 'user/rules/a.yaml': rules('U1') }).digest).not.toBe(
    policyOf({ 'user/rules/a.yaml': rules('U2') }).digest,
  );
});

test('what is written is read back', () => {
  const config: Config = { ...DEFAULT_CONFIG, preset: 'supervised', deny: ['bash/*', 'a/b'] };
  expect(policyOf({ 'user/config.yaml': formatYaml(config) }).config).toEqual(config);
});

test('a file is replaced in one step, with its mode, and nothing is left beside it', () => {
  const root = makeFolder({ 'a.yaml': 'old' });
  writeFileAtomic(`${root}/a.yaml`, 'new: ü\n', 0o600);
  expect(readFileSync(`${root}/a.yaml`, 'utf8')).toBe('new: ü\n');
  expect(statSync(`${root}/a.yaml`).mode & 0o777).toBe(0o600);
  expect(readdirSync(root)).toEqual(['a.yaml']);
  expect(() => writeFileAtomic(`${root}/missing/a.yaml`, 'x', 0o600)).toThrow();
  mkdirSync(`${root}/folder`);
  expect(() => writeFileAtomic(`${root}/folder`, 'x', 0o600)).toThrow();
  expect(readdirSync(root)).toEqual(['a.yaml', 'folder']);
  expect(existsSync(`${root}/folder`)).toBe(true);
});
