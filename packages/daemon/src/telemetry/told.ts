// What of the ledger's records is worth a line in the log: what somebody who looks after the daemon asks for first. Calls are not:
// they stand in the ledger, and are written here only where somebody wants every detail.
import type { LedgerRecord, LogLevel } from '@castellan/contract';
import type { About } from './log.ts';

export interface Told {
  readonly level: LogLevel;
  readonly event: string;
  readonly text: string;
  readonly about?: About;
}

type Of<Kind extends LedgerRecord['kind']> = Extract<LedgerRecord, { kind: Kind }>;

const told = (level: LogLevel, event: string, text: string, about?: About): Told => ({
  ...{ level, event, text },
  ...(about !== undefined && { about }),
});

const BAD_SIGN_INS: ReadonlySet<Of<'sign-in'>['change']> = new Set(['failed', 'held-off', 'factor-failed', 'reused']);
const BAD_VAULT: ReadonlySet<Of<'vault'>['change']> = new Set(['unlock-failed', 'damaged']);
const BAD_MODULE: ReadonlySet<Of<'module'>['change']> = new Set(['crashed', 'quarantined', 'refused']);

type Tells = { readonly [Kind in LedgerRecord['kind']]?: (record: Of<Kind>) => Told | null };

const TELLS: Tells = {
  attempt: ({ call, agent, module, tool, verdict }) =>
    told('debug', 'call.decided', `${module}/${tool}: ${verdict.outcome}`, { call, agent }),
  outcome: ({ call, status, by }) => told('debug', 'call.over', status, { call, by }),
  approval: ({ call, state }) => told('debug', 'approval', state.kind, { call }),
  daemon: ({ change, text, version }) => told('info', `daemon.${change}`, text ?? `version ${version}`),
  policy: ({ change, by, policy, faults }) =>
    change === 'loaded'
      ? told('info', 'policy.loaded', `by ${by}`, { policy })
      : told('error', 'policy.rejected', faults[0] ?? 'it has faults', { by }),
  alarm: ({ alarm: { kind, text, endedAt } }) =>
    endedAt === null ? told('error', 'alarm.raised', text, { kind }) : told('info', 'alarm.ended', text, { kind }),
  refusal: ({ text, who, what }) => told('warn', 'refused', text, { who, what }),
  'sign-in': ({ change, who, address, text }) =>
    told(BAD_SIGN_INS.has(change) ? 'warn' : 'info', `sign-in.${change}`, text, { who, address }),
  vault: ({ change, text }) => told(BAD_VAULT.has(change) ? 'error' : 'info', `vault.${change}`, text),
  module: ({ change, text, module }) =>
    told(BAD_MODULE.has(change) ? 'warn' : 'info', `module.${change}`, text, { module }),
  agent: ({ change, text, agent }) => told('info', `agent.${change}`, text, { agent }),
  person: ({ change, text, who, by }) => told('info', `person.${change}`, text, { who, by }),
  notice: ({ change, text, channel, about }) =>
    change === 'failed' || change === 'given-up' ? told('warn', `notice.${change}`, text, { channel, about }) : null,
  incident: ({ text }) => told('error', 'incident', text),
  schedule: ({ change, text }) => told(change === 'missed' ? 'warn' : 'info', `schedule.${change}`, text),
};

/** Written with every call, and so made into words only where somebody wants every detail. */
const DETAILS: ReadonlySet<LedgerRecord['kind']> = new Set<LedgerRecord['kind']>(['attempt', 'outcome', 'approval']);

/** null: no line. @param details whether somebody wants those too. */
export function toldOf(record: LedgerRecord, details: boolean): Told | null {
  if (!details && DETAILS.has(record.kind)) return null;
  const tell = TELLS[record.kind] as ((given: LedgerRecord) => Told | null) | undefined;
  return tell === undefined ? told('debug', `${record.kind}.recorded`, '') : tell(record);
}
