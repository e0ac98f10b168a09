// How tired the asking makes a person (H12): counted over the questions of a day, and what would lessen them at equal risk.
// Pure. RULE: nothing is suggested that a Critical or Strict rule asked for, or that anybody ever denied: less asking must
// not become less holding.
import type { AgentId, Fatigue } from '@castellan/contract';

/** One question that was put to a person. */
export interface Prompt {
  readonly agent: AgentId;
  readonly agentName: string;
  readonly module: string;
  readonly tool: string;
  readonly askedAt: number;
  readonly answer: 'approved' | 'denied' | 'timed-out' | 'cancelled';
  readonly answeredAt: number;
  /** A rule asked that no level and no grant takes away. */
  readonly forced: boolean;
}

export const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = DAY_MS / 24;
/** Approved sooner, it was not read. */
const BLIND_MS = 1500;
/** Asked less often it is no burden. */
const OFTEN = 5;
const MOST_SUGGESTIONS = 5;

const decisionMs = ({ askedAt, answeredAt }: Prompt): number => Math.max(0, answeredAt - askedAt);
const isBlind = (prompt: Prompt): boolean => prompt.answer === 'approved' && decisionMs(prompt) < BLIND_MS;

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

function suggestionsOf(prompts: readonly Prompt[]): Fatigue['suggestions'] {
  const groups = new Map<string, Prompt[]>();
  for (const prompt of prompts) {
    const key = `${prompt.agent} ${prompt.module}/${prompt.tool}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [prompt]);
    else group.push(prompt);
  }
  return [...groups.values()]
    .filter((group) => group.length >= OFTEN)
    .filter((group) => group.every(({ answer, forced }) => answer === 'approved' && !forced))
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_SUGGESTIONS)
    .flatMap((group) => {
      const [one] = group;
      if (one === undefined) return [];
      const { agent, agentName, module, tool } = one;
      const text = `${agentName} asked ${group.length} times for ${module}/${tool} and you always said yes: a grant for what it does there would ask no more`;
      return [{ text, agent, module, tool, prompts: group.length }];
    });
}

export function fatigueOf(prompts: readonly Prompt[], now: number): Fatigue {
  const since = now - DAY_MS;
  const seen = prompts.filter(({ answeredAt }) => answeredAt >= since && answeredAt <= now);
  const count = (answer: Prompt['answer']): number => seen.filter((prompt) => prompt.answer === answer).length;
  const hours = Array.from({ length: 24 }, () => 0);
  for (const { answeredAt } of seen) {
    const hour = Math.min(23, Math.floor((answeredAt - since) / HOUR_MS));
    hours[hour] = (hours[hour] ?? 0) + 1;
  }
  const answered = seen.filter(({ answer }) => answer === 'approved' || answer === 'denied');
  return {
    since: Math.max(0, since),
    prompts: seen.length,
    promptsPerHour: Math.round((seen.length / 24) * 100) / 100,
    medianDecisionMs: median(answered.map(decisionMs)),
    blind: seen.filter(isBlind).length,
    approved: count('approved'),
    denied: count('denied'),
    timedOut: count('timed-out'),
    hours,
    suggestions: suggestionsOf(seen),
  };
}
