// `castellan policy test`: runs the cases that stand beside rules (P12). A case calls its own rule through the same index
// and the same condition as a decision does, so a rule that would never be looked at fails its tests too.
import { type Call, type Facts, NEW_SESSION, parseToolName, type RuleTest } from '@castellan/contract';
import { analyse } from './analyse.ts';
import { Context } from './cel/condition.ts';
import { ruleReason } from './decide/rules.ts';
import { classOf } from './decide/safe.ts';
import type { CompiledRule, Policy } from './policy.ts';
import { eachCandidate } from './rule-index.ts';
import { toolOf } from './tools.ts';

export interface RuleTestResult {
  readonly rule: string;
  readonly name: string;
  readonly ok: boolean;
  /** One line: what was expected and what came. */
  readonly text: string;
}

/** The module a bare tool name belongs to in a test. */
const BUILT_IN = 'claude-code';

export function runRuleTests(policy: Policy, facts: Facts): readonly RuleTestResult[] {
  return policy.compiled.rules.flatMap((rule) => rule.rule.tests.map((test) => runOne(rule, test, policy, facts)));
}

function runOne(compiled: CompiledRule, test: RuleTest, policy: Policy, facts: Facts): RuleTestResult {
  const { id } = compiled.rule;
  const answer = (ok: boolean, text: string): RuleTestResult => ({ rule: id, name: test.name, ok, text });
  const tool = parseToolName(test.call.tool, BUILT_IN);
  if (!tool.ok) return answer(false, tool.faults.map((fault) => fault.message).join('; '));
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
  let candidate = false;
  eachCandidate(policy.compiled.index, info, effects, (rule) => {
    if (rule === compiled) candidate = true;
  });
  const match = candidate && compiled.condition !== null ? compiled.condition(context) : null;
  if (match?.kind === 'error') return answer(false, `the condition failed: ${match.why}`);
  const matches = candidate && ruleReason(compiled, context) !== null;
  const found = effects.map(({ kind, target, certainty }) => `${certainty} ${kind} ${target}`).join(', ');
  const expected = test.matches ? 'match' : 'no match';
  return matches === test.matches
    ? answer(true, expected)
    : answer(
        false,
        `expected ${expected}${candidate ? '' : ', but `on` does not select it'}; effects: ${found || 'none'}`,
      );
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
  origin: 'hook',
  at: 0,
});
