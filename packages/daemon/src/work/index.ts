// The door of work: sessions and tasks.
export { loadWork, type SessionStart, type Work } from './work.ts';
