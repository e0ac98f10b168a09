// The door of work: sessions and tasks.
export { sessionAtWork } from './at-work.ts';
export { titledTasks } from './titled.ts';
export { loadWork, type SessionStart, type Work } from './work.ts';
