// The door of labels: what tasks have read, and where it turns up again.

export { keyFrom } from './core/fingerprint.ts';
export { flowsIn } from './core/flows.ts';
export { leavesOf } from './core/leaves.ts';
export { Memory } from './core/memory.ts';
export { Traces } from './traces.ts';
