// The door of the policy room.
export { FIRST_CONFIG } from './change-config.ts';
export { LivePolicy, type PolicyChangeNote } from './live-policy.ts';
export { rehearse, withPreset } from './rehearse.ts';
export { changeRuleFile, ruleFiles } from './rule-files.ts';
