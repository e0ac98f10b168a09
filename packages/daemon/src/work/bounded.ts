// Which sessions must go so that memory stays bounded: the ones not seen for longest.
import type { Session } from '@castellan/contract';

export function keepBounded(sessions: ReadonlyMap<string, Session>, max: number): readonly Session[] {
  if (sessions.size <= max) return [];
  return [...sessions.values()].sort((a, b) => a.lastSeenAt - b.lastSeenAt).slice(0, sessions.size - max);
}
