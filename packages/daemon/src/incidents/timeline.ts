// What else changed around an incident, in order: who came in, what was allowed, what was ended. Calls have a list of their own.
import type { AgentId, IncidentReport, LedgerRecord } from '@castellan/contract';

type Entry = IncidentReport['timeline'][number];

/** Null: it is no event of its own here. */
function told(record: LedgerRecord, agentName: (id: AgentId) => string): Omit<Entry, 'at'> | null {
  switch (record.kind) {
    case 'approval': {
      const { state } = record;
      const by = 'by' in state ? ` by ${state.by}` : '';
      return state.kind === 'approved' || state.kind === 'denied'
        ? { what: 'approval', text: `${record.call} ${state.kind}${by}` }
        : null;
    }
    case 'grant':
      return { what: 'grant', text: `${record.change} by ${record.by}: ${record.text}` };
    case 'policy':
      return { what: 'policy', text: `${record.change} by ${record.by}` };
    case 'agent':
      return { what: 'agent', text: `${agentName(record.agent)} ${record.change} by ${record.by}: ${record.text}` };
    case 'alarm':
      return {
        what: 'alarm',
        text: `${record.alarm.kind}${record.alarm.endedAt === null ? '' : ' ended'}: ${record.alarm.text}`,
      };
    case 'incident':
      return { what: 'canary', text: record.text };
    case 'incident-step':
      return {
        what: 'incident',
        text: `${record.change}${record.step === undefined ? '' : ` ${record.step}`} by ${record.by}: ${record.text}`,
      };
    case 'sign-in':
      return { what: 'sign-in', text: `${record.who} ${record.change} from ${record.address}` };
    case 'person':
      return { what: 'person', text: `${record.who} ${record.change} by ${record.by}` };
    case 'secret':
      return record.change === 'used'
        ? null
        : { what: 'secret', text: `${record.secret} ${record.change} by ${record.by}` };
    case 'script':
      return {
        what: 'script',
        text: `${record.script ?? 'without a name'} ${record.change} by ${record.by}: ${record.text}`,
      };
    case 'schedule':
      return { what: 'schedule', text: `${record.change} by ${record.by}: ${record.text}` };
    case 'module':
      return { what: 'module', text: `${record.module} ${record.change} by ${record.by}` };
    case 'daemon':
      return { what: 'daemon', text: record.change };
    default:
      return null;
  }
}

export const timelineOf = (records: readonly LedgerRecord[], agentName: (id: AgentId) => string): readonly Entry[] =>
  records.flatMap((record) => {
    const entry = told(record, agentName);
    return entry === null ? [] : [{ at: record.at, what: entry.what, text: entry.text.slice(0, 500) }];
  });
