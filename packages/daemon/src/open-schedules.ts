// Joins schedules with what they start: scripts by the scripts room, agents by their launcher.
import {
  agentStarter,
  ScheduleStore,
  Schedules,
  type ScriptsForSchedules,
  scriptStarter,
  starterOf,
} from './schedule/index.ts';
import type { Parts } from './surfaces/index.ts';

export interface SchedulesHost {
  readonly parts: Parts;
  readonly scripts: ScriptsForSchedules;
  readonly home: string;
  readonly port: () => number;
}

export function openSchedules({ parts, scripts, home, port }: SchedulesHost): Promise<Schedules> {
  const { clock, exits, records, store } = parts;
  const starter = starterOf(
    scriptStarter(scripts),
    agentStarter({ parts, home, port, env: process.env }),
    () => parts.standstill.isInForce,
  );
  return Schedules.open({ clock, exits, records, store: new ScheduleStore(store), starter });
}
