// The public face of policy: compile it once, then decide, explain and suggest, all without a clock or a disk.
export { analyse } from './analyse.ts';
export { compilePolicy } from './compile.ts';
export { isDenied } from './decide/user.ts';
export { type DecideInput, decide } from './decide.ts';
export { explain } from './explain.ts';
export { covers } from './grants/covers.ts';
export { globMatches } from './grants/glob.ts';
export { suggestGrants } from './grants/suggest.ts';
export { taskGrant } from './grants/task-grant.ts';
export { importClaudeCode } from './import/claude-code.ts';
export { importCodex } from './import/codex.ts';
export type { ImportAgent, ImportContext, ImportEntry, Imported, ImportFile } from './import/imported.ts';
export { importOpenCode } from './import/opencode.ts';
export { type GivenLabel, labelsOf, privateContent } from './labels.ts';
export { type Budgets, budgetsOf } from './limits/autonomy.ts';
export { begin, countCall, countTokens, type Standing, standing } from './limits/budget.ts';
export { modesInForce } from './limits/profile.ts';
export {
  afterRefusal,
  afterRun,
  NO_REPEATS,
  type Repeats,
  type Repetition,
  repeatKey,
  repetition,
} from './limits/repeats.ts';
export type { Finding, Severity } from './lint/finding.ts';
export { type LintOptions, lintPolicy } from './lint/lint-policy.ts';
export { lintManifest, type ManifestFinding, type ObservedTool } from './lint/manifest-lints.ts';
export type { LabelView, ModuleView, Policy, RuleView, ToolInfo } from './policy.ts';
export { type RuleCoverage, type RuleTestResult, ruleCoverage, runRuleTests } from './rule-tests.ts';
export { type Summary, summarise } from './summarise.ts';
export { nearest } from './text/nearest.ts';
export { toolOf } from './tools.ts';
