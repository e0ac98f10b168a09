// Parsers at the edge: every fault at once, each with its path; nothing unknown passes.
import {
  faultLine,
  PERMISSIONS,
  parseConfig,
  parseManifest,
  parseRuleFile,
  parseToolName,
  permits,
  ROUTES,
  strictest,
} from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';

const lines = (
  parsed: ReturnType<typeof parseConfig | typeof parseManifest | typeof parseRuleFile>,
): readonly string[] => (parsed.ok ? [] : parsed.faults.map(faultLine));

verifies(['P13'], 'a configuration with many faults names each of them', () => {
  const found = lines(
    parseConfig({
      schema: 'castellan/config/v1',
      preset: 'yolo',
      modules: { mail: { level: 'maybe', tools: { send: 1 } } },
      deny: ['mail'],
      approvals: { timeoutSeconds: 0 },
      aprovals: {},
    }),
  );
  for (const path of [
    'preset',
    'modules.mail.level',
    'modules.mail.tools.send',
    'deny[0]',
    'approvals.timeoutSeconds',
    'aprovals',
  ]) {
    expect(
      found.some((line) => line.startsWith(`\`${path}\``) || line.includes(`\`${path}\``)),
      `${path} in ${found.join(' | ')}`,
    ).toBe(true);
  }
});

verifies(['P13'], 'a configuration of another version is refused, not guessed', () => {
  expect(parseConfig({ schema: 'castellan/config/v2' }).ok).toBe(false);
  expect(parseConfig({}).ok).toBe(false);
  expect(parseConfig(null).ok).toBe(false);
});

verifies(['P1', 'P7'], 'a manifest lists a tool once; the milder of two entries can never win', () => {
  const manifest = (tools: object) => ({
    schema: 'castellan/module/v1',
    name: 'kit',
    version: '1',
    title: 'Kit',
    start: { kind: 'script' },
    tools,
  });
  expect(
    lines(parseManifest(manifest({ safe: [{ name: 'send', label: 'x' }], critical: [{ name: 'send', label: 'x' }] }))),
  ).toEqual(['`tools`: tool `send` is listed twice']);
  expect(parseManifest(manifest({ critical: [{ name: 'send', label: 'x' }] }))).toMatchObject({
    ok: true,
    value: { tools: { critical: [{ scope: 'per-call' }] } },
  });
});

verifies(['G-U'], 'only a Critical rule chooses its outcome', () => {
  const rule = (change: object) => ({
    schema: 'castellan/rules/v1',
    rules: [{ id: 'A', tier: 'strict', title: 't', reason: 'r', remedy: 'm', ...change }],
  });
  expect(lines(parseRuleFile(rule({ outcome: 'deny' })))).toEqual([
    '`rules[0].outcome`: `outcome` is for Critical rules, `A` is strict',
  ]);
  expect(parseRuleFile(rule({})).ok).toBe(true);
  expect(parseRuleFile(rule({ tier: 'critical', outcome: 'allow' })).ok).toBe(false);
});

describe('names of tools', () => {
  test.each([
    ['Bash', { module: 'claude-code', tool: 'Bash' }],
    ['mcp__Mail Server__send', { module: 'mail-server', tool: 'send' }],
    ['mcp__a__b__c', { module: 'a', tool: 'b__c' }],
    ['mail/send', { module: 'mail', tool: 'send' }],
  ])('%s', (name, ref) => expect(parseToolName(name, 'claude-code')).toEqual({ ok: true, value: ref }));
  test.each(['', 'mcp____', 'a/b/c', '../x', 'mcp__x__', 'Bash ', 'mail/', '/send', 'x\u0000'])(
    '%j is no tool',
    (name) => expect(parseToolName(name, 'claude-code').ok).toBe(false),
  );
});

test('levels are ordered allow < ask < confirm < deny', () => {
  const order = ['allow', 'ask', 'confirm', 'deny'] as const;
  for (const [a, left] of order.entries())
    for (const [b, right] of order.entries()) expect(strictest(left, right)).toBe(order[Math.max(a, b)]);
});

verifies(['A5'], 'every route needs a permission that exists, and no agent has one of a person', () => {
  for (const route of Object.values(ROUTES)) expect(PERMISSIONS).toContain(route.permission);
  const agent = PERMISSIONS.filter((permission) => permits({ kind: 'agent', agent: 'agent_000001' }, permission));
  expect(agent).toEqual(['public', 'calls:check', 'calls:read-own', 'canary:model', 'mcp:use']);
});
