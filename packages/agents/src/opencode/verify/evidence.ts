// What canaries left: calls in the ledger, by a word in their arguments that nothing else has, and files that are there or not.
import { access } from 'node:fs/promises';
import type { LedgerRecord } from '@castellan/contract';
import type { VerifyBench } from '../../verify/bench.ts';

export interface Evidence {
  /** The verdict on the call that has this word, and whether it then ran; null: there is no such call. */
  of(word: string): { readonly outcome: string; readonly status: string | null; readonly subagent: boolean } | null;
}

/** Does the work, and reads what the ledger got of this agent meanwhile. */
export async function withEvidence<T>(
  { api, connection }: VerifyBench,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly evidence: Evidence }> {
  const start = await api.ledger({ query: { limit: 1 } });
  const value = await work();
  const from = start.ok ? start.value.size : 0;
  const pages = await Promise.all([
    api.ledger({ query: { from, limit: 1000, q: `agent:${connection.agent} -kind:outcome` } }),
    api.ledger({ query: { from, limit: 1000, q: 'kind:outcome' } }),
  ]);
  const records = pages.flatMap((page) => (page.ok ? page.value.records : [])).map(({ record }) => record);
  return { value, evidence: { of: (word) => found(records, word) } };
}

/** What starts a sub-agent, in OpenCode and in Codex. */
const STARTS: ReadonlySet<string> = new Set(['task', 'spawn_agent']);

function found(records: readonly LedgerRecord[], word: string): ReturnType<Evidence['of']> {
  // The call that starts a sub-agent has its whole script in its arguments.
  const attempt = records
    .filter((record) => record.kind === 'attempt')
    .find((record) => !STARTS.has(record.tool) && JSON.stringify(record.arguments).includes(word));
  if (attempt === undefined) return null;
  const outcome = records.filter((record) => record.kind === 'outcome').find(({ call }) => call === attempt.call);
  return {
    outcome: attempt.verdict.outcome,
    status: outcome?.status ?? null,
    subagent: attempt.subagent !== undefined,
  };
}

export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
