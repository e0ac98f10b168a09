// What the running daemon binds, writes, answers and allows, spelt out again and read off the real one.
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyView } from '@castellan/contract';
import { startDaemon, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type HookOptions,
  MAIL,
  preToolUse,
  SEND,
  type TestAgent,
  type World,
  world,
  worldOf,
} from '../e2e/support/world.ts';

let it: World;
let agent: TestAgent;
let policy: PolicyView;
beforeAll(async () => {
  it = worldOf(await startDaemon());
  agent = await it.connect();
  policy = (await it.daemon.request('GET', '/v1/policy')).json() as PolicyView;
});
afterAll(() => it[Symbol.asyncDispose]());

verifies(['N1', 'G-C08'], 'bound addresses', () => {
  const { port, addresses, socket } = it.daemon.state;
  const possible = [`http://127.0.0.1:${port}`, `http://[::1]:${port}`];
  expect(addresses.length).toBeGreaterThan(0);
  expect(addresses).toEqual(possible.slice(0, addresses.length));
  expect(socket).toBe(join(it.daemon.home, 'daemon', 'castellan.sock'));
});

verifies(['A1'], 'what lies in the state folder, and its modes', () => {
  const { home } = it.daemon;
  const mode = (name: string): string => (lstatSync(join(home, name)).mode & 0o7777).toString(8);
  expect(mode('')).toBe('700');
  const expected: Readonly<Record<string, string>> = {
    'castellan.db': '600',
    'castellan.db-shm': '600',
    'castellan.db-wal': '600',
    'config.yaml': '600',
    daemon: '700',
    'daemon/castellan.sock': '600',
    'daemon/digest.key': '600',
    'daemon/ledger.key': '600',
    'daemon/lock.db': '600',
    'daemon/state.json': '600',
    ledger: '700',
    'ledger/journal': '600',
    modules: '700',
    rules: '700',
    scripts: '700',
    sockets: '700',
    [`sockets/${agent.id}`]: '700',
    [`sockets/${agent.id}/gate.sock`]: '600',
    [`sockets/${agent.id}/egress.sock`]: '600',
    undo: '700',
    vault: '700',
  };
  for (const [name, bits] of Object.entries(expected)) expect(mode(name), name).toBe(bits);
  const top = readdirSync(home).filter((name) => name !== 'cache');
  expect(top.toSorted()).toEqual(
    Object.keys(expected)
      .filter((name) => !name.includes('/'))
      .toSorted(),
  );
});

test('what a first start writes as configuration', () => {
  const meant = readFileSync(join(it.daemon.home, 'config.yaml'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.trimStart().startsWith('#'));
  expect(meant).toEqual([
    'schema: castellan/config/v1',
    'preset: autonomous',
    'modules: {}',
    'deny: []',
    'approvals:',
    '  timeoutSeconds: 120',
  ]);
});

verifies(['A1', 'A5'], 'forms of tokens and credentials: 256 bits each', () => {
  expect(it.daemon.state.token).toMatch(/^castellan_d_[0-9a-f]{64}$/);
  expect(agent.credential).toMatch(/^castellan_a_[0-9a-z]{20}_[0-9a-f]{64}$/);
  expect(agent.credential).toContain(agent.id.slice('agent_'.length));
});

verifies(['H4'], 'a question waits 120 seconds, and five less than the host', async () => {
  const hosts = [
    [600, 120_000],
    [125, 120_000],
    [60, 55_000],
    [12, 7000],
    [4, 2000],
  ] as const;
  for (const [seconds, expected] of hosts) {
    const own = await it.connect(`host ${seconds}`, seconds);
    const call = own.pre(SEND, { to: `${seconds}@b.c`, subject: 's', body: 'b' }, { server: MAIL });
    const [approval] = await it.waiting();
    if (approval === undefined) throw new Error('nothing waits');
    expect(approval.expiresAt - approval.createdAt, String(seconds)).toBe(expected);
    await it.deny(approval);
    await call;
  }
});

const told = async (tool: string, input: Record<string, unknown>, event: string, options: HookOptions = {}) => {
  const body = { ...preToolUse(tool, input, options), hook_event_name: event };
  const response = await agent.hook(body, options.headers);
  expect(response.headers['content-type']).toContain('application/json');
  return [response.status, response.json()];
};

verifies(['K1', 'K2'], 'what a hook is told, to the letter', async () => {
  const todos = { todos: [{ content: 'x', status: 'pending' }] };
  expect(await told('TodoWrite', todos, 'PreToolUse')).toEqual([
    200,
    {
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'allow',
        permissionDecisionReason: 'castellan: allowed',
        updatedInput: todos,
      },
    },
  ]);
  expect(await told('TodoWrite', todos, 'PermissionRequest')).toEqual([
    200,
    {
      hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'allow', updatedInput: todos } },
    },
  ]);
  expect(await told('TodoWrite', todos, 'PostToolUse')).toEqual([200, {}]);
  const refused = {
    permissionDecision: 'deny',
    permissionDecisionReason: expect.stringMatching(/^castellan refused this hook input: /),
  };
  expect(await told('a/b', {}, 'PreToolUse')).toEqual([
    200,
    { hookSpecificOutput: { hookEventName: 'PreToolUse', ...refused } },
  ]);
  expect(await told('a/b', {}, 'NoSuchEvent')).toEqual([
    200,
    { hookSpecificOutput: { hookEventName: 'PreToolUse', ...refused } },
  ]);
  expect(await told('a/b', {}, 'PermissionRequest')).toEqual([
    200,
    {
      hookSpecificOutput: {
        hookEventName: 'PermissionRequest',
        decision: { behavior: 'deny', message: refused.permissionDecisionReason },
      },
    },
  ]);
  await using denying = await world({ deny: ['mail/*'], modules: { 'claude-code': { tools: { Write: 'ask' } } } });
  const own = await denying.connect();
  const denied = (await own.hook(preToolUse(SEND, { to: 'x' }, { server: MAIL }))).json();
  expect(denied).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(/^Castellan: DENIED: /),
    },
  });
  const write = { file_path: '/tmp/castellan-pin/a', content: 'x' };
  const asked = await own.hook(preToolUse('Write', write, { cwd: '/tmp' }), { 'x-castellan-entrypoint': 'cli' });
  expect(asked.json()).toMatchObject({
    hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'ask', updatedInput: write },
  });
});

test('limits', async () => {
  const sized = async (bytes: number) => {
    const rest = JSON.stringify(preToolUse('TodoWrite', { a: '' }, { id: `t${bytes}` })).length;
    return agent.pre('TodoWrite', { a: 'x'.repeat(bytes - rest) }, { id: `t${bytes}` });
  };
  expect((await sized(1_048_576)).verdict).toBe('allow');
  expect((await sized(1_048_577)).verdict).toBe('deny');
  const grant = async (minutes: number) =>
    (
      await it.daemon.request('POST', '/v1/grants', {
        body: { agent: agent.id, scope: { kind: 'agent' }, module: 'x', tool: 'y', minutes },
      })
    ).status;
  expect(await grant(43_200), '30 days').toBe(200);
  expect(await grant(43_201)).toBe(400);
  expect(await grant(0)).toBe(400);
  const connect = async (hookTimeoutSeconds: number) =>
    (
      await it.daemon.request('POST', '/v1/agents', {
        body: { kind: 'other', name: 'x', watched: [], hookTimeoutSeconds },
      })
    ).status;
  expect(await connect(86_400)).toBe(200);
  expect(await connect(86_401)).toBe(400);
  expect(await connect(0)).toBe(400);
  const header = await it.daemon.request('GET', '/v1/live', { headers: { 'x-long': 'x'.repeat(16_384) } });
  expect(header.status).toBe(431);
});

verifies(['P3', 'G-C08'], 'shipped Critical and Strict rules', () => {
  expect(policy.preset).toBe('autonomous');
  const rules = policy.rules.map(({ id, tier, outcome, source }) => `${tier} ${id} ${outcome} ${source}`);
  expect(rules.filter((rule) => /^(critical|strict) /.test(rule)).toSorted()).toEqual([
    'critical C00.fault deny shipped/rules/untold.yaml',
    'critical C01.credentials-leave confirm shipped/rules/exfiltration.yaml',
    'critical C01.drop-site confirm shipped/rules/exfiltration.yaml',
    'critical C01.hidden-flow deny shipped/rules/exfiltration.yaml',
    'critical C01.metadata deny shipped/rules/exfiltration.yaml',
    'critical C01.private-flow confirm shipped/rules/exfiltration.yaml',
    'critical C01.private-to-server confirm shipped/rules/exfiltration.yaml',
    'critical C02.agent-session confirm shipped/rules/destruction.yaml',
    'critical C02.cloud confirm shipped/rules/destruction.yaml',
    'critical C02.cluster confirm shipped/rules/destruction.yaml',
    'critical C02.container confirm shipped/rules/destruction.yaml',
    'critical C02.database confirm shipped/rules/destruction.yaml',
    'critical C02.delete-many confirm shipped/rules/destruction.yaml',
    'critical C02.delete-outside confirm shipped/rules/destruction.yaml',
    'critical C02.delete-personal confirm shipped/rules/destruction.yaml',
    'critical C02.delete-project confirm shipped/rules/destruction.yaml',
    'critical C02.delete-recursive confirm shipped/rules/destruction.yaml',
    'critical C02.device confirm shipped/rules/destruction.yaml',
    'critical C02.disk confirm shipped/rules/destruction.yaml',
    'critical C02.history confirm shipped/rules/destruction.yaml',
    'critical C02.overwrite confirm shipped/rules/destruction.yaml',
    'critical C02.permissions confirm shipped/rules/destruction.yaml',
    'critical C02.power confirm shipped/rules/destruction.yaml',
    'critical C02.remote-history confirm shipped/rules/destruction.yaml',
    'critical C02.worktree confirm shipped/rules/destruction.yaml',
    'critical C03.api confirm shipped/rules/posts.yaml',
    'critical C03.commits confirm shipped/rules/posts.yaml',
    'critical C03.issue confirm shipped/rules/posts.yaml',
    'critical C03.message confirm shipped/rules/posts.yaml',
    'critical C03.package confirm shipped/rules/posts.yaml',
    'critical C03.page confirm shipped/rules/posts.yaml',
    'critical C03.spend confirm shipped/rules/posts.yaml',
    'critical C03.systems confirm shipped/rules/posts.yaml',
    'critical C04.above deny shipped/rules/own-safety.yaml',
    'critical C04.own-port deny shipped/rules/own-safety.yaml',
    'critical C04.perhaps confirm shipped/rules/own-safety.yaml',
    'critical C04.safety deny shipped/rules/own-safety.yaml',
    'critical C05.accounts confirm shipped/rules/authentication.yaml',
    'critical C05.bypass-agent deny shipped/rules/authentication.yaml',
    'critical C05.bypass-flags deny shipped/rules/authentication.yaml',
    'critical C05.read-credentials confirm shipped/rules/authentication.yaml',
    'critical C05.shell-startup confirm shipped/rules/authentication.yaml',
    'critical C05.write-credentials confirm shipped/rules/authentication.yaml',
    'critical C06.downloaded-code confirm shipped/rules/untrusted-code.yaml',
    'critical C06.fresh-code confirm shipped/rules/untrusted-code.yaml',
    'critical C06.package-code confirm shipped/rules/untrusted-code.yaml',
    'critical C07.from-credentials-page deny shipped/rules/browser.yaml',
    'critical C07.host deny shipped/rules/browser.yaml',
    'critical C07.shown-page deny shipped/rules/browser.yaml',
    'critical S04.cloud-model deny shipped/rules/cloud.yaml',
    'critical S07.blocked deny shipped/rules/browser.yaml',
    'critical S07.high-risk confirm shipped/rules/browser.yaml',
    'critical S07.sensitive confirm shipped/rules/browser.yaml',
    'strict C01.private-copy confirm shipped/rules/exfiltration.yaml',
    'strict C01.steered confirm shipped/rules/exfiltration.yaml',
    'strict C04.agent-extensions confirm shipped/rules/own-safety.yaml',
    'strict C05.escalate confirm shipped/rules/authentication.yaml',
    'strict C05.skip-checks confirm shipped/rules/authentication.yaml',
    'strict C06.repository-hooks confirm shipped/rules/untrusted-code.yaml',
    'strict S01.no-sandbox confirm shipped/rules/own-safety.yaml',
    'strict S01.remote-agent confirm shipped/rules/own-safety.yaml',
    'strict S04.agent-cloud confirm shipped/rules/cloud.yaml',
    'strict S04.cloud-service confirm shipped/rules/cloud.yaml',
    'strict S07.unknown-page confirm shipped/rules/browser.yaml',
    'strict S09.network confirm shipped/rules/machine.yaml',
    'strict S09.schedule confirm shipped/rules/machine.yaml',
    'strict S09.service confirm shipped/rules/machine.yaml',
    'strict S09.system-package confirm shipped/rules/machine.yaml',
    'strict S09.system-write confirm shipped/rules/machine.yaml',
    'strict S10.inline-code confirm shipped/rules/untold.yaml',
    'strict S10.untold confirm shipped/rules/untold.yaml',
  ]);
});

verifies(['G-C01', 'G-C08'], 'shipped labels', () => {
  expect(policy.labels.map(({ id, label, source }) => `${label} ${id} ${source}`).toSorted()).toEqual([
    'private private.credentials shipped/rules/labels.yaml',
    'private private.mail shipped/rules/labels.yaml',
    'untrusted untrusted.answers shipped/rules/labels.yaml',
    'untrusted untrusted.servers shipped/rules/labels.yaml',
    'untrusted untrusted.unclassified shipped/rules/labels.yaml',
    'untrusted untrusted.web shipped/rules/labels.yaml',
  ]);
});

verifies(['P1', 'P4'], 'what passes without a prompt', () => {
  const module = (name: string) => policy.modules.find(({ manifest }) => manifest.name === name)?.manifest;
  const safe = (name: string) => module(name)?.tools.safe.map((tool) => tool.name);
  expect(safe('mail')).toEqual(['list', 'search', 'read']);
  // `*`: also what cannot be taken back. No tool is listed twice, so the order does not matter.
  const lists = new Map<string, string[]>();
  for (const { manifest } of policy.modules)
    for (const tool of manifest.tools.byEffects) {
      const list = tool.safe.map(({ kind, places, targets, resources, undoable }) =>
        [
          undoable ? kind : `${kind}*`,
          ...(places === undefined ? ['anywhere'] : [places.join(',')]),
          ...(targets === undefined ? [] : [`only ${targets.join(',')}`]),
          ...(resources === undefined ? [] : [`even ${resources.join(',')}`]),
        ].join(' '),
      );
      lists.set(list.join('; '), [...(lists.get(list.join('; ')) ?? []), `${manifest.name}/${tool.name}`]);
    }
  expect(Object.fromEntries(lists)).toEqual({
    [[
      'execute* none',
      'read* workspace,temp,system even names,shell-startup',
      'read* home,elsewhere,agent-config even names',
      'read* device only /proc/cpuinfo,/proc/meminfo,/proc/version,/proc/uptime,/proc/loadavg,/proc/filesystems',
      'write workspace,temp even history,worktree',
      'delete workspace,temp',
    ].join('; ')]: [
      ...['claude-code/Bash', 'claude-code/Monitor', 'codex/Bash', 'opencode/bash'],
      'workspace/run_command',
    ],
    'read* workspace,temp,system even shell-startup; read* home,elsewhere,agent-config': [
      ...['Read', 'NotebookRead', 'Grep', 'LSP'].map((name) => `claude-code/${name}`),
      'codex/view_image',
      ...['file', 'text_file', 'media_file', 'multiple_files'].map((name) => `filesystem/read_${name}`),
      ...['read', 'grep', 'lsp'].map((name) => `opencode/${name}`),
      ...['workspace/read_file', 'workspace/search_text'],
    ],
    'read* workspace,temp,system,home,elsewhere,agent-config even names': [
      ...['claude-code/Glob', 'claude-code/LS'],
      ...['list_directory', 'list_directory_with_sizes', 'directory_tree', 'search_files', 'get_file_info'].map(
        (name) => `filesystem/${name}`,
      ),
      ...['opencode/glob', 'opencode/list'],
      ...['workspace/list_folder', 'workspace/find_files'],
    ],
    'write workspace,temp': [
      ...['Write', 'Edit', 'MultiEdit', 'NotebookEdit'].map((name) => `claude-code/${name}`),
      ...['write_file', 'edit_file', 'create_directory'].map((name) => `filesystem/${name}`),
      ...['write', 'edit', 'multiedit'].map((name) => `opencode/${name}`),
      ...['workspace/write_file', 'workspace/edit_file'],
    ],
    // One text that makes, changes, moves and deletes files.
    'write workspace,temp; delete workspace,temp': ['codex/apply_patch', 'opencode/apply_patch', 'opencode/patch'],
    'read* workspace,temp': ['status', 'diff_unstaged', 'diff_staged', 'diff', 'log', 'show', 'branch'].map(
      (name) => `git/git_${name}`,
    ),
    'read* anywhere only the page shown; write workspace,temp': [
      ...['snapshot', 'take_screenshot', 'console_messages', 'network_requests'].map(
        (name) => `playwright/browser_${name}`,
      ),
    ],
    'read* anywhere only the page shown': ['playwright/browser_get_config', 'playwright/browser_route_list'],
    'read* anywhere even database': ['sqlite/read_query'],
    // To hosts that a person approved with the version of the script; nothing else calls these.
    'connect* anywhere': ['scripts/http_read'],
    'connect* anywhere; send* anywhere even api': ['scripts/http_send'],
    '': [
      'claude-code/WebFetch',
      'fetch/fetch',
      'filesystem/move_file',
      ...['add', 'commit', 'create_branch', 'init', 'reset', 'checkout'].map((name) => `git/git_${name}`),
      'opencode/webfetch',
      'postgres/query',
      ...['write_query', 'create_table'].map((name) => `sqlite/${name}`),
    ],
  });
  expect(safe('playwright')).toEqual(['find', 'hover', 'wait_for', 'resize', 'close'].map((name) => `browser_${name}`));
  expect(safe('puppeteer')).toEqual(['puppeteer_screenshot', 'puppeteer_hover']);
  expect(safe('sqlite')).toEqual(['list_tables', 'describe_table']);
  expect(safe('time')).toEqual(['get_current_time', 'convert_time']);
  expect(safe('sequential-thinking')).toEqual(['sequentialthinking']);
  expect(safe('postgres')).toEqual([]);
  expect(safe('slack')?.every((name) => /^slack_(?:list|get)_/.test(name))).toBe(true);
  expect(safe('github')?.every((name) => /^(?:get|list|search|actions|projects)_|_read$/.test(name))).toBe(true);
  for (const name of ['get_secret_scanning_alert', 'actions_run_trigger', 'projects_write'])
    expect(safe('github')).not.toContain(name);
  expect(safe('claude-code')?.toSorted()).toMatchInlineSnapshot(`
    [
      "Agent",
      "AskUserQuestion",
      "BashOutput",
      "CronDelete",
      "CronList",
      "DeferredToolPlaceholder",
      "EndConversation",
      "EnterPlanMode",
      "ExitPlanMode",
      "KillBash",
      "KillShell",
      "ListAgents",
      "ListMcpResourcesTool",
      "OfferChromeSetup",
      "ReadNotifications",
      "ReportFindings",
      "ScheduleWakeup",
      "SendUserMessage",
      "SetGoal",
      "ShowOnboardingRolePicker",
      "StructuredOutput",
      "SubagentHandback",
      "Task",
      "TaskCreate",
      "TaskGet",
      "TaskList",
      "TaskOutput",
      "TaskStop",
      "TaskUpdate",
      "TodoWrite",
      "ToolSearch",
      "WaitForMcpServers",
      "propose_skills",
    ]
  `);
  expect(safe('codex')?.toSorted()).toEqual(
    [
      ...['request_user_input', 'request_user_input_async', 'update_plan', 'create_goal', 'get_goal', 'update_goal'],
      ...['clockcurr_time', 'clocksleep', 'tool_search', 'list_mcp_resources', 'list_mcp_resource_templates'],
      ...['spawn', 'wait', 'resume', 'close'].map((name) => `multi_agent_v1${name}_agent`),
      ...['spawn_agent', 'multi_agent_v1send_input', 'collaborationfollowup_task', 'collaborationsend_message'],
      ...['spawn_agent', 'wait_agent', 'list_agents', 'interrupt_agent'].map((name) => `collaboration${name}`),
    ].toSorted(),
  );
  expect(safe('opencode')).toEqual([
    ...['question', 'todowrite', 'todoread', 'plan_enter', 'plan_exit', 'invalid', 'task', 'skill'],
    ...['list_mcp_resources', 'list_mcp_resource_templates'],
  ]);
});
