// The latest calls of a module, out of the record index: what was asked of it and what came of it.
import type { ModuleView, OutcomeRecord } from '@castellan/contract';
import type { Parts } from '../surfaces/index.ts';

const MOST = 10;
/** Rows of the index looked at: a module that nobody used for that long has no latest call. */
const LOOKED_AT = 50_000;

export async function lastCalls(
  { records, agents }: Pick<Parts, 'records' | 'agents'>,
  module: string,
): Promise<ModuleView['lastCalls']> {
  const from = Math.max(0, records.size - LOOKED_AT);
  const positions = records.calls.attemptsOfModule({ module, from, limit: MOST });
  const attempts = (await records.at(positions)).flatMap(({ record }) => (record.kind === 'attempt' ? [record] : []));
  const outcomes = new Map<string, OutcomeRecord>();
  for (const { record } of await records.at(records.calls.answers(attempts.map(({ call }) => call))))
    if (record.kind === 'outcome') outcomes.set(record.call, record);
  return attempts.map(({ call, tool, agent, at, verdict }) => ({
    call,
    tool,
    agentName: agents.get(agent)?.name ?? agent,
    at,
    outcome: outcomes.get(call)?.status ?? verdict.outcome,
    summary: outcomes.get(call)?.text ?? '',
  }));
}
