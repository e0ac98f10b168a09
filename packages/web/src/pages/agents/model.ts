// Agents in the order a person looks for them, and what is found on this machine but not connected. Pure.
import type { Agent, Instant, RouteResponse } from '@castellan/contract';
import { agoText } from '../../kit/time-text.ts';

export type Found = RouteResponse<'foundAgents'>['found'][number];

export interface AgentGroups {
  readonly connected: readonly Agent[];
  readonly gone: readonly Agent[];
}

/** Frozen ones first: they wait for a person. Then whoever was here last. */
export function agentGroups(agents: readonly Agent[]): AgentGroups {
  const seen = (agent: Agent): number => agent.lastSeenAt ?? agent.createdAt;
  const byNeed = (a: Agent, b: Agent): number =>
    Number(b.frozen !== null) - Number(a.frozen !== null) || seen(b) - seen(a);
  return {
    connected: agents.filter(({ revokedAt }) => revokedAt === null).toSorted(byNeed),
    gone: agents
      .filter(({ revokedAt }) => revokedAt !== null)
      .toSorted((a, b) => (b.revokedAt ?? 0) - (a.revokedAt ?? 0)),
  };
}

export const KIND_WORDS: Readonly<Record<Agent['kind'], string>> = {
  'claude-code': 'Claude Code',
  opencode: 'OpenCode',
  codex: 'Codex',
  mcp: 'MCP client',
  demo: 'Demo agent',
  castellan: 'Runs scripts of people and schedules',
  other: 'Over the local API',
};

export const seenWords = ({ lastSeenAt }: Pick<Agent, 'lastSeenAt'>, now: Instant): string =>
  lastSeenAt === null ? 'never called yet' : `last call ${agoText(lastSeenAt, now)}`;

export type FoundState =
  | { readonly kind: 'connected' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'cannot'; readonly why: string };

/** Whether one click connects it. */
export function foundState(found: Found): FoundState {
  if (found.agent !== null) return { kind: 'connected' };
  return found.text === '' ? { kind: 'ready' } : { kind: 'cannot', why: found.text };
}
