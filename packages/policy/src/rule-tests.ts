// `castellan policy test`: runs the cases that stand beside rules and label rules (P12). A case calls its own rule through the
// same index and the same condition as a decision does, so a rule that would never be looked at fails its tests too.
import {
  type Call,
  type Config,
  configSchema,
  type Facts,
  NEW_SESSION,
  parseToolName,
  type RuleTest,
} from '@castellan/contract';
import { analyse } from './analyse.ts';
import { Context } from './cel/condition.ts';
import { classOf } from './decide/safe.ts';
import type { Policy, RuleIndex, Selector } from './policy.ts';
import { eachCandidate } from './rule-index.ts';
import { toolOf } from './tools.ts';

export interface RuleTestResult {
  readonly rule: string;
  readonly name: string;
  readonly ok: boolean;
  /** Whether `on` selected the rule at all, and whether it matched. */
  readonly looked: boolean;
  readonly matched: boolean;
  /** One line: what was expected and what came. */
  readonly text: string;
}

/** How far a rule is tested: how many of its cases, all of them held, it let pass and how many it caught. */
export interface RuleCoverage {
  readonly rule: string;
  readonly accepts: number;
  readonly rejects: number;
  /** Cases in which it was looked at. A rule never looked at is not tested, whatever its cases say. */
  readonly looked: number;
}

/** Of the version of a script that a case speaks of: no rule looks at it. */
const NO_DIGEST = `sha256:${'0'.repeat(64)}` as const;

/** The module a bare tool name belongs to in a test. */
const BUILT_IN = 'claude-code';

const USUAL_PORT = configSchema.parse({ schema: 'castellan/config/v1' }).listen.port;

/**
 * Runs every case that stands beside a rule or a label, in their order, one result each. A case without effects is analysed
 * over `facts`, in the folder it names. A condition that fails is a case that failed.
 */
export function runRuleTests(policy: Policy, facts: Facts): readonly RuleTestResult[] {
  const { rules, labels, index, labelIndex } = policy.compiled;
  // Cases speak of the port that is usual, whichever this daemon was given.
  const config: Config = { ...policy.config, listen: { ...policy.config.listen, port: USUAL_PORT } };
  const tested: Policy = { ...policy, config };
  return [
    ...rules.flatMap((each) => each.rule.tests.map((test) => runOne(each, index, test, tested, facts))),
    ...labels.flatMap((each) => each.rule.tests.map((test) => runOne(each, labelIndex, test, tested, facts))),
  ];
}

/** Every rule and label rule in force, in their order, with what its tests showed. */
export function ruleCoverage(policy: Policy, results: readonly RuleTestResult[]): readonly RuleCoverage[] {
  const { rules, labels } = policy.compiled;
  return [...rules, ...labels].map(({ rule }) => {
    const own = results.filter((result) => result.rule === rule.id && result.ok);
    return {
      rule: rule.id,
      accepts: own.filter(({ matched }) => !matched).length,
      rejects: own.filter(({ matched }) => matched).length,
      looked: own.filter(({ looked }) => looked).length,
    };
  });
}

function runOne<Entry extends Tested>(
  compiled: Entry,
  index: RuleIndex<Entry>,
  test: RuleTest,
  policy: Policy,
  facts: Facts,
): RuleTestResult {
  const { id } = compiled.rule;
  const none = { rule: id, name: test.name, ok: false, looked: false, matched: false };
  const tool = parseToolName(test.call.tool, BUILT_IN);
  if (!tool.ok) return { ...none, text: tool.faults.map((fault) => fault.message).join('; ') };
  const call = callOf(test, tool.value.module, tool.value.tool);
  const effects = test.effects ?? analyse(call, policy, facts);
  const info = toolOf(policy, call.module, call.tool);
  const context = new Context({
    call,
    effects,
    session: test.session ?? NEW_SESSION,
    config: policy.config,
    moduleName: info.moduleName,
    manifest: info.module?.manifest ?? null,
    toolClass: classOf(info, effects),
  });
  let looked = false;
  eachCandidate(index, info, effects, (rule) => {
    if (rule === compiled) looked = true;
  });
  const match = looked && compiled.condition !== null ? compiled.condition(context) : null;
  if (match?.kind === 'error') return { ...none, looked, text: `the condition failed: ${match.why}` };
  const matched = looked && match?.kind !== 'no';
  const found = effects.map(({ kind, target, certainty }) => `${certainty} ${kind} ${target}`).join(', ');
  const expected = test.matches ? 'match' : 'no match';
  const ok = matched === test.matches;
  const text = ok
    ? expected
    : `expected ${expected}${looked ? '' : ', but `on` does not select it'}; effects: ${found || 'none'}`;
  return { rule: id, name: test.name, ok, looked, matched, text };
}

interface Tested extends Selector {
  readonly rule: { readonly id: string; readonly tests: readonly RuleTest[] };
}

const callOf = ({ call }: RuleTest, module: string, tool: string): Call => ({
  id: 'call_ruletest',
  agent: 'agent_ruletest',
  task: 'task_ruletest',
  session: 'session_ruletest',
  module,
  tool,
  arguments: call.input,
  cwd: call.cwd,
  workspace: call.cwd,
  origin: call.origin ?? (call.script === undefined ? 'hook' : 'script'),
  ...(call.script !== undefined && { script: { name: call.script, digest: NO_DIGEST, run: 'run_ruletest' } }),
  at: 0,
});
