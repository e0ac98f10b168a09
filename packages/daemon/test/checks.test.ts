// The checklist as a function: for each fact the item it makes, what was seen and what to do.
import type { CheckId, CheckItem } from '@castellan/contract';
import { alarmKindSchema, CHECKS, checkItemSchema, configSchema, DEFAULT_CONFIG } from '@castellan/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checksOf } from '../src/insight/checks.ts';
import type { CheckFacts } from '../src/insight/facts.ts';
import { loosenedIn } from '../src/insight/loosened.ts';
import { ASKED, alarm, DAY, GOOD, ISOLATION, NOW, REMOTE } from './check-facts.ts';

const AWAY = {
  remote: { ...REMOTE, enabled: true, tls: { certificate: '/c.pem', key: '/k.pem' } },
  remoteAddress: 'https://x.example',
};
const forward = (more: Partial<CheckFacts['forwards'][number]>): CheckFacts['forwards'][number] => ({
  ...{ name: 'siem', state: 'current', behind: 0, setAside: 0, fault: null },
  ...more,
});
const proof = (state: CheckFacts['proofs'][number]['state'], due: string): CheckFacts['proofs'][number] => ({
  ...{ agent: 'agent_aaaaaa' as const, name: 'claude', state, text: 'what it came to', due, at: null },
});
const token = (more: Partial<CheckFacts['tokens'][number]>): CheckFacts['tokens'][number] => ({
  name: 'ci',
  permissions: ['status:read'],
  createdAt: NOW - DAY,
  expiresAt: NOW + 90 * DAY,
  lastUsedAt: NOW - 1000,
  ...more,
});
const item = (id: string, change: Partial<CheckFacts>): CheckItem => {
  const found = checksOf({ ...GOOD, ...change }).filter((one) => one.id === id);
  expect(found).toHaveLength(1);
  return found[0] as CheckItem;
};

test('where all is well there is nothing to do', () => {
  const checks = checksOf(GOOD);
  expect(checks.filter(({ state }) => state !== 'good')).toEqual([]);
  expect(new Set(checks.map(({ group }) => group))).toEqual(
    new Set(['access', 'agents', 'isolation', 'policy', 'secrets', 'evidence', 'running', 'reach']),
  );
});

describe('each fact', () => {
  test.each<[string, Partial<CheckFacts>, CheckItem['state'], string]>([
    ['passwords', { setUpDone: false, people: [] }, 'bad', 'nobody'],
    ['passwords', {}, 'good', 'one password'],
    ['sign-in-tries', {}, 'good', '1 of 3 tries'],
    ['sign-in-tries', { signIns: { tried: 0, failed: 0, names: [] } }, 'good', 'nobody tried'],
    ['sign-in-tries', { signIns: { tried: 14, failed: 11, names: ['mia', 'root'] } }, 'warn', '`mia`, `root`'],
    ['listen', {}, 'good', '`http://127.0.0.1:9999`'],
    ['listen', { addresses: ['http://192.0.2.7:9999'] }, 'bad', '192.0.2.7'],
    ['remote-tls', { ...AWAY, certificate: { endsAt: NOW + 80 * DAY, keyMode: 0o600 } }, 'good', 'good until 2027-'],
    ['remote-tls', { ...AWAY, certificate: { endsAt: NOW + 5 * DAY, keyMode: 0o600 } }, 'warn', '5 days'],
    ['remote-tls', { ...AWAY, certificate: { endsAt: NOW - DAY, keyMode: 0o600 } }, 'bad', 'good until'],
    ['remote-tls', { ...AWAY, certificate: { endsAt: NOW + 80 * DAY, keyMode: 0o644 } }, 'bad', 'mode 644'],
    ['remote-tls', { ...AWAY, certificate: null }, 'bad', 'cannot be read'],
    [
      'remote-tls',
      { ...AWAY, remote: { ...REMOTE, enabled: true, proxy: { from: ['127.0.0.1'] } } },
      'good',
      '`127.0.0.1`',
    ],
    ['defaults', {}, 'good', 'nothing is looser'],
    ['defaults', { config: { ...DEFAULT_CONFIG, cloud: { services: ['api.x.example'] } } }, 'warn', 'cloud.services'],
    ['pinned', { servers: [] }, 'good', 'no server'],
    ['pinned', { servers: [{ name: 'crm', state: 'unaccepted', quarantined: 0 }] }, 'warn', 'nobody accepted it'],
    ['pinned', { servers: [{ name: 'crm', state: 'held', quarantined: 0 }] }, 'warn', 'another one'],
    ['pinned', { servers: [{ name: 'crm', state: 'ready', quarantined: 2 }] }, 'warn', '2 tools held back'],
    ['scripts', { scripts: [{ name: 'tidy', since: NOW - 1000 }] }, 'warn', '`tidy`: since today'],
    ['scripts', { scripts: [{ name: 'tidy', since: NOW - 3 * DAY }] }, 'warn', 'since 3 days'],
    ['scripts', { alarms: [alarm('script-modified')] }, 'bad', 'seen: script-modified'],
    ['ledger-verified', {}, 'good', '1 day ago: 7 records'],
    ['ledger-verified', { verified: null }, 'unknown', 'not looked at yet'],
    ['ledger-verified', { verified: { at: NOW - 5 * DAY, ok: true, text: 'fine' } }, 'warn', '5 days ago'],
    ['ledger-verified', { verified: { at: NOW - 1000, ok: false, text: 'changed' } }, 'bad', 'changed'],
    ['alarms', { alarms: [alarm('remote-closed')] }, 'warn', 'seen: remote-closed'],
    ['alarms', { alarms: [alarm('hooks-missing')] }, 'good', 'none'],
    ['alarms', { alarms: [alarm('panic')], panicSince: NOW - DAY }, 'good', 'told here already'],
    ['alarms', { alarms: [alarm('backup-due')] }, 'good', 'told here already'],
    ['backup', { alarms: [alarm('backup-due')] }, 'warn', 'although one is to be made every 1d'],
    // One whose item finds nothing wrong is told all the same.
    ['alarms', { alarms: [alarm('secret-due')] }, 'warn', 'seen: secret-due'],
    ['panic', {}, 'good', 'no panic'],
    ['backup', {}, 'good', '1 hour ago; one is made every 1d'],
    ['backup', { backups: { every: null, lastAt: null, failed: null } }, 'warn', 'none yet'],
    ['backup', { backups: { every: null, lastAt: NOW - 9 * DAY, failed: null } }, 'warn', '9 days ago, and none'],
    ['backup', { backups: { every: '1d', lastAt: null, failed: 'the disk is full' } }, 'bad', 'the disk is full'],
    ['panic', { panicSince: NOW - 3_600_000 }, 'warn', 'since 1 hour ago'],
    ['runbook', { runbook: false }, 'warn', 'nobody wrote it'],
    ['retention', {}, 'good', 'for ever'],
    ['retention', { retention: { days: 90, archive: null } }, 'good', '90 days'],
    [
      'retention',
      {
        retention: { days: 90, archive: null },
        retentionHeld: { by: 'open-task', since: NOW - 100 * DAY, what: '`task_x` of claude' },
      },
      'warn',
      '90 days, and older ones stay: a task is open, since 100 days ago: `task_x` of claude',
    ],
    [
      'retention',
      { retention: { days: 1, archive: null }, retentionHeld: { by: 'undo', since: NOW - 30 * DAY } },
      'good',
      'one day',
    ],
    ['retention', { alarms: [alarm('retention-failed')] }, 'bad', 'seen: retention-failed'],
    ['forwards', { forwards: [forward({})] }, 'good', '`siem`'],
    [
      'forwards',
      { forwards: [forward({ state: 'failing', behind: 12, fault: { at: NOW, text: 'refused', nextAt: null } })] },
      'bad',
      '`siem`: refused; 12 records wait',
    ],
    ['forwards', { forwards: [forward({ setAside: 2 })] }, 'warn', '2 records it would not take'],
    ['forwards', { forwards: [forward({ state: 'sending', behind: 200_000 })] }, 'warn', 'more than 100000'],
    ['undo', {}, 'good', '10 %'],
    ['undo', { undo: { enabled: false, bytes: 0, maxBytes: 1 } }, 'warn', 'nothing is kept'],
    ['sign-ins', { alarms: [alarm('sign-in-unusual')] }, 'warn', 'seen: sign-in-unusual'],
    ['clock', { machineTime: NOW - 3_600_000 }, 'warn', '1 hour before'],
    ['version', {}, 'good', 'Castellan 0.1.0, Node 24.21.0'],
    ['version', { program: { version: '0.1.0', node: 'v22.1.0' }, now: Date.UTC(2027, 5, 1) }, 'bad', '2027-04-30'],
    ['version', { program: { version: '0.1.0', node: 'v25.0.0' } }, 'warn', 'nobody knows'],
    ['set-up', { setUpDone: false, people: [] }, 'bad', 'nobody has an account'],
    ['second-factor', { people: [{ name: 'mia', role: 'approver', factors: 0 }] }, 'warn', '`mia`'],
    ['second-factor', { people: [{ name: 'vera', role: 'viewer', factors: 0 }] }, 'good', ''],
    [
      'admins',
      { people: ['a', 'b', 'c', 'd'].map((name) => ({ name, role: 'admin' as const, factors: 1 })) },
      'warn',
      '`a`, `b`, `c`, `d`',
    ],
    ['admins', { invited: 2 }, 'good', '2 invitations'],
    ['sign-ins', { alarms: [alarm('sign-in-attack')] }, 'warn', 'seen: sign-in-attack'],
    ['sign-ins', { alarms: [alarm('sign-in-attack'), alarm('token-reused')] }, 'bad', 'seen: sign-in-attack'],
    ['api-tokens', { tokens: [token({})] }, 'good', '`ci`'],
    ['api-tokens', { tokens: [token({ lastUsedAt: NOW - 31 * DAY })] }, 'warn', '`ci`'],
    ['api-tokens', { tokens: [token({ lastUsedAt: null, createdAt: NOW - 31 * DAY })] }, 'warn', '`ci`'],
    ['api-tokens', { tokens: [token({ lastUsedAt: null, createdAt: NOW - DAY })] }, 'good', '`ci`'],
    ['api-tokens-end', { tokens: [token({ expiresAt: NOW + DAY })] }, 'warn', '`ci`'],
    ['api-tokens-answer', { tokens: [token({ permissions: ['approvals:resolve'] })] }, 'warn', '`ci`'],
    ['api-tokens-answer', { tokens: [token({ permissions: ['agents:thaw'] })] }, 'warn', 'thaw'],
    ['api-tokens-answer', { tokens: [token({ permissions: ['modules:write'] })] }, 'warn', '`ci`'],
    ['remote', { remote: { ...REMOTE, enabled: true } }, 'bad', 'does not listen'],
    [
      'remote',
      { remote: { ...REMOTE, enabled: true }, remoteAddress: 'https://x.example' },
      'good',
      'https://x.example',
    ],
    [
      'remote-allow',
      { remote: { ...REMOTE, enabled: true }, remoteAddress: 'https://x.example' },
      'warn',
      'every address',
    ],
    [
      'remote-allow',
      { remote: { ...REMOTE, enabled: true, allow: ['10.0.0.0/8'] }, remoteAddress: 'https://x.example' },
      'good',
      '10.0.0.0/8',
    ],
    [
      'remote-factor',
      {
        remote: { ...REMOTE, enabled: true },
        remoteAddress: 'https://x.example',
        people: [{ name: 'vera', role: 'viewer', factors: 0 }],
      },
      'bad',
      '`vera`',
    ],
    ['agents', { agents: [] }, 'warn', 'nothing is held'],
    [
      'agents-silent',
      {
        agents: [
          { id: 'agent_aaaaaa', name: 'claude', createdAt: NOW - 60 * DAY, lastSeenAt: NOW - 31 * DAY, frozen: null },
        ],
      },
      'warn',
      '`claude`',
    ],
    [
      'agents-silent',
      { agents: [{ id: 'agent_aaaaaa', name: 'claude', createdAt: NOW - 60 * DAY, lastSeenAt: null, frozen: null }] },
      'warn',
      '`claude`',
    ],
    [
      'agents',
      { agents: [{ id: 'agent_aaaaaa', name: 'new', createdAt: NOW - DAY, lastSeenAt: null, frozen: null }] },
      'good',
      '`new`',
    ],
    ['proven', {}, 'good', '`claude, 2 days ago`'],
    ['proven', { proofs: [] }, 'good', 'none'],
    ['proven', { proofs: [proof('never', 'it was never proven')] }, 'warn', '`claude`: it was never proven'],
    ['proven', { proofs: [proof('held', 'it was proven 9 days ago')] }, 'warn', '9 days ago'],
    ['proven', { proofs: [proof('failed', '')] }, 'warn', 'what it came to'],
    ['proven', { proofs: [proof('running', '')] }, 'good', 'being proven'],
    ['proven', { proofs: [proof('never', 'due'), proof('not-held', 'it did not hold')] }, 'bad', 'what it came to'],
    ['hooks', { unwatched: ['claude'] }, 'unknown', '`claude`: connected by hand'],
    ['hooks', { unwatched: ['claude'], alarms: [alarm('hooks-missing')] }, 'bad', 'seen: hooks-missing'],
    ['hooks', { alarms: [alarm('hooks-missing')] }, 'bad', 'seen: hooks-missing'],
    ['hooks', { alarms: [alarm('hooks-disabled')] }, 'bad', 'seen: hooks-disabled'],
    ['hooks', { alarms: [alarm('hooks-bypassed')] }, 'bad', 'seen: hooks-bypassed'],
    ['behaved', { alarms: [alarm('ran-otherwise')] }, 'bad', 'seen: ran-otherwise'],
    ['behaved', { alarms: [alarm('canary')] }, 'bad', 'seen: canary'],
    ['behaved', { alarms: [alarm('secret-shown')] }, 'bad', 'seen: secret-shown'],
    ['behaved', { alarms: [alarm('unexplained')] }, 'warn', 'seen: unexplained'],
    ['behaved', { alarms: [alarm('agent-paused')] }, 'warn', 'seen: agent-paused'],
    ['behaved', { alarms: [alarm('agent-stopped')] }, 'warn', 'seen: agent-stopped'],
    [
      'frozen',
      {
        agents: [
          { id: 'agent_aaaaaa', name: 'claude', createdAt: NOW - 60 * DAY, lastSeenAt: NOW, frozen: 'a canary' },
        ],
      },
      'warn',
      'claude: a canary',
    ],
    ['walls', { workspace: { agents: ['opencode'], commands: 'sandboxed', walls: false } }, 'warn', '`opencode`'],
    ['walls', { workspace: { agents: [], commands: 'sandboxed', walls: false } }, 'good', 'nothing runs'],
    ['walls', { workspace: { agents: [], commands: 'open', walls: false } }, 'bad', 'workspace.commands: open'],
    [
      'walls',
      {
        isolation: {
          ...ISOLATION,
          here: { ...ISOLATION.here, walls: { words: 'Landlock, seccomp', tried: [] } },
        },
      },
      'warn',
      'commands of `opencode` in a project with version control',
    ],
    ['agents-walls', {}, 'good', '`claude`, at each'],
    ['agents-walls', { isolation: { ...ISOLATION, agents: [] } }, 'good', 'no agent'],
    ['agents-walls', { isolation: { ...ISOLATION, config: ASKED } }, 'warn', '`claude`: only where'],
    [
      'agents-walls',
      { isolation: { ...ISOLATION, agents: [{ name: 'mine', scope: 'user', sockets: true }, ...ISOLATION.agents] } },
      'warn',
      '`mine`: started by yourself',
    ],
    [
      'agents-walls',
      { isolation: { ...ISOLATION, agents: [{ name: 'by-hand', scope: null, sockets: true }] } },
      'warn',
      '`by-hand`',
    ],
    [
      'agents-walls',
      {
        isolation: {
          ...ISOLATION,
          config: ASKED,
          here: { ...ISOLATION.here, state: { ...ISOLATION.here.state, shared: true } },
        },
      },
      'good',
      'another container',
    ],
    ['escapes', {}, 'good', 'not what is over'],
    [
      'escapes',
      { isolation: { ...ISOLATION, escapes: { looks: false, text: 'files', not: 'programs' } } },
      'warn',
      'files; not programs',
    ],
    ['servers-walls', { isolation: { ...ISOLATION, servers: [] } }, 'good', 'none'],
    [
      'servers-walls',
      { isolation: { ...ISOLATION, servers: [...ISOLATION.servers, { name: 'mail', walls: false }] } },
      'warn',
      '`mail`: it reads',
    ],
    [
      'sockets',
      { isolation: { ...ISOLATION, agents: [{ name: 'claude', scope: 'isolated', sockets: false }] } },
      'bad',
      '`claude`',
    ],
    ['preset', { config: { ...DEFAULT_CONFIG, preset: 'supervised' } }, 'good', 'supervised'],
    ['preset', { config: { ...DEFAULT_CONFIG, preset: 'full-auto' } }, 'warn', 'full-auto'],
    ['faults', { faults: ['rules/mine.yaml: no'] }, 'bad', 'rules/mine.yaml: no'],
    ['faults', { alarms: [alarm('policy-rejected')] }, 'bad', 'seen: policy-rejected'],
    ['manifests', { unaccepted: ['crm'] }, 'warn', '`crm`'],
    ['vault', { vault: { state: 'empty', key: null, text: '' } }, 'good', 'empty'],
    ['vault', { vault: { state: 'locked', key: 'passphrase', text: 'ask' } }, 'bad', 'locked'],
    [
      'vault',
      { vault: { state: 'locked', key: null, text: '' }, alarms: [alarm('vault-locked')] },
      'bad',
      'seen: vault-locked',
    ],
    ['vault', { vault: { state: 'damaged', key: null, text: 'cut' } }, 'bad', 'cut'],
    [
      'vault',
      { vault: { state: 'damaged', key: null, text: '' }, alarms: [alarm('vault-damaged')] },
      'bad',
      'seen: vault-damaged',
    ],
    ['vault-key', { vault: { state: 'open', key: 'passphrase', text: '' } }, 'good', 'passphrase'],
    ['vault-key', { vault: { state: 'open', key: 'file', text: '' } }, 'warn', 'file'],
    ['vault-key', { vault: { state: 'open', key: null, text: '' } }, 'warn', 'not known'],
    ['due', { secrets: [{ name: 'A', due: 'soon' }] }, 'warn', '`A`'],
    ['due', { secrets: [{ name: 'A', due: 'now' }] }, 'warn', '`A`'],
    [
      'due',
      {
        secrets: [
          { name: 'A', due: 'now' },
          { name: 'B', due: 'expired' },
        ],
      },
      'bad',
      '`B`',
    ],
    ['modules', { alarms: [alarm('module-changed')] }, 'warn', 'seen: module-changed'],
    ['modules', { alarms: [alarm('module-changed'), alarm('module-failed')] }, 'bad', 'seen: module-failed'],
    ['due', { secrets: [] }, 'good', ''],
    ['redaction', { config: { ...DEFAULT_CONFIG, redaction: { unknown: 'certain' } } }, 'warn', 'certain'],
    ['redaction', { config: { ...DEFAULT_CONFIG, redaction: { unknown: 'off' } } }, 'bad', 'vault'],
    ['ledger', { ledger: { size: 7, root: '', failed: 'disk full' } }, 'bad', 'disk full'],
    ['ledger', {}, 'good', '7 records, signed at abababababababab'],
    ['channels', { channels: [] }, 'warn', 'no channel'],
    ['channels', { channels: [{ name: 'phone', answers: 'sign-in', latest: null }] }, 'warn', '`phone`'],
    ['channels', { channels: [{ name: 'phone', answers: 'sign-in', latest: 'retrying' }] }, 'bad', '`phone`'],
    ['channels', { channels: [{ name: 'phone', answers: 'sign-in', latest: 'given-up' }] }, 'bad', '`phone`'],
    ['channels', { alarms: [alarm('channel-failed')] }, 'bad', 'seen: channel-failed'],
    ['channels-answer', { channels: [{ name: 'chat', answers: 'link', latest: 'sent' }] }, 'warn', '`chat`'],
  ])('%s: %j', (id, change, state, seen) => {
    const found = item(id, change);
    expect(found.state).toBe(state);
    expect(found.evidence).toContain(seen);
    expect(found.fix === '').toBe(state === 'good');
  });
});

test('an agent that was connected just now is not called silent', () => {
  const agents = [{ id: 'agent_aaaaaa', name: 'new', createdAt: NOW - 29 * DAY, lastSeenAt: null, frozen: null }];
  expect(checksOf({ ...GOOD, agents }).map(({ id }) => id)).not.toContain('agents-silent');
});

test.each(alarmKindSchema.options)('an open alarm is never among good items only: %s', (kind) => {
  expect(checksOf({ ...GOOD, alarms: [alarm(kind)] }).some(({ state }) => state !== 'good')).toBe(true);
});

test('what Castellan mends is offered where it can be, and nowhere else', () => {
  const offered = (change: Partial<CheckFacts>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      checksOf({ ...GOOD, ...change }).flatMap(({ id, mends }) => (mends === undefined ? [] : [[id, mends]])),
    );
  const state = (kind: 'open' | 'link') => ({
    isolation: {
      ...ISOLATION,
      here: {
        ...ISOLATION.here,
        state: { ...ISOLATION.here.state, faults: [{ path: '/s/k', kind, seen: 'mode 644', allowed: 0o7700 }] },
      },
    },
  });
  expect(offered({})).toEqual({});
  expect(offered(state('open'))).toEqual({ state: 'close one file or folder to others' });
  expect(offered(state('link'))).toEqual({});
  const gone = { ...alarm('hooks-missing'), agent: 'agent_aaaaaa' as const };
  expect(offered({ alarms: [gone] })).toEqual({ hooks: 'put the entries of `claude` back' });
  // Whoever switched the hooks off somewhere above is not overruled.
  expect(offered({ alarms: [{ ...gone, kind: 'hooks-bypassed' }] })).toEqual({});
  expect(offered({ proofs: [proof('never', 'it was never proven')] })).toEqual({
    proven: 'let harmless calls prove `claude`',
  });
  expect(offered({ proofs: [proof('not-held', '')] })).toEqual({});
  expect(offered({ channels: [{ name: 'phone', answers: 'sign-in', latest: null }] })).toEqual({
    channels: 'send a test message through `phone`',
  });
  expect(offered({ verified: null })).toEqual({ 'ledger-verified': 'verify every byte of the ledger' });
  // A ledger that did not verify is evidence: nothing is done about it but by a person.
  expect(offered({ verified: { at: NOW, ok: false, text: 'changed' } })).toEqual({});
  expect(offered({ setUpDone: false, secrets: [{ name: 'A', due: 'expired' }], faults: ['x'] })).toEqual({});
});

test('a setting is called loosened when it allows what Castellan does not allow by itself', () => {
  const said = (change: object): readonly string[] =>
    loosenedIn(configSchema.parse({ schema: 'castellan/config/v1', ...change }));
  expect(said({})).toEqual([]);
  expect(said({ preset: 'supervised', deny: ['mail/*'], modules: { crm: { level: 'confirm' } } })).toEqual([]);
  expect(said({ modules: { crm: { level: 'allow', tools: { send: 'allow', look: 'deny' } } } })).toEqual([
    'modules.crm.level: allow',
    'modules.crm.tools.send: allow',
  ]);
  expect(said({ limits: { retries: { pause: null, stop: 9 }, turn: { calls: { pause: null } } } })).toEqual([
    'limits.turn.calls.pause: off',
    'limits.retries.pause: off',
    'limits.retries.stop: 9',
  ]);
  expect(said({ browser: { hosts: ['*.example.org', 'example.com'] } })).toEqual(['browser.hosts: *.example.org']);
});

const facts: fc.Arbitrary<CheckFacts> = fc.record({
  now: fc.constant(NOW),
  setUpDone: fc.boolean(),
  people: fc.array(
    fc.record({
      name: fc.string({ maxLength: 8 }),
      role: fc.constantFrom('admin', 'approver', 'viewer'),
      factors: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 6 },
  ),
  invited: fc.integer({ min: 0, max: 3 }),
  tokens: fc.array(
    fc.record({
      name: fc.string({ maxLength: 8 }),
      permissions: fc.subarray(['status:read', 'policy:write', 'approvals:resolve'] as const),
      createdAt: fc.integer({ min: NOW - 90 * DAY, max: NOW }),
      expiresAt: fc.integer({ min: NOW, max: NOW + 90 * DAY }),
      lastUsedAt: fc.option(fc.integer({ min: NOW - 90 * DAY, max: NOW })),
    }),
    { maxLength: 4 },
  ),
  remote: fc.constantFrom(REMOTE, { ...REMOTE, enabled: true }),
  remoteAddress: fc.option(fc.constant('https://x.example')),
  signIns: fc.record({ tried: fc.nat(), failed: fc.nat(), names: fc.array(fc.string(), { maxLength: 3 }) }),
  addresses: fc.array(fc.constantFrom('http://127.0.0.1:9999', 'http://10.0.0.1:9999'), { minLength: 1, maxLength: 2 }),
  certificate: fc.option(
    fc.record({ endsAt: fc.integer({ min: NOW - DAY, max: NOW + 90 * DAY }), keyMode: fc.nat(511) }),
  ),
  unwatched: fc.array(fc.string(), { maxLength: 3 }),
  agents: fc.array(
    fc.record({
      id: fc.constant('agent_aaaaaa'),
      name: fc.string({ maxLength: 8 }),
      createdAt: fc.integer({ min: NOW - 90 * DAY, max: NOW }),
      lastSeenAt: fc.option(fc.integer({ min: NOW - 90 * DAY, max: NOW })),
      frozen: fc.option(fc.string({ maxLength: 8 })),
    }),
    { maxLength: 4 },
  ),
  proofs: fc.array(
    fc.record({
      name: fc.string(),
      state: fc.constantFrom('never', 'running', 'held', 'not-held', 'failed'),
      text: fc.string(),
      due: fc.string(),
      agent: fc.constant('agent_aaaaaa' as const),
      at: fc.option(fc.integer({ min: NOW - 90 * DAY, max: NOW })),
    }),
    { maxLength: 4 },
  ),
  alarms: fc.subarray([...alarmKindSchema.options]).map((kinds) => kinds.map(alarm)),
  workspace: fc.record({
    agents: fc.array(fc.string({ maxLength: 8 }), { maxLength: 3 }),
    commands: fc.constantFrom('sandboxed', 'open'),
    walls: fc.boolean(),
  }),
  isolation: fc.record({
    here: fc.record({
      platform: fc.constantFrom('linux', 'darwin', 'win32'),
      release: fc.constant('6.1'),
      uid: fc.constantFrom(null, 0, 1000),
      distribution: fc.subarray(['debian', 'fedora', 'own']),
      walls: fc.constantFrom(
        { words: 'bubblewrap, seccomp', tried: [] },
        { words: 'Landlock, seccomp', tried: [{ name: 'bubblewrap', ok: false, why: 'it is not here' }] },
        { words: null, tried: [] },
      ),
      namespacesOff: fc.constantFrom('apparmor' as const, 'sysctl' as const, 'none-left' as const, null),
      container: fc.option(
        fc.record({
          engine: fc.string({ minLength: 1 }),
          rootReadOnly: fc.boolean(),
          capabilities: fc.constantFrom('0', 'ff'),
          noNewPrivileges: fc.boolean(),
          limited: fc.record({ memory: fc.boolean(), processes: fc.boolean(), processor: fc.boolean() }),
        }),
      ),
      counted: fc.subarray(['pids', 'memory', 'cpu']),
      twoUsers: fc.constantFrom(
        [],
        [{ title: 'x', state: 'bad' as const, evidence: 'y', fix: 'z' }],
        [{ title: 'x', state: 'good' as const, evidence: 'y', fix: '' }],
      ),
      disk: fc.option(fc.record({ free: fc.nat(), size: fc.nat() })),
      state: fc.record({
        path: fc.string(),
        exists: fc.boolean(),
        shared: fc.boolean(),
        looked: fc.nat(),
        more: fc.boolean(),
        faults: fc.array(
          fc.record({
            path: fc.string(),
            kind: fc.constantFrom('open' as const, 'foreign' as const, 'link' as const, 'many-names' as const),
            seen: fc.string(),
            allowed: fc.constant(0o7700),
          }),
          { maxLength: 3 },
        ),
        loose: fc.array(fc.record({ path: fc.string(), seen: fc.string() }), { maxLength: 2 }),
      }),
    }),
    config: fc.constantFrom(ISOLATION.config, ASKED),
    agents: fc.array(
      fc.record({
        name: fc.string(),
        scope: fc.constantFrom('user' as const, 'isolated' as const, null),
        sockets: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
    escapes: fc.record({ looks: fc.boolean(), text: fc.constant('programs'), not: fc.constant('others') }),
    servers: fc.array(fc.record({ name: fc.string(), walls: fc.boolean() }), { maxLength: 3 }),
  }),
  config: fc
    .record({
      preset: fc.constantFrom('supervised', 'autonomous', 'full-auto'),
      unknown: fc.constantFrom('likely', 'certain', 'off'),
      services: fc.array(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 8 }),
    })
    .map(({ preset, unknown, services }) => ({
      ...{ ...DEFAULT_CONFIG, preset, redaction: { unknown }, cloud: { services } },
    })),
  faults: fc.array(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 2 }),
  unaccepted: fc.array(fc.string({ maxLength: 8 }), { maxLength: 8 }),
  servers: fc.array(
    fc.record({
      name: fc.string({ maxLength: 8 }),
      state: fc.constantFrom('ready', 'held', 'unaccepted', null),
      quarantined: fc.nat(3),
    }),
    { maxLength: 3 },
  ),
  scripts: fc.array(
    fc.record({ name: fc.string({ maxLength: 8 }), since: fc.integer({ min: NOW - 9 * DAY, max: NOW }) }),
    { maxLength: 7 },
  ),
  vault: fc.record({
    state: fc.constantFrom('open', 'locked', 'damaged', 'empty'),
    key: fc.constantFrom('keychain', 'passphrase', 'file', null),
    text: fc.string({ maxLength: 8 }),
  }),
  secrets: fc.array(
    fc.record({ name: fc.string({ maxLength: 8 }), due: fc.constantFrom('no', 'soon', 'now', 'expired') }),
    { maxLength: 4 },
  ),
  ledger: fc.record({
    size: fc.nat(),
    root: fc.string({ maxLength: 64 }),
    failed: fc.option(fc.string({ minLength: 1 })),
  }),
  retention: fc.record({ days: fc.option(fc.integer({ min: 1, max: 400 })), archive: fc.constant(null) }),
  retentionHeld: fc.option(
    fc.record({
      by: fc.constantFrom('open-task', 'open-approval', 'undo', 'incident', 'forward'),
      since: fc.integer({ min: NOW - 400 * DAY, max: NOW }),
      what: fc.string(),
    }),
  ),
  forwards: fc.array(
    fc.record({
      name: fc.string({ maxLength: 8 }),
      state: fc.constantFrom('current', 'sending', 'failing'),
      behind: fc.nat(),
      setAside: fc.nat(3),
      fault: fc.option(fc.record({ at: fc.constant(NOW), text: fc.string(), nextAt: fc.constant(null) })),
    }),
    { maxLength: 3 },
  ),
  undo: fc.record({ enabled: fc.boolean(), bytes: fc.nat(), maxBytes: fc.nat() }),
  panicSince: fc.option(fc.integer({ min: NOW - DAY, max: NOW })),
  runbook: fc.boolean(),
  backups: fc.record({
    every: fc.constantFrom(null, '1d'),
    lastAt: fc.option(fc.integer({ min: NOW - 90 * DAY, max: NOW })),
    failed: fc.option(fc.string()),
  }),
  verified: fc.option(
    fc.record({ at: fc.integer({ min: NOW - 9 * DAY, max: NOW }), ok: fc.boolean(), text: fc.string() }),
  ),
  machineTime: fc.integer({ min: NOW - DAY, max: NOW }),
  program: fc.record({ version: fc.constant('0.1.0'), node: fc.constantFrom('v24.1.0', 'v21.0.0', '') }),
  channels: fc.array(
    fc.record({
      name: fc.string({ maxLength: 8 }),
      answers: fc.constantFrom('sign-in', 'link'),
      latest: fc.constantFrom('sent', 'retrying', 'given-up', null),
    }),
    { maxLength: 3 },
  ),
});

test('of any facts each item stands once, says what was seen, and says what to do where there is something to do', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const checks = checksOf(given);
      expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
      for (const check of checks) {
        expect(checkItemSchema.safeParse(check).success).toBe(true);
        expect(check.evidence).not.toBe('');
        expect(check.fix === '').toBe(check.state === 'good');
        // What is as it should be is not mended, and an item is written as the catalogue has it.
        expect(check.mends === undefined || check.state !== 'good').toBe(true);
        if (!/^two-users-/.test(check.id))
          expect(CHECKS[check.id as CheckId].slice(0, 2)).toEqual([check.group, check.title]);
      }
    }),
    { numRuns: 300 },
  );
});
