// One record of every kind that has a place of its own in some form, with text that would end a field where it could.
import { type LedgerRecord, parseRecord } from '@castellan/contract';

const AT = 1_795_764_915_123;
const CALL = 'call_00aa11bb22';
const DIGEST = `sha256:${'a1'.repeat(32)}`;
const IDS = { agent: 'agent_claude01', task: 'task_build01', session: 'session_one001' };
/** Line ends, quotes, what opens and ends fields of any form, and what a sheet would calculate. */
export const NASTY = '=cmd|\' /C calc\'!A0 "a,b" \\|=] x="1"\r\nCEF:0|evil|\u2028<13>1 \u0085 ünï \u{1f600}';

const GIVEN: readonly unknown[] = [
  {
    kind: 'attempt',
    at: AT,
    call: CALL,
    ...IDS,
    module: 'claude-code',
    tool: 'Bash',
    origin: 'hook',
    cwd: '/srv/site',
    workspace: '/srv/site',
    arguments: { command: NASTY },
    digest: DIGEST,
    effects: [
      { kind: 'delete', target: '/srv/site', targetKind: 'path', place: 'workspace', certainty: 'certain' },
      { kind: 'connect', target: 'api.example.org:443', targetKind: 'host', place: 'public', certainty: 'possible' },
    ],
    verdict: {
      outcome: 'deny',
      reasons: [{ source: 'critical-rule', part: 'floor', id: 'C02.disk', outcome: 'deny', text: NASTY }],
      toolClass: 'critical',
      scope: 'per-call',
      policy: DIGEST,
    },
  },
  { kind: 'approval', at: AT + 5, approval: 'approval_000001', call: CALL, digest: DIGEST, state: { kind: 'pending' } },
  {
    kind: 'approval',
    at: AT + 2_000,
    approval: 'approval_000001',
    call: CALL,
    digest: DIGEST,
    state: { kind: 'approved', by: 'person:mia', at: AT + 2_000 },
  },
  { kind: 'outcome', at: AT + 3_000, call: CALL, status: 'failed', by: 'user-approved', text: NASTY, durationMs: 800 },
  {
    kind: 'sign-in',
    at: AT,
    who: 'mia',
    change: 'failed',
    address: '192.0.2.7',
    client: 'Firefox',
    factor: 'none',
    text: NASTY,
  },
  { kind: 'person', at: AT, who: 'vera', change: 'invited', by: 'person:mia', text: 'as a viewer' },
  {
    kind: 'alarm',
    at: AT,
    alarm: {
      id: 'alarm_0000001',
      kind: 'canary',
      agent: IDS.agent,
      text: NASTY,
      hint: 'look',
      since: AT,
      endedAt: null,
    },
  },
  {
    kind: 'alarm',
    at: AT,
    alarm: { id: 'alarm_0000001', kind: 'canary', agent: null, text: 'x', hint: 'look', since: AT, endedAt: AT + 1 },
  },
  {
    kind: 'connection',
    at: AT,
    agent: IDS.agent,
    session: IDS.session,
    host: 'api.example.org',
    port: 443,
    address: '192.0.2.9',
    by: 'connect',
    outcome: 'closed',
    call: CALL,
    sentBytes: 10,
    receivedBytes: 20,
    durationMs: 30.5,
  },
  { kind: 'daemon', at: AT, change: 'started', version: '0.1.0' },
  {
    kind: 'secret',
    at: AT,
    secret: 'GITHUB_TOKEN',
    change: 'used',
    by: 'model:agent_claude01',
    host: 'api.example.org',
  },
  { kind: 'vault', at: AT, change: 'opened', by: 'start', text: NASTY },
  { kind: 'grant', at: AT, grant: 'grant_0000001', change: 'created', by: 'person:mia', text: NASTY },
  { kind: 'policy', at: AT, change: 'loaded', policy: DIGEST, by: 'start', faults: [] },
  { kind: 'agent', at: AT, agent: IDS.agent, change: 'frozen', by: 'person:mia', text: NASTY },
  { kind: 'session', at: AT, ...IDS, change: 'started' },
  { kind: 'module', at: AT, module: 'mail', change: 'quarantined', by: 'gateway', text: NASTY },
  {
    kind: 'model',
    at: AT,
    agent: IDS.agent,
    upstream: 'ollama',
    host: 'localhost:11434',
    path: '/v1/chat',
    status: 502,
    redacted: 1,
    durationMs: 12,
  },
  {
    kind: 'incident',
    at: AT,
    incident: 'canary',
    secret: 'AWS_BAIT',
    agent: IDS.agent,
    call: CALL,
    seen: 'arguments',
    text: NASTY,
  },
  { kind: 'refusal', at: AT, who: 'agent:agent_claude01', what: 'POST /v1/grants', text: NASTY },
  { kind: 'verification', at: AT, agent: IDS.agent, version: '1.2.3', held: false, text: NASTY },
  { kind: 'export', at: AT, change: 'set-aside', by: 'forward:siem', as: 'otlp-logs', index: 7, text: NASTY },
];

export const SAMPLES: readonly LedgerRecord[] = GIVEN.map((given) => {
  const record = parseRecord(given);
  if (!record.ok) throw new Error(JSON.stringify(record.faults));
  return record.value;
});
