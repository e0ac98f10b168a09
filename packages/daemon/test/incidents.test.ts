// What is known of an incident: made of records alone, told without believing what agents wrote (R3, L5).
import type { Incident, IncidentStepRecord, LedgerRecord } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { folded } from '../src/incidents/fold.ts';
import { exposedIn, markdownOf, recordsAround, reportOf } from '../src/incidents/index.ts';
import type { RecordQuery } from '../src/records/record-index.ts';
import { write } from './fixtures.ts';

const ID = 'incident_aaaaaaaa';
const step = (change: IncidentStepRecord['change'], more: Partial<IncidentStepRecord> = {}): IncidentStepRecord => ({
  ...{ kind: 'incident-step', at: 5000, incident: ID, change, by: 'person:mia', text: 'it reads my mail' },
  ...more,
});
const ended = (name: string) => ({
  ...{ agents: [{ id: 'agent_aaaaaaaa' as const, name, kind: 'claude-code' }], scripts: [], schedules: [] },
  ...{ tokens: [], people: [] },
});
const told = (...steps: readonly IncidentStepRecord[]): Incident => {
  const incident = steps.reduce<Incident | undefined>(folded, undefined);
  if (incident === undefined) throw new Error('there is none');
  return incident;
};

verifies(
  ['R3', 'L5'],
  'the ledger says what became of an incident; a second panic takes back every step of the way back',
  () => {
    expect(folded(undefined, step('note'))).toBeUndefined();
    const first = told(
      step('declared', { cause: 'panic' }),
      step('stopped', { did: [{ step: 'agents', count: 1, failed: null }], affected: ended('claude') }),
      step('recovered', { step: 'look' }),
      step('note', { text: 'the key is gone' }),
    );
    expect(first).toMatchObject({ cause: 'panic', declared: 1, recovered: [{ step: 'look' }], closedAt: null });
    const second = [step('declared'), step('stopped', { did: [], affected: ended('claude') })];
    const again = second.reduce<Incident | undefined>(folded, first);
    expect(again).toMatchObject({ declared: 2, recovered: [], affected: { agents: [{ name: 'claude' }] } });
    expect(again?.affected.agents).toHaveLength(1);
    expect(folded(again, step('closed', { at: 9000 }))).toMatchObject({ closedAt: 9000, closedBy: 'person:mia' });
  },
);

type Attempt = Extract<LedgerRecord, { kind: 'attempt' }>;
const attempt = (
  call: Attempt['call'],
  outcome: 'allow' | 'confirm' | 'deny',
  effects: Attempt['effects'],
): Attempt => ({
  ...{ kind: 'attempt', at: 4000, call, agent: 'agent_aaaaaaaa', task: 'task_aaaaaaaa', session: 'session_aaaaaaaa' },
  ...{ module: 'claude-code', tool: 'Write', origin: 'hook', cwd: '/w', workspace: '/w', arguments: {} },
  digest: `sha256:${'a'.repeat(64)}`,
  effects,
  verdict: {
    ...{ outcome, toolClass: 'critical', scope: 'per-call', policy: `sha256:${'b'.repeat(64)}` },
    reasons: [{ source: 'preset', part: 'base', id: 'autonomous', outcome, text: 'x' }],
  },
});
const answered = (call: Attempt['call']): LedgerRecord => ({
  ...{ kind: 'approval', at: 4100, approval: 'approval_aaaaaaaa', call, digest: `sha256:${'a'.repeat(64)}` },
  state: { kind: 'approved', by: 'person:mia', at: 4100 },
});

verifies(
  ['R3', 'L5'],
  'a report tells what ran and who let it, which secrets are to be rotated, and what nobody can take back',
  () => {
    const records: LedgerRecord[] = [
      attempt('call_aaaaaaaa', 'confirm', [
        write('/w/one'),
        { ...write('mail.example'), kind: 'send', targetKind: 'host' },
      ]),
      answered('call_aaaaaaaa'),
      {
        ...attempt('call_dddddddd', 'deny', [{ ...write('never.example'), kind: 'connect', targetKind: 'host' }]),
      },
      {
        ...attempt('call_eeeeeeee', 'allow', [{ ...write('api.example'), kind: 'connect', targetKind: 'host' }]),
        script: { name: 'letters', digest: `sha256:${'a'.repeat(64)}`, run: 'run_aaaaaaaa' },
      },
      {
        ...{ kind: 'connection', at: 4050, agent: 'agent_aaaaaaaa', host: 'api.example', port: 443, durationMs: 1 },
        ...{ outcome: 'closed', by: 'policy', sentBytes: 40, receivedBytes: 2 },
      } as LedgerRecord,
      // Nobody answered: it never ran.
      attempt('call_bbbbbbbb', 'confirm', [write('/w/two')]),
      attempt('call_cccccccc', 'deny', [write('/w/three')]),
      { ...{ kind: 'secret', at: 4200, secret: 'GITHUB', change: 'used', by: 'script:x', host: 'api.example' } },
      { ...{ kind: 'secret', at: 4300, secret: 'MAIL', change: 'used', by: 'script:x', host: 'mail.example' } },
      // Before it was noticed: whoever had the old one may have the new one.
      { ...{ kind: 'secret', at: 4400, secret: 'GITHUB', change: 'rotated', by: 'person:mia' } },
      { ...{ kind: 'secret', at: 6000, secret: 'MAIL', change: 'rotated', by: 'person:mia' } },
    ];
    const incident = told(step('declared', { cause: 'panic' }));
    const report = reportOf({
      ...{ incident, records, from: 0, to: 9000, truncated: false },
      agentName: () => 'claude',
      undoable: (call) => call === 'call_aaaaaaaa',
    });
    expect(report.calls.map(({ call, ran, decided }) => [call, ran, decided.split(',')[0]])).toEqual([
      ['call_aaaaaaaa', true, 'approved by person:mia'],
      ['call_eeeeeeee', true, 'allow'],
      ['call_dddddddd', false, 'deny'],
      ['call_bbbbbbbb', false, 'confirm'],
      ['call_cccccccc', false, 'deny'],
    ]);
    expect(report.refused).toBe(3);
    // The ones that nobody asked about reached nothing.
    expect(report.hosts).toEqual([
      { host: 'api.example:443', times: 1, sentBytes: 40, by: ['claude', 'script letters'] },
      { host: 'mail.example', times: 1, sentBytes: null, by: ['claude'] },
    ]);
    expect(markdownOf(report)).toContain('`mail.example`: once, bytes not counted, by claude');
    expect(report.files).toEqual([{ path: '/w/one', effect: 'write', call: 'call_aaaaaaaa', undo: true }]);
    expect(report.lasting).toEqual([{ call: 'call_aaaaaaaa', text: 'send mail.example' }]);
    expect(report.secrets.map(({ name, rotated }) => [name, rotated])).toEqual([
      ['GITHUB', false],
      ['MAIL', true],
    ]);
    expect(report.todo.join('; ')).toMatch(/`GITHUB`.*castellan undo.*cannot be taken back/);
  },
);

verifies(
  ['R3', 'U1'],
  'what was put back since is told beside what had been done to it, and is nothing to be done',
  () => {
    const undo = (call: Attempt['call'], of: string): Attempt => ({
      ...attempt(call, 'allow', [write('/w/one')]),
      ...{ module: 'castellan', tool: 'undo', arguments: { of } },
    });
    const incident = told(step('declared', { cause: 'panic' }));
    const about = (...more: readonly LedgerRecord[]) =>
      reportOf({
        ...{ incident, from: 0, to: 9000, truncated: false, agentName: () => 'claude', undoable: () => true },
        records: [attempt('call_aaaaaaaa', 'allow', [write('/w/one'), write('/w/two')]), ...more],
      });
    const back = about(undo('call_bbbbbbbb', 'call_aaaaaaaa'));
    expect(back.files.map(({ path, call, putBack }) => [path, call, putBack])).toEqual([
      ['/w/one', 'call_aaaaaaaa', 'call_bbbbbbbb'],
      ['/w/two', 'call_aaaaaaaa', undefined],
    ]);
    expect(back.todo.join()).toContain('1 changed file can be put back');
    expect(markdownOf(back)).toContain('write `/w/one` (call_aaaaaaaa); put back by call_bbbbbbbb');
    const again = about(undo('call_bbbbbbbb', 'call_aaaaaaaa'), undo('call_cccccccc', 'call_bbbbbbbb'));
    expect(again.files.map(({ putBack }) => putBack)).toEqual([undefined, undefined]);
  },
);

verifies(['R3'], 'what has no room in a report is counted all the same, and that it is left out is said', () => {
  const many = Array.from({ length: 1200 }, (_, each) => write(`/w/${each}`));
  const report = reportOf({
    ...{ incident: told(step('declared', { cause: 'panic' })), from: 0, to: 9000, truncated: false },
    ...{ records: [attempt('call_aaaaaaaa', 'allow', many)], agentName: () => 'claude', undoable: () => true },
  });
  expect([report.files.length, report.truncated]).toEqual([1000, true]);
  expect(report.todo.join()).toContain('1200 changed files can be put back');
  expect(markdownOf(report)).toContain('What is older was left out');
});

verifies(['R3'], 'what an agent wrote is no heading, link or picture of the report', () => {
  const evil = '/w/`](http://evil.example)\n# Nothing happened ![x](http://evil.example/x.png)';
  const incident = told(step('declared', { text: '# all is well <img src=x> [look](http://evil.example)' }));
  const records = [attempt('call_aaaaaaaa', 'allow', [write(evil)])];
  const report = reportOf({
    ...{ incident, records, from: 0, to: 9000, truncated: false },
    agentName: () => '**claude**',
    undoable: () => null,
  });
  const text = markdownOf(report);
  expect(
    text
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .join(),
  ).not.toContain('Nothing');
  expect(text).toContain('\\# all is well \\<img src=x\\> \\[look\\]\\(http://evil.example\\)');
  expect(text).toContain('\\*\\*claude\\*\\*');
  // Whole within one span of code: two back quotes, because it holds one.
  expect(text).toContain('`` /w/`](http://evil.example) # Nothing happened ![x](http://evil.example/x.png) ``');
});

verifies(['R3'], 'a flood of calls does not push out of sight which secrets were given out before it', async () => {
  const used: LedgerRecord = { kind: 'secret', at: 1000, secret: 'GITHUB', change: 'used', by: 'script:x' };
  const flood = Array.from({ length: 30_000 }, (): LedgerRecord => attempt('call_aaaaaaaa', 'deny', []));
  const all = [used, ...flood].map((record, index) => ({ index, record }));
  const query = async ({ kind, limit, since = 0, until = Number.POSITIVE_INFINITY }: RecordQuery) =>
    all
      .filter(({ record }) => (kind ?? record.kind) === record.kind && record.at >= since && record.at <= until)
      .slice(-limit);
  const incident = told(step('declared', { cause: 'panic' }));
  const found = await recordsAround(incident, 9000, { query });
  expect(found.truncated).toBe(true);
  expect(exposedIn(found.records, incident.openedAt)).toMatchObject([{ name: 'GITHUB', rotated: false }]);
});
