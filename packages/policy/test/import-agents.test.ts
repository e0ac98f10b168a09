// Importing an agent's permission settings (P14): what the agent would refuse or ask about, we refuse or ask about too, by the
// real analysis and the real decision; and the wrappers that walk past the agent's own patterns do not walk past ours.
import type { Outcome } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  analyse,
  compilePolicy,
  decide,
  type Imported,
  importClaudeCode,
  importCodex,
  importOpenCode,
  ruleCoverage,
  runRuleTests,
} from '../src/index.ts';
import { call, FACTS, NOW, shippedSource } from './fixtures.ts';

const HOW = {
  home: '/home/user',
  realPath: (path: string) => path,
  classOf: () => 'critical' as const,
};
const claude = (permissions: object, project?: string): Imported =>
  importClaudeCode(
    [{ name: 'settings.json', value: { permissions }, ...(project === undefined ? {} : { project }) }],
    HOW,
  );
const codex = (text: string): Imported => importCodex([{ name: 'default.rules', value: text }]);
const opencode = (permission: unknown): Imported =>
  importOpenCode([{ name: 'opencode.json', value: { permission } }], HOW);

/** The shipped policy without its own rules, so that only what was imported decides. */
function policyWith(imported: Imported) {
  const base = shippedSource({ preset: 'full-auto', deny: imported.deny });
  const compiled = compilePolicy({
    ...base,
    labels: [],
    rules: imported.rules.map((rule) => ({ source: 'rules/imported.yaml', shipped: false, rule })),
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.value;
}

function asker(
  imported: Imported,
): (tool: string, input: object) => { readonly outcome: Outcome; readonly rules: readonly string[] } {
  const policy = policyWith(imported);
  return (tool, input) => {
    const one = call('claude-code', tool, input as Record<string, string>);
    const effects = analyse(one, policy, FACTS);
    const session = { interactive: false, flows: [], seen: [], fresh: [], page: null };
    const { outcome, reasons } = decide({ call: one, effects, policy, session, grants: [], now: NOW });
    return { outcome, rules: reasons.filter(({ part }) => part === 'floor').map(({ id }) => id) };
  };
}
const bash = (imported: Imported) => {
  const ask = asker(imported);
  return (command: string) => ask('Bash', { command });
};

const LINES = [
  'rm a.txt',
  'rm -rf build',
  'rm',
  'rmdir x',
  'git push origin main',
  'git push',
  'git  push',
  'git status',
  'git log --oneline',
  'npm run test',
  'npm run test:unit -- --watch',
  'npm run format',
  'curl https://example.org',
  'echo "rm -rf /"',
  'ls -la',
  'cat .env',
  'docker compose up',
  'kubectl delete pod x',
];
const PATTERNS = [
  'rm:*',
  'rm *',
  'rm',
  'git push:*',
  'git *',
  'npm run test:*',
  'curl *',
  'npm run *',
  '* --version',
  'kubectl delete *',
  'ls -la',
  '*',
];

/** As the agents do it: the line is cut at its operators, and each part is matched from its beginning. */
function originalMatches(pattern: string, line: string): boolean {
  const glob = pattern
    .replace(/:\*$/, '*')
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s\\S]*');
  return line.split(/&&|\|\||[;|&\n]/).some((part) => new RegExp(`^${glob}$`).test(part.trim()));
}

test('Claude Code: what it denies is denied here, what it asks about needs a person', () => {
  // A policy is made of those that a line is matched by.
  const made = new Map<string, { deny: ReturnType<typeof bash>; ask: ReturnType<typeof bash> }>();
  const asked = (pattern: string) => {
    const known = made.get(pattern) ?? {
      deny: bash(claude({ deny: [`Bash(${pattern})`] })),
      ask: bash(claude({ ask: [`Bash(${pattern})`] })),
    };
    made.set(pattern, known);
    return known;
  };
  let held = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...PATTERNS),
      fc.array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('; ', ' && ', ' || ', ' | ', '\n', ';'),
      (pattern, parts, joint) => {
        const line = parts.join(joint);
        if (!originalMatches(pattern, line)) return;
        held += 1;
        const known = asked(pattern);
        expect([pattern, line, known.deny(line).outcome]).toEqual([pattern, line, 'deny']);
        expect([pattern, line, known.ask(line).outcome]).toEqual([pattern, line, 'confirm']);
      },
    ),
    { numRuns: 300, seed: 5 },
  );
  expect(held).toBeGreaterThan(60);
});

test('a denied program is denied however it is started, and others are not', () => {
  const asked = bash(claude({ deny: ['Bash(rm:*)'] }));
  for (const line of [
    'env rm x',
    '/bin/rm x',
    "'r'm x",
    'xargs rm',
    'sudo rm x',
    'nice rm x',
    'command rm x',
    'if true; then rm x; fi',
    '(rm x)',
    'bash -c "rm x"',
  ])
    expect([line, asked(line).outcome]).toEqual([line, 'deny']);
  for (const line of ['npm run format', 'echo "rm -rf /"', 'ls rm', 'git commit -m "rm it"', 'cat farm'])
    expect([line, asked(line).rules]).toEqual([line, []]);
});

test('paths: read by any tool or command, from home, the project, or anywhere', () => {
  const imported = claude(
    { deny: ['Read(~/.zshrc)', 'Read(./.env)', 'Edit(/src/**)', 'Read(//etc/passwd)', 'Read(*.pem)'] },
    '/home/user/project',
  );
  const ask = asker(imported);
  for (const [tool, input] of [
    ['Read', { file_path: '/home/user/.zshrc' }],
    ['Bash', { command: 'cat ~/.zshrc' }],
    ['Bash', { command: 'cat .env' }],
    ['Read', { file_path: '/home/user/project/.env' }],
    ['Write', { file_path: '/home/user/project/src/a/b.ts', content: '' }],
    ['Bash', { command: 'echo x > src/a.ts' }],
    ['Bash', { command: 'rm src/a.ts' }],
    ['Read', { file_path: '/etc/passwd' }],
    ['Bash', { command: 'cat keys/server.pem' }],
  ] as const)
    expect([tool, input, ask(tool, input).outcome]).toEqual([tool, input, 'deny']);
  for (const [tool, input] of [
    ['Read', { file_path: '/home/user/project/src/a.ts' }],
    ['Write', { file_path: '/home/user/project/lib/a.ts', content: '' }],
    ['Read', { file_path: '/home/user/project/.envrc' }],
  ] as const)
    expect([tool, input, ask(tool, input).rules]).toEqual([tool, input, []]);
  // A folder above it, taken whole, needs a person.
  expect(ask('Bash', { command: 'rm -r /home/user/project' }).outcome).not.toBe('allow');
});

test('hosts, tools and servers', () => {
  const imported = claude({
    deny: [
      'WebFetch(domain:evil.example)',
      'mcp__git-hub',
      'mcp__mail__delete',
      'WebSearch',
      'Task(explorer)',
      'WebFetch(odd)',
    ],
  });
  expect(imported.deny).toEqual(['git-hub/*', 'mail/delete', 'claude-code/WebSearch', 'claude-code/WebFetch']);
  const ask = asker(claude({ deny: ['WebFetch(domain:evil.example)', 'Task(explorer)'], ask: ['Write'] }));
  expect(ask('WebFetch', { url: 'https://evil.example/x', prompt: 'x' }).outcome).toBe('deny');
  expect(ask('WebFetch', { url: 'https://a.EVIL.example:8443/x', prompt: 'x' }).outcome).toBe('deny');
  expect(ask('Bash', { command: 'curl https://evil.example' }).outcome).toBe('deny');
  expect(ask('WebFetch', { url: 'https://notevil.example/x', prompt: 'x' }).rules).toEqual([]);
  expect(ask('Task', { subagent_type: 'explorer', description: 'x', prompt: 'y' }).outcome).toBe('deny');
  expect(ask('Task', { subagent_type: 'writer', description: 'x', prompt: 'y' }).rules).toEqual([]);
  expect(ask('Write', { file_path: '/tmp/x', content: '' }).outcome).toBe('confirm');
});

test('an allow is never more than a level, and every entry is answered', () => {
  const permissions = {
    allow: ['Bash', 'Bash(npm run *)', 'mcp__mail__archive', 7, 'Edit(/src/**)'],
    defaultMode: 'bypassPermissions',
    additionalDirectories: ['/x'],
    odd: true,
  };
  const imported = claude(permissions);
  expect(imported.rules).toEqual([]);
  expect(imported.deny).toEqual([]);
  expect(imported.levels).toEqual([
    { module: 'claude-code', tool: 'Bash', level: 'allow' },
    { module: 'mail', tool: 'archive', level: 'allow' },
  ]);
  expect(imported.entries).toHaveLength(8);
  const byEffects = importClaudeCode([{ name: 's', value: { permissions: { allow: ['Bash'] } } }], {
    ...HOW,
    classOf: () => 'by-effects',
  });
  expect(byEffects.levels).toEqual([]);
  expect(claude({ defaultMode: 'plan' }).mode).toBe('plan');
});

test('Codex: prefix rules, their alternatives and examples; what is no literal call is said, and the rest is still read', () => {
  const imported = codex(`
    # mine
    prefix_rule(pattern = ["git", ["push", "fetch"]], decision = "prompt", justification = 'Others see it.',
      match = ["git push origin main", ["git", "fetch"]], not_match = ["git status",],)
    for x in [1]: pass
    x = {"a": 1}
    prefix_rule(pattern=["rm"], decision="forbidden")
    prefix_rule(pattern=["ls"], decision="allow")
    prefix_rule(pattern=[], decision="forbidden")
    prefix_rule(pattern=["dd"], decision="unheard-of")
  `);
  const asked = bash(imported);
  expect(asked('git push').outcome).toBe('confirm');
  expect(asked('env git fetch').outcome).toBe('confirm');
  expect(asked('git status').rules).toEqual([]);
  expect(asked('sudo rm x').outcome).toBe('deny');
  // A decision we do not know may be stricter than those we do.
  expect(asked('dd if=a of=b').outcome).toBe('deny');
  expect(imported.rules.map(({ reason }) => reason)[0]).toContain('Others see it.');
  const lost = imported.entries.filter(({ became }) => became === 'not-imported');
  expect(lost.map(({ entry }) => entry)).toEqual(expect.arrayContaining(['line 5']));
  expect(lost.some(({ text }) => text === '`pattern` is no list of words')).toBe(true);
});

test('Codex: modes, servers and the network', () => {
  const config = (value: object) => importCodex([{ name: 'config.toml', value }]);
  expect(config({ sandbox_mode: 'read-only', approval_policy: 'never' }).mode).toBe('review');
  expect(config({ sandbox_mode: 'read-only' }).mode).toBe('safe');
  expect(config({ approval_policy: 'untrusted' }).mode).toBe('safe');
  expect(config({ sandbox_mode: 'danger-full-access', approval_policy: 'never' }).mode).toBeNull();
  expect(config({ mcp_servers: { Docs: { disabled_tools: ['write'] }, off: { enabled: false } } }).deny).toEqual([
    'docs/write',
    'off/*',
  ]);
  const asked = bash(config({ sandbox_workspace_write: { network_access: false } }));
  expect(asked('curl https://example.org').outcome).toBe('confirm');
  expect(asked('ls').rules).toEqual([]);
});

test('OpenCode: where the order and the length of entries disagree, the stricter answer holds', () => {
  const both = bash(opencode({ bash: { '*': 'deny', 'git *': 'ask', 'git status': 'allow' } }));
  expect(both('rm x').outcome).toBe('deny');
  expect(both('git push').outcome).toBe('confirm');
  expect(both('git status').rules).toEqual([]);
  // An exception is for one simple command, not for what is chained to it.
  for (const line of [
    'git status; rm x',
    'git status && rm x',
    'git push $(rm x)',
    'git status > /tmp/x',
    'git status\nrm x',
  ])
    expect([line, both(line).outcome]).toEqual([line, 'deny']);
  const swapped = bash(opencode({ bash: { 'git *': 'ask', '*': 'deny' } }));
  expect(swapped('git push').outcome).toBe('deny');
});

test('OpenCode: edits, pages, folders, tools', () => {
  const imported = importOpenCode(
    [
      {
        name: 'opencode.json',
        project: '/home/user/project',
        value: {
          permission: {
            edit: { '*': 'deny', 'docs/**': 'allow' },
            webfetch: 'ask',
            external_directory: 'deny',
            odd: 'maybe',
          },
          tools: { bash: true, mail_send: false },
          agent: { build: { permission: { bash: 'ask' } } },
        },
      },
    ],
    HOW,
  );
  const ask = asker(imported);
  expect(ask('Write', { file_path: '/home/user/project/a.ts', content: '' }).outcome).toBe('deny');
  expect(ask('Write', { file_path: '/home/user/project/docs/a.md', content: '' }).rules).not.toContain(
    'OC.deny.permission-edit',
  );
  expect(ask('Bash', { command: 'curl https://example.org' }).outcome).toBe('confirm');
  expect(ask('Read', { file_path: '/etc/hosts' }).outcome).toBe('deny');
  expect(ask('Bash', { command: 'ls' }).outcome).toBe('confirm');
  expect(imported.deny).toEqual(expect.arrayContaining(['*/mail_send', 'mail/send', '*/odd']));
});

test('the rules bring tests of their own, and they hold', () => {
  const all = [
    claude({
      deny: [
        'Bash(rm:*)',
        'Bash(* --force)',
        'Read(~/.zshrc)',
        'Edit(/src/**)',
        'WebFetch(domain:evil.example)',
        'Task(x)',
      ],
      ask: ['WebFetch', 'Bash(git push:*)'],
    }),
    codex('prefix_rule(pattern=["git","push"], decision="prompt", match=["git push origin"])'),
    opencode({
      bash: { '*': 'ask', 'rm *': 'deny' },
      external_directory: 'ask',
      edit: { 'src/**': 'deny' },
      read: 'ask',
      webfetch: 'ask',
      mail_send: 'ask',
    }),
  ];
  for (const imported of all) {
    const results = runRuleTests(policyWith(imported), FACTS);
    expect(results.length).toBeGreaterThan(1);
    for (const { rule, accepts, rejects } of ruleCoverage(policyWith(imported), results))
      expect([rule, accepts > 0, rejects > 0]).toEqual([rule, true, true]);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  }
});

test('a refusal or question that cannot be read is said to be lost, never an allow', () => {
  const lost = (imported: Imported) => imported.entries.filter((entry) => entry.lost).map(({ entry }) => entry);
  const claude = (value: unknown) => lost(importClaudeCode([{ name: 'settings.json', value }], HOW));
  expect(claude({ permissions: { deny: ['Oops(', 7, '(x)'], ask: ['No(pe'], allow: ['Oops(', 7] } })).toEqual([
    'deny: Oops(',
    'deny: 7',
    'deny: (x)',
    'ask: No(pe',
  ]);
  expect(claude({ permissions: { deny: 'Bash(rm:*)', allow: 'x' } })).toEqual(['permissions.deny']);
  expect(claude({ permissions: [] })).toEqual(['permissions']);
  expect(claude([])).toEqual(['settings.json']);
  expect(claude({ sandbox: { enabled: true, filesystem: { denyRead: ['~/.aws'], denyWrite: [] } } })).toEqual([
    'sandbox.filesystem.denyRead: ["~/.aws"]',
  ]);
  expect(claude({ permissions: { deny: ['Bash(rm:*)', 'Read(./x)'] }, model: 'x' })).toEqual([]);
  expect(claude({})).toEqual([]);

  const rules = (text: string) => lost(codex(text)).length;
  expect(rules('prefix_rule(pattern=[], decision="forbidden")')).toBe(1);
  expect(rules('prefix_rule(pattern=[], decision="allow")')).toBe(0);
  expect(rules('prefix_rule(pattern=[])')).toBe(0);
  expect(rules('network_rule(host="x.example", decision="deny")')).toBe(1);
  expect(rules('prefix_rule(pattern=["rm"], decision=STRICT)')).toBe(1);
  const config = (value: unknown) => importCodex([{ name: 'config.toml', value }]);
  expect(lost(config({ mcp_servers: { docs: { disabled_tools: ['write', 3] } } }))).toEqual(['mcp_servers.docs']);
  expect(lost(config({ mcp_servers: [] }))).toEqual(['mcp_servers']);

  const open = (value: unknown) => lost(importOpenCode([{ name: 'opencode.json', value }], HOW));
  expect(open({ permission: ['deny'] })).toEqual(['permission']);
  expect(open({ tools: { bash: 'false' } })).toEqual(['tools.bash: "false"']);
  expect(open({ tools: ['bash'], agent: { build: 'deny' }, mode: 1 })).toEqual(['tools', 'agent.build', 'mode']);
  expect(open({ tools: { bash: false, read: true }, permission: 'ask' })).toEqual([]);
});

test('Codex: the only tools of a server refuse the others', () => {
  const imported = importCodex([
    { name: 'config.toml', value: { mcp_servers: { Docs: { enabled_tools: ['read'] } } } },
  ]);
  expect(imported.entries.map(({ became }) => became)).toEqual(['rule']);
  expect(imported.rules[0]).toMatchObject({
    tier: 'critical',
    on: { tools: ['docs/*'] },
    if: '!(call.tool in ["read"])',
  });
});
