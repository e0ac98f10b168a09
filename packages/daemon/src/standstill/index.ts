// The door of the standstill: whether it is in force, what declares it, what leads back.
export type { Operation } from './operation.ts';
export { Panic } from './panic.ts';
export { Recovery } from './recovery.ts';
export { PANIC_REASON, Standstill } from './standstill.ts';
