// The public face of policy: compile it once, then decide, explain and suggest, all without a clock or a disk.
export { analyse } from './analyse.ts';
export { compilePolicy } from './compile.ts';
export { type DecideInput, decide } from './decide.ts';
export { explain } from './explain.ts';
export { covers } from './grants/covers.ts';
export { suggestGrants } from './grants/suggest.ts';
export { taskGrant } from './grants/task-grant.ts';
export type { ModuleView, Policy, RuleView, ToolInfo } from './policy.ts';
export { type RuleTestResult, runRuleTests } from './rule-tests.ts';
export { type Summary, summarise } from './summarise.ts';
export { toolOf } from './tools.ts';
