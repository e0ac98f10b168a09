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
  type Role,
  type Route,
  tokenPermissionSchema,
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
    'mcp:use',
    'public',
  ]);
  expect(allowed({ kind: 'model', agent: 'agent_aaaaaaaa' })).toEqual(['models:use', 'public']);
  // It looks, connects, holds and stops: what it does not do is answer, grant, thaw, resume, or change policy and secrets.
  expect(allowed({ kind: 'local-cli' })).toEqual([
    'agents:freeze',
    'agents:read',
    'agents:write',
    'approvals:read',
    'calls:read-own',
    'channels:read',
    'daemon:stop',
    'events:read',
    'grants:read',
    'health:read',
    'incidents:read',
    'ledger:export',
    'ledger:read',
    'limits:read',
    'metrics:read',
    'modules:read',
    'panic:declare',
    'policy:read',
    'public',
    'scripts:read',
    'secrets:read',
    'status:read',
    'terminals:host',
  ]);
  expect(allowed({ kind: 'link', channel: 'mail' })).toEqual(['public']);
  const VIEWER = [
    'account:self',
    'agents:read',
    'approvals:read',
    'calls:read-own',
    'channels:read',
    'health:read',
    'metrics:read',
    'events:read',
    'grants:read',
    'incidents:read',
    'ledger:read',
    'limits:read',
    'modules:read',
    'policy:read',
    'public',
    'scripts:read',
    'secrets:read',
    'status:read',
    'terminals:watch',
  ];
  const APPROVER = [
    ...VIEWER,
    ...['agents:freeze', 'agents:thaw', 'alarms:end', 'approvals:resolve', 'grants:write', 'limits:resume'],
    ...['scripts:approve', 'scripts:propose', 'scripts:run', 'undo:read'],
    ...['incidents:write', 'panic:declare'],
  ];
  const ADMIN = [
    ...APPROVER,
    ...['agents:write', 'api-tokens:read', 'api-tokens:write', 'channels:write', 'daemon:stop', 'modules:write'],
    'backups:write',
    'checks:fix',
    'panic:end',
    'policy:write',
    'ledger:export',
    'ledger:seal',
    'schedules:write',
    ...['secrets:write', 'undo:run', 'users:read', 'users:write'],
  ];
  const person = (role: Role): Actor => ({
    kind: 'person',
    user: 'user_aaaaaaaa',
    name: 'mia',
    role,
    signIn: 'signin_aaaaaaaa',
  });
  expect(allowed(person('viewer'))).toEqual(VIEWER.toSorted());
  expect(allowed(person('approver'))).toEqual(APPROVER.toSorted());
  expect(allowed(person('admin'))).toEqual(ADMIN.toSorted());
  const permissions = new Set(['grants:read'] as const);
  expect(allowed({ kind: 'api-token', token: 'apitoken_aaaaaaaa', name: 't', permissions })).toEqual([
    'grants:read',
    'public',
  ]);
});

test('what an API token may never be given', () => {
  expect(PERMISSIONS.filter((each) => !tokenPermissionSchema.safeParse(each).success).toSorted()).toEqual([
    'account:self',
    'api-tokens:write',
    'backups:write',
    'checks:fix',
    'ledger:seal',
    'panic:end',
    'public',
    'schedules:write',
    'scripts:approve',
    'undo:run',
    'users:write',
  ]);
});

test('the permission each route needs', () => {
  const table = Object.values<Route>(ROUTES).map(
    ({ method, path, permission, beforeSetup }) =>
      `${method} ${path} ${permission}${beforeSetup ? ' before set-up' : ''}`,
  );
  expect(table.toSorted()).toEqual([
    'DELETE /mcp mcp:use',
    'DELETE /mcp/:module mcp:use',
    'DELETE /v1/agents/:id agents:write',
    'DELETE /v1/api-tokens/:id api-tokens:write',
    'DELETE /v1/grants/:id grants:write',
    'DELETE /v1/modules/:name modules:write',
    'DELETE /v1/schedules/:id schedules:write',
    'DELETE /v1/secrets/:name secrets:write',
    'DELETE /v1/sign-ins/:id account:self',
    'DELETE /v1/users/:id users:write',
    'GET /mcp mcp:use',
    'GET /mcp/:module mcp:use',
    'GET /metrics metrics:read',
    'GET /model/:upstream/* models:use',
    'GET /v1/activity ledger:read',
    'GET /v1/agents agents:read',
    'GET /v1/api-tokens api-tokens:read',
    'GET /v1/approvals approvals:read',
    'GET /v1/approvals/:id approvals:read',
    'GET /v1/backups status:read',
    'GET /v1/calls/:id calls:read-own',
    'GET /v1/calls/:id/proof ledger:read',
    'GET /v1/channels channels:read',
    'GET /v1/checks status:read',
    'GET /v1/events events:read',
    'GET /v1/export ledger:export',
    'GET /v1/fatigue ledger:read',
    'GET /v1/forwards ledger:read',
    'GET /v1/found-agents policy:write',
    'GET /v1/grants grants:read',
    'GET /v1/health health:read',
    'GET /v1/incidents incidents:read',
    'GET /v1/incidents/:id incidents:read',
    'GET /v1/incidents/:id/report incidents:read',
    'GET /v1/ledger ledger:read',
    'GET /v1/ledger/index ledger:read',
    'GET /v1/limits limits:read',
    'GET /v1/live public before set-up',
    'GET /v1/mcp mcp:use',
    'GET /v1/me account:self',
    'GET /v1/modules modules:read',
    'GET /v1/modules/:name modules:read',
    'GET /v1/modules/oauth/callback/:issuer public',
    'GET /v1/policy policy:read',
    'GET /v1/push/key account:self',
    'GET /v1/ready public before set-up',
    'GET /v1/recover incidents:read',
    'GET /v1/rules policy:read',
    'GET /v1/runs scripts:read',
    'GET /v1/runs/:id scripts:read',
    'GET /v1/schedules scripts:read',
    'GET /v1/schedules/:id scripts:read',
    'GET /v1/scripts scripts:read',
    'GET /v1/scripts/:name scripts:read',
    'GET /v1/scripts/:name/versions/:digest scripts:read',
    'GET /v1/secrets secrets:read',
    'GET /v1/setup public before set-up',
    'GET /v1/sign-ins account:self',
    'GET /v1/socket events:read',
    'GET /v1/standings agents:read',
    'GET /v1/status status:read',
    'GET /v1/terminal-host terminals:host',
    'GET /v1/terminals terminals:watch',
    'GET /v1/terminals/:id/socket terminals:watch',
    'GET /v1/undo undo:read',
    'GET /v1/users users:read',
    'PATCH /v1/agents/:id agents:write',
    'PATCH /v1/schedules/:id schedules:write',
    'PATCH /v1/secrets/:name secrets:write',
    'PATCH /v1/users/:id users:write',
    'POST /mcp mcp:use',
    'POST /mcp/:module mcp:use',
    'POST /model/:upstream/* models:use',
    'POST /v1/agents agents:write',
    'POST /v1/agents/:id/freeze agents:freeze',
    'POST /v1/agents/:id/model-key agents:write',
    'POST /v1/agents/:id/thaw agents:thaw',
    'POST /v1/agents/:id/verify agents:write',
    'POST /v1/alarms/:id/seen alarms:end',
    'POST /v1/api-tokens api-tokens:write',
    'POST /v1/approvals/:id/factor approvals:resolve',
    'POST /v1/approvals/:id/resolve approvals:resolve',
    'POST /v1/backups backups:write',
    'POST /v1/calls calls:check',
    'POST /v1/calls/:id/outcome calls:check',
    'POST /v1/canary/v1/chat/completions canary:model',
    'POST /v1/canary/v1/messages canary:model',
    'POST /v1/canary/v1/responses canary:model',
    'POST /v1/channels/:name/test channels:write',
    'POST /v1/checks/:id/fix checks:fix',
    'POST /v1/forwards/:name/test ledger:export',
    'POST /v1/found-agents policy:write',
    'POST /v1/grants grants:write',
    'POST /v1/hooks/claude-code calls:check',
    'POST /v1/hooks/codex calls:check',
    'POST /v1/hooks/opencode calls:check',
    'POST /v1/incidents incidents:write',
    'POST /v1/incidents/:id/close incidents:write',
    'POST /v1/incidents/:id/notes incidents:write',
    'POST /v1/ledger/index daemon:stop',
    'POST /v1/ledger/seal ledger:seal',
    'POST /v1/links/answer public',
    'POST /v1/links/look public',
    'POST /v1/me/factor account:self',
    'POST /v1/me/passkeys account:self',
    'POST /v1/me/passkeys/:id/remove account:self',
    'POST /v1/me/passkeys/options account:self',
    'POST /v1/me/password account:self',
    'POST /v1/me/recovery-codes account:self',
    'POST /v1/me/totp account:self',
    'POST /v1/me/totp/confirm account:self',
    'POST /v1/me/totp/remove account:self',
    'POST /v1/modules modules:write',
    'POST /v1/modules/:name/accept modules:write',
    'POST /v1/modules/:name/restart modules:write',
    'POST /v1/modules/:name/sign-in modules:write',
    'POST /v1/modules/:name/sign-out modules:write',
    'POST /v1/modules/moved modules:write',
    'POST /v1/modules/plan modules:write',
    'POST /v1/panic panic:declare',
    'POST /v1/policy policy:write',
    'POST /v1/push/subscriptions account:self',
    'POST /v1/push/unsubscribe account:self',
    'POST /v1/recover/:step panic:end',
    'POST /v1/rules policy:write',
    'POST /v1/runs/:id/cancel scripts:run',
    'POST /v1/schedules schedules:write',
    'POST /v1/schedules/:id/run schedules:write',
    'POST /v1/schedules/preview scripts:read',
    'POST /v1/scripts scripts:propose',
    'POST /v1/scripts/:name/approve scripts:approve',
    'POST /v1/scripts/:name/disable scripts:approve',
    'POST /v1/scripts/:name/factor scripts:approve',
    'POST /v1/scripts/:name/reject scripts:approve',
    'POST /v1/scripts/:name/restore scripts:approve',
    'POST /v1/scripts/:name/run scripts:run',
    'POST /v1/scripts/:name/test scripts:run',
    'POST /v1/scripts/eval scripts:run',
    'POST /v1/scripts/inspect scripts:propose',
    'POST /v1/secrets secrets:write',
    'POST /v1/secrets/:name/rotate secrets:write',
    'POST /v1/sessions/:id/resume limits:resume',
    'POST /v1/setup public before set-up',
    'POST /v1/sign-in public',
    'POST /v1/sign-in/factor public',
    'POST /v1/sign-in/invite public',
    'POST /v1/sign-in/passkey public',
    'POST /v1/sign-in/passkey/options public',
    'POST /v1/sign-in/refresh public',
    'POST /v1/sign-out account:self',
    'POST /v1/stop daemon:stop',
    'POST /v1/test-call policy:write',
    'POST /v1/tickets events:read',
    'POST /v1/try policy:write',
    'POST /v1/undo undo:run',
    'POST /v1/undo/plan undo:read',
    'POST /v1/users users:write',
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
      network: {
        agents: {},
        allow: [],
        connections: 256,
        idleSeconds: 600,
        megabytes: 4096,
        newHosts: 'ask',
        privateHosts: [],
      },
      sandbox: { megabytes: null, processes: 2048, read: [], runs: 'asked', write: [] },
      notify: { address: null, channels: {} },
      retention: { days: null, archive: null },
      summary: { upstream: null, model: null, timeoutSeconds: 8 },
      undo: {
        ...{ enabled: true, required: false, days: 14 },
        ...{ maxFileMegabytes: 50, maxCallMegabytes: 256, maxCallFiles: 5000, maxTotalMegabytes: 2048 },
      },
      verify: { everyDays: 7, onUpgrade: true },
      log: { level: 'info' },
      forward: [],
      metrics: { otlp: null, everySeconds: 60 },
      alarms: { diskFreeMiB: 512, scriptHours: 24, remindHours: 24 },
      workspace: { commands: 'sandboxed' },
      backups: { every: null, keep: 7, to: null, passphrase: null },
      remote: {
        enabled: false,
        host: '0.0.0.0',
        port: 9443,
        address: null,
        tls: null,
        proxy: null,
        allow: [],
      },
      scripts: {
        concurrency: 4,
        warm: 1,
        privateHosts: [],
        quotas: {
          script: { runs: 1000, seconds: 3600, calls: 10_000, bytes: 268_435_456 },
          agent: { runs: 1000, seconds: 3600, calls: 10_000, bytes: 268_435_456 },
        },
      },
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
    wrong_credentials: 401,
    factor_required: 403,
    no_csrf: 403,
    not_found: 404,
    already_resolved: 409,
    conflict: 409,
    too_large: 413,
    rate_limited: 429,
    not_recorded: 503,
    setup_required: 503,
    not_ready: 503,
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
