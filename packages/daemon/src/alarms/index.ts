// The door of alarms.
export { type Alarms, createAlarms } from './alarms.ts';
export { watchAgents } from './watch-agents.ts';
