// A new model key of an agent: shown to whoever asked for it, hidden from then on, and recorded.
import type { AgentId } from '@castellan/contract';
import type { Redactor } from '@castellan/secrets';
import type { Clock } from '../clock.ts';
import type { Records } from '../records/index.ts';
import type { Agents } from './agents.ts';

export interface ModelKeyHost {
  readonly agents: Pick<Agents, 'newModelKey'>;
  readonly redactor: Pick<Redactor, 'learn'>;
  readonly records: Pick<Records, 'record'>;
  readonly clock: Clock;
}

/** Null: no such agent is connected. @param by as records name whoever asks. */
export async function makeModelKey(
  { agents, redactor, records, clock }: ModelKeyHost,
  id: AgentId,
  by: string,
): Promise<string | null> {
  const key = await agents.newModelKey(id);
  if (key === null) return null;
  redactor.learn({ name: 'castellan-model-key', value: key });
  const text = 'a new model key; the one before it is worthless';
  await records.record({ kind: 'agent', at: clock.now(), agent: id, change: 'model-key', by, text });
  return key;
}
