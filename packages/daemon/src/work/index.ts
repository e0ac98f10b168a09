// The door of work: sessions and tasks.
export { loadWork, type Work } from './work.ts';
