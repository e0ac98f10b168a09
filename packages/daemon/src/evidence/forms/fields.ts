// What all forms say of a record, in plain columns: who, what, to what, decided by whom. A kind of record that is new is told
// by what every record has, so that none is ever left out of an export.
import type { Alarm, Effect, LedgerRecord } from '@castellan/contract';

/** As SIEMs count: the names are ours, each form has its own numbers for them. */
export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';

export interface Fields {
  /** In one word: the verdict, the state, the change. */
  readonly what: string;
  /** `agent:…`, `person:…`, `program:…`; empty: nobody is named. */
  readonly who: string;
  readonly agent: string;
  readonly task: string;
  readonly session: string;
  readonly call: string;
  readonly module: string;
  readonly tool: string;
  /** What it is about, beside a call: a host, a secret, a person, a script, a channel. */
  readonly object: string;
  /** allow, ask, confirm, deny; empty where nothing was decided. */
  readonly verdict: string;
  /** What or who decided: `critical-rule:C02.disk`, `user-approved`, `person:mia`. */
  readonly decider: string;
  readonly status: 'success' | 'failure' | 'unknown';
  readonly severity: Severity;
  /** `delete path /srv/site`. */
  readonly effects: readonly string[];
  /** One line for a person. */
  readonly text: string;
}

/** Those of one word or name, in the order in which forms of columns and parameters give them. */
export const NAMED_FIELDS = [
  'what',
  'who',
  'agent',
  'task',
  'session',
  'call',
  'module',
  'tool',
  'object',
  'verdict',
  'decider',
  'status',
] as const satisfies readonly (keyof Fields)[];

type Members = { readonly [name: string]: unknown };

const textOf = (record: Members, ...names: readonly string[]): string => {
  for (const name of names) {
    const value = record[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
};

export const effectText = ({ kind, targetKind, target }: Effect): string =>
  `${kind} ${targetKind}${target === '' ? '' : ` ${target}`}`;

const FAILED =
  /^(failed|refused|damaged|crashed|unlock-failed|factor-failed|given-up|rejected|cut|interrupted|held-off|reused|set-aside|broken-off)$/;

function statusOf(record: LedgerRecord, what: string): Fields['status'] {
  switch (record.kind) {
    case 'attempt':
      return record.verdict.outcome === 'deny' ? 'failure' : record.verdict.outcome === 'allow' ? 'success' : 'unknown';
    case 'approval':
      return what === 'approved' ? 'success' : what === 'pending' || what === 'queued' ? 'unknown' : 'failure';
    case 'outcome':
      return what === 'succeeded' ? 'success' : what === 'unknown' ? 'unknown' : 'failure';
    case 'model':
      return record.status >= 200 && record.status < 400 ? 'success' : 'failure';
    case 'refusal':
    case 'incident':
      return 'failure';
    case 'verification':
      return record.held ? 'success' : 'failure';
    default:
      return FAILED.test(what) ? 'failure' : 'success';
  }
}

const CRITICAL_ALARMS: ReadonlySet<Alarm['kind']> = new Set<Alarm['kind']>([
  'canary',
  'hooks-bypassed',
  'ran-otherwise',
  'token-reused',
  'ledger-failed',
]);

function severityOf(record: LedgerRecord, what: string): Severity {
  switch (record.kind) {
    case 'attempt': {
      if (record.verdict.outcome !== 'deny') return record.verdict.outcome === 'allow' ? 'info' : 'low';
      return record.verdict.reasons[0]?.source === 'critical-rule' ? 'high' : 'medium';
    }
    case 'alarm':
      if (record.alarm.endedAt !== null) return 'info';
      return CRITICAL_ALARMS.has(record.alarm.kind) ? 'critical' : 'high';
    case 'incident':
      return 'critical';
    case 'refusal':
      return 'medium';
    case 'verification':
      return record.held ? 'info' : 'high';
    default:
      return FAILED.test(what) ? 'medium' : 'info';
  }
}

function whatOf(record: LedgerRecord): string {
  switch (record.kind) {
    case 'attempt':
      return record.verdict.outcome;
    case 'approval':
      return record.state.kind;
    case 'outcome':
      return record.status;
    case 'model':
      return String(record.status);
    case 'alarm':
      return record.alarm.endedAt === null ? record.alarm.kind : `${record.alarm.kind} ended`;
    case 'incident':
      return record.incident;
    case 'refusal':
      return 'refused';
    case 'verification':
      return record.held ? 'held' : 'not-held';
    default:
      return textOf(record, 'change', 'outcome') || record.kind;
  }
}

function deciderOf(record: LedgerRecord): string {
  if (record.kind === 'attempt') {
    const [first] = record.verdict.reasons;
    return first === undefined ? '' : `${first.source}:${first.id}`;
  }
  if (record.kind === 'approval') return 'by' in record.state ? record.state.by : '';
  return record.kind === 'outcome' ? record.by : '';
}

function sentenceOf(record: LedgerRecord, what: string): string {
  switch (record.kind) {
    case 'attempt':
      return `${record.module}/${record.tool}: ${what}${record.verdict.reasons[0] === undefined ? '' : `, ${record.verdict.reasons[0].text}`}`;
    case 'approval': {
      const { state } = record;
      const why = textOf(state, 'reason', 'why');
      return `approval ${what}${'by' in state ? ` by ${state.by}` : ''}${why === '' ? '' : `: ${why}`}`;
    }
    case 'alarm':
      return `${what}: ${record.alarm.text}`;
    case 'connection':
      return `connection to ${record.host}:${record.port} ${what}${record.text === undefined ? '' : `: ${record.text}`}`;
    default: {
      const said = textOf(record, 'text');
      return `${record.kind} ${what}${said === '' ? '' : `: ${said}`}`;
    }
  }
}

/** The columns of a record. Pure: of the same record, always the same. */
export function fieldsOf(record: LedgerRecord): Fields {
  const members: Members = record;
  const what = whatOf(record);
  const agent = textOf(record.kind === 'alarm' ? record.alarm : members, 'agent');
  const who = record.kind === 'approval' && 'by' in record.state ? record.state.by : textOf(members, 'by', 'who');
  // `by` of an outcome says what decided, not who acted; that of a connection how it was asked for.
  const isActor = record.kind !== 'outcome' && record.kind !== 'connection' && who !== '';
  return {
    what,
    who: isActor ? who : agent === '' ? '' : `agent:${agent}`,
    agent,
    task: textOf(members, 'task'),
    session: textOf(members, 'session'),
    call: textOf(members, 'call'),
    module: textOf(members, 'module'),
    tool: textOf(members, 'tool'),
    object: textOf(members, 'host', 'secret', 'who', 'script', 'channel', 'grant', 'schedule', 'terminal', 'policy'),
    verdict: record.kind === 'attempt' ? record.verdict.outcome : '',
    decider: deciderOf(record),
    status: statusOf(record, what),
    severity: severityOf(record, what),
    effects: record.kind === 'attempt' ? record.effects.map(effectText) : [],
    text: sentenceOf(record, what),
  };
}
