// The door of retention: how long records are kept.
export type { Keeper } from './cut.ts';
export { openRetention } from './open-retention.ts';
export { Retention, SealFault } from './retention.ts';
