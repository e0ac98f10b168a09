// The door of alarms.
export { type Alarms, createAlarms } from './alarms.ts';
