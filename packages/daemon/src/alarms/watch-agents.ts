// Keeps the alarms about agents' hooks true: what the watcher reports is raised, what it no longer reports is over.
import { type HookWatch, type Machine, watchHooks } from '@castellan/agents';
import type { Agent, Session } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Alarms } from './alarms.ts';

export interface WatchedRooms {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly agents: { list(): readonly Agent[] };
  readonly work: { open(): { readonly sessions: readonly Session[] } };
}

const KINDS = ['hooks-missing', 'hooks-disabled', 'hooks-bypassed'] as const;

export function watchAgents({ clock, alarms, agents, work }: WatchedRooms, machine: Machine, port: number): HookWatch {
  const connected = (): readonly Agent[] => agents.list().filter((agent) => agent.revokedAt === null);
  return watchHooks({
    machine,
    port,
    agents: connected,
    workspaces: () => work.open().sessions.map(({ agent, workspace }) => ({ agent, workspace })),
    every: (ms, tick) => clock.every(ms, tick),
    onChange(reported) {
      for (const { kind, agent, text, hint } of reported) alarms.raise(kind, agent, text, hint);
      for (const { id } of connected()) {
        for (const kind of KINDS) {
          if (!reported.some((alarm) => alarm.agent === id && alarm.kind === kind)) alarms.end(kind, id);
        }
      }
    },
  });
}
