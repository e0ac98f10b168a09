// Which sessions must go so that memory stays bounded: of the one agent, those not seen for longest. An agent that opens
// sessions without end must not end another's.
import type { AgentId, Session } from '@castellan/contract';

export function keepBounded(sessions: Iterable<Session>, agent: AgentId, max: number): readonly Session[] {
  const own = [...sessions].filter((session) => session.agent === agent);
  if (own.length <= max) return [];
  return own.sort((a, b) => a.lastSeenAt - b.lastSeenAt).slice(0, own.length - max);
}
