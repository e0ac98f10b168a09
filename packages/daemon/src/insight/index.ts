// The door of insight: what the screens show beyond what is kept.
export { activityPage } from './activity.ts';
export { checksOf } from './checks.ts';
export type { CheckFacts, LedgerVerified } from './facts.ts';
export { fatigueOf } from './fatigue.ts';
export { isMendable, type Mendable } from './mends.ts';
export { promptsOf } from './prompts.ts';
