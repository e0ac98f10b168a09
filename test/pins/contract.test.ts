// Literals of the contract that something dangerous hangs on, spelt out again. RULE: nothing expected here is imported;
// whoever changes one changes it here too, knowing why.
import {
  type Actor,
  API_ERRORS,
  callDigest,
  OUTCOMES,
  PERMISSIONS,
  PRESET_LEVELS,
  parseConfig,
  parseDaemonState,
  permits,
  ROUTES,
  type Route,
} from '@castellan/contract';
import { expect, test } from 'vitest';

const allowed = (actor: Actor): readonly string[] =>
  PERMISSIONS.filter((permission) => permits(actor, permission)).toSorted();

test('what each actor may do', () => {
  expect(allowed({ kind: 'nobody' })).toEqual(['public']);
  expect(allowed({ kind: 'agent', agent: 'agent_aaaaaaaa' })).toEqual([
    'calls:check',
    'calls:read-own',
    'canary:model',
    'public',
  ]);
  expect(allowed({ kind: 'model', agent: 'agent_aaaaaaaa' })).toEqual(['models:use', 'public']);
  expect(allowed({ kind: 'local-cli' })).toEqual([
    'agents:read',
    'agents:write',
    'approvals:read',
    'approvals:resolve',
    'calls:read-own',
    'daemon:stop',
    'events:read',
    'grants:read',
    'grants:write',
    'ledger:read',
    'limits:read',
    'limits:resume',
    'modules:read',
    'policy:read',
    'policy:write',
    'public',
    'secrets:read',
    'secrets:write',
    'status:read',
  ]);
});

test('the permission each route needs', () => {
  const table = Object.values<Route>(ROUTES).map(({ method, path, permission }) => `${method} ${path} ${permission}`);
  expect(table.toSorted()).toEqual([
    'DELETE /v1/agents/:id agents:write',
    'DELETE /v1/grants/:id grants:write',
    'DELETE /v1/secrets/:name secrets:write',
    'GET /model/:upstream/* models:use',
    'GET /v1/agents agents:read',
    'GET /v1/approvals approvals:read',
    'GET /v1/approvals/:id approvals:read',
    'GET /v1/calls/:id calls:read-own',
    'GET /v1/events events:read',
    'GET /v1/grants grants:read',
    'GET /v1/ledger ledger:read',
    'GET /v1/limits limits:read',
    'GET /v1/live public',
    'GET /v1/policy policy:read',
    'GET /v1/secrets secrets:read',
    'GET /v1/status status:read',
    'PATCH /v1/agents/:id agents:write',
    'PATCH /v1/secrets/:name secrets:write',
    'POST /model/:upstream/* models:use',
    'POST /v1/agents agents:write',
    'POST /v1/agents/:id/freeze agents:write',
    'POST /v1/agents/:id/model-key agents:write',
    'POST /v1/agents/:id/thaw agents:write',
    'POST /v1/approvals/:id/resolve approvals:resolve',
    'POST /v1/calls calls:check',
    'POST /v1/calls/:id/outcome calls:check',
    'POST /v1/canary/v1/messages canary:model',
    'POST /v1/grants grants:write',
    'POST /v1/hooks/claude-code calls:check',
    'POST /v1/policy policy:write',
    'POST /v1/secrets secrets:write',
    'POST /v1/secrets/:name/rotate secrets:write',
    'POST /v1/sessions/:id/resume limits:resume',
    'POST /v1/stop daemon:stop',
    'POST /v1/vault/backup secrets:write',
    'POST /v1/vault/key secrets:write',
    'POST /v1/vault/recover secrets:write',
    'POST /v1/vault/restore secrets:write',
    'POST /v1/vault/unlock secrets:write',
  ]);
});

test('what an empty configuration means', () => {
  expect(parseConfig({ schema: 'castellan/config/v1' })).toEqual({
    ok: true,
    value: {
      schema: 'castellan/config/v1',
      preset: 'autonomous',
      modules: {},
      deny: [],
      profile: { mode: 'auto' },
      limits: {
        retries: { remind: 2, pause: 3, stop: 5 },
        repeats: { advise: 5, pause: 20 },
        quotas: [],
      },
      browser: { hosts: [], blocked: [] },
      cloud: { services: [] },
      models: { upstreams: {} },
      redaction: { unknown: 'likely' },
      approvals: { timeoutSeconds: 120, wait: false, waitSeconds: 3600, remindSeconds: 60 },
      listen: { host: '127.0.0.1', port: 9999 },
    },
  });
});

test('how long a person may be waited for', () => {
  const wait = (approvals: unknown): boolean => parseConfig({ schema: 'castellan/config/v1', approvals }).ok;
  expect([1, 3600].map((timeoutSeconds) => wait({ timeoutSeconds }))).toEqual([true, true]);
  expect([0, 3601, -1, 1.5].map((timeoutSeconds) => wait({ timeoutSeconds }))).toEqual([false, false, false, false]);
  expect([86_400, 86_401].map((waitSeconds) => wait({ waitSeconds }))).toEqual([true, false]);
});

test('outcomes from mild to strict, and what presets mean', () => {
  expect(OUTCOMES).toEqual(['allow', 'ask', 'confirm', 'deny']);
  expect(PRESET_LEVELS).toEqual({ supervised: 'ask', autonomous: 'confirm', 'full-auto': 'allow' });
});

test('the status of each error', () => {
  expect(API_ERRORS).toEqual({
    bad_request: 400,
    not_authenticated: 401,
    not_permitted: 403,
    wrong_host: 403,
    wrong_origin: 403,
    not_found: 404,
    already_resolved: 409,
    conflict: 409,
    too_large: 413,
    not_recorded: 503,
    shutting_down: 503,
    failed: 500,
  });
});

test('the form of the daemon’s token', () => {
  const state = (token: string): boolean =>
    parseDaemonState({ version: '1', pid: 1, startedAt: 0, port: 1, addresses: [], socket: '/s', token }).ok;
  expect(state(`castellan_d_${'0123456789abcdef'.repeat(4)}`)).toBe(true);
  for (const token of [
    '',
    'castellan_d_',
    `castellan_d_${'0'.repeat(63)}`,
    `castellan_d_${'A'.repeat(64)}`,
    `castellan_a_${'0'.repeat(64)}`,
  ])
    expect(state(token), token).toBe(false);
});

// Computed by another program from RFC 8785's rules; a change here makes every approval in flight mean something else.
test('the digest of a call', () => {
  const bound = {
    tool: 'send',
    module: 'mail',
    agent: 'agent_aaaaaaaa',
    session: 'session_bbbbbbbb',
    task: 'task_cccccccc',
    cwd: '/home/user/project',
    workspace: '/home/user/project',
    arguments: { to: 'a@b.c', n: 1.5, é: ['€', true, null], a: {} },
  } as const;
  let hashed = '';
  callDigest(bound, (text) => {
    hashed = text;
    return `sha256:${'0'.repeat(64)}`;
  });
  expect(hashed).toBe(
    '{"agent":"agent_aaaaaaaa","arguments":{"a":{},"n":1.5,"to":"a@b.c","é":["€",true,null]},"cwd":"/home/user/project","module":"mail","session":"session_bbbbbbbb","task":"task_cccccccc","tool":"send","workspace":"/home/user/project"}',
  );
});
