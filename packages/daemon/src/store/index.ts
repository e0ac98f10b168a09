// The door of the store.
export type { AttemptQuery, CallIndex } from './calls.ts';
export type { RunRows } from './script-runs.ts';
export { openStore, type Store } from './store.ts';
export type { RecordRow } from './tables.ts';
export type { Beginning, Tally } from './tally.ts';
