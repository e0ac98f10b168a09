// The door of retention: how long records are kept.
export { openRetention } from './open-retention.ts';
export { Retention, SealFault } from './retention.ts';
