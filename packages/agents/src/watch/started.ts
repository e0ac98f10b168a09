// Processes that were started past our hooks, gathered by how: one cause is one alarm, whatever number of processes has it. Pure.
// RULE: which processes they are stands in the hint alone, for an alarm with another text rings anew.
import type { AgentId } from '@castellan/contract';
import type { Standing } from '../connector.ts';

export interface StartedPast {
  readonly agent: AgentId;
  readonly pid: number;
  readonly how: string;
}

const MOST_NAMED = 5;

/** @param product what a person calls the client. */
export function startedPast(
  product: string,
  found: readonly StartedPast[],
): readonly (Standing & { readonly agent: AgentId })[] {
  const causes = Map.groupBy(found, ({ agent, how }) => `${agent} ${how}`);
  return [...causes.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const pids = [...new Set(same.map(({ pid }) => pid))].toSorted((a, b) => a - b);
    const more = pids.length > MOST_NAMED ? ` and ${pids.length - MOST_NAMED} more` : '';
    const named = `${pids.length === 1 ? 'process' : 'processes'} ${pids.slice(0, MOST_NAMED).join(', ')}${more}`;
    return {
      kind: 'bypassed',
      agent: first.agent,
      text: `${product} runs that was started with ${first.how}: its tools run undecided`,
      hint: `end ${named} and start it without that`,
    } as const;
  });
}
