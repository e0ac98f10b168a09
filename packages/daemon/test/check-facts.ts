// Facts of an installation where all is well, to be changed one at a time.
import type { Alarm, AlarmKind } from '@castellan/contract';
import { DEFAULT_CONFIG } from '@castellan/contract';
import type { CheckFacts } from '../src/insight/facts.ts';

export const NOW = 1_800_000_000_000;
export const DAY = 24 * 60 * 60_000;

export const REMOTE = {
  ...{ enabled: false, host: '0.0.0.0', port: 9443, address: null, tls: null, proxy: null, allow: [] },
};
export const ISOLATION: CheckFacts['isolation'] = {
  here: {
    platform: 'linux',
    release: '6.18.44',
    uid: 1000,
    distribution: ['debian'],
    walls: { words: 'bubblewrap, seccomp', tried: [] },
    namespacesOff: null,
    container: null,
    counted: ['pids', 'memory', 'cpu'],
    twoUsers: [],
    state: {
      path: '/home/mia/.config/castellan',
      exists: true,
      shared: false,
      looked: 9,
      more: false,
      faults: [],
      loose: [],
    },
    disk: { free: 40 * 1024 ** 3, size: 100 * 1024 ** 3 },
  },
  config: {
    ...{ sandbox: { ...DEFAULT_CONFIG.sandbox, runs: 'always' }, network: DEFAULT_CONFIG.network },
    modules: {},
  },
  agents: [{ name: 'claude', scope: 'isolated', sockets: true }],
  servers: [{ name: 'crm', walls: true }],
  escapes: { looks: true, text: 'programs are looked at', not: 'what is over within a moment' },
};
export const ASKED = { ...ISOLATION.config, sandbox: DEFAULT_CONFIG.sandbox };
export const GOOD: CheckFacts = {
  now: NOW,
  setUpDone: true,
  people: [{ name: 'mia', role: 'admin', factors: 1 }],
  invited: 0,
  tokens: [],
  signIns: { tried: 3, failed: 1, names: ['mia'] },
  addresses: ['http://127.0.0.1:9999', 'http://[::1]:9999'],
  remote: REMOTE,
  certificate: null,
  remoteAddress: null,
  unwatched: [],
  agents: [{ id: 'agent_aaaaaa', name: 'claude', createdAt: NOW - 60 * DAY, lastSeenAt: NOW - 1000, frozen: null }],
  proofs: [
    { agent: 'agent_aaaaaa', name: 'claude', state: 'held', text: '9 checks, all held', due: '', at: NOW - 2 * DAY },
  ],
  alarms: [],
  workspace: { agents: ['opencode'], commands: 'sandboxed', walls: true },
  isolation: ISOLATION,
  config: DEFAULT_CONFIG,
  faults: [],
  unaccepted: [],
  servers: [{ name: 'crm', state: 'ready', quarantined: 0 }],
  scripts: [],
  vault: { state: 'open', key: 'keychain', text: '' },
  secrets: [{ name: 'A', due: 'no' }],
  ledger: { size: 7, root: 'ab'.repeat(32), failed: null },
  retention: { days: null, archive: null },
  retentionHeld: null,
  forwards: [],
  undo: { enabled: true, bytes: 10, maxBytes: 100 },
  panicSince: null,
  runbook: true,
  backups: { every: '1d', lastAt: NOW - 3_600_000, failed: null },
  verified: { at: NOW - DAY, ok: true, text: '7 records, none changed, none missing' },
  machineTime: NOW,
  program: { version: '0.1.0', node: 'v24.21.0' },
  channels: [{ name: 'phone', answers: 'sign-in', latest: 'sent' }],
};

export const alarm = (kind: AlarmKind): Alarm => ({
  ...{ id: 'alarm_aaaaaa', kind, agent: null, text: `seen: ${kind}`, hint: `do: ${kind}`, since: NOW, endedAt: null },
});
