// The door of the policy room.
export { changeConfig, FIRST_CONFIG } from './change-config.ts';
export { LivePolicy, type PolicyChangeNote } from './live-policy.ts';
