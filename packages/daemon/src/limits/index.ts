// The door of limits: budgets, repeated calls and quotas.

export { REPEATED, STOPPED } from './held.ts';
export { type LimitChange, Limits, type Taken } from './limits.ts';
