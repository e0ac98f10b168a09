// The door of schedules.
export type { Answer, ScheduleFault } from './answer.ts';
export { ScheduleStore } from './kept.ts';
export { Schedules } from './schedules.ts';
export { agentStarter } from './start-agent.ts';
export { type ScriptsForSchedules, scriptStarter } from './start-script.ts';
export { starterOf } from './targets.ts';
