// The door of alarms.
export { type Alarms, createAlarms } from './alarms.ts';
export { watchAgents } from './watch-agents.ts';
export { watchMachine } from './watch-machine.ts';
export { watchScripts } from './watch-scripts.ts';
export { SignInWatch, type Unusual } from './watch-sign-ins.ts';
