// From the policy folder's parsed files to a policy in force, or every fault at once. A faulty source compiles to nothing:
// the caller keeps the last good policy (P13).
import {
  type Fault,
  type Level,
  type Parsed,
  type PolicySource,
  PRESET_LEVELS,
  parsed,
  type Rule,
} from '@castellan/contract';
import { compileCondition } from './cel/condition.ts';
import { configFaults, manifestFaults, type Names, ruleToolFaults } from './compile-faults.ts';
import {
  type CompiledModule,
  type CompiledRule,
  effectMask,
  type ModuleView,
  type Policy,
  type RuleView,
  type ToolInfo,
} from './policy.ts';
import { indexRules } from './rule-index.ts';
import { namePattern } from './text/name-pattern.ts';
import { manifestsInForce, toolNames, toolsOf } from './tools.ts';

export function compilePolicy(source: PolicySource): Parsed<Policy> {
  const faults: Fault[] = [];
  const { config } = source;
  const presetLevel: Level = PRESET_LEVELS[config.preset];
  const entries = manifestsInForce(source);
  const views = entries.map(({ manifest, digest, source: file, shipped }): ModuleView => {
    const own = Object.hasOwn(config.modules, manifest.name) ? config.modules[manifest.name] : undefined;
    const accepted = shipped || own?.accepted === digest;
    return { manifest, digest, source: file, accepted, level: own?.level ?? presetLevel, overrides: own?.tools ?? {} };
  });
  const names: Names = new Map(
    views.flatMap((view) =>
      [view.manifest.name, ...view.manifest.aliases].map((name) => [
        name,
        { name: view.manifest.name, tools: new Set(toolNames(view.manifest)) },
      ]),
    ),
  );
  faults.push(...manifestFaults(entries), ...configFaults(config, names));

  const rules: CompiledRule[] = [];
  const sources = new Map<string, string>();
  for (const [order, { rule, source: file }] of source.rules.entries()) {
    const path = `${file}:${rule.id}`;
    const earlier = sources.get(rule.id);
    if (earlier !== undefined) {
      faults.push({
        path,
        message: `rule \`${rule.id}\` is already in \`${earlier}\``,
        hint: 'give it an id of its own',
      });
    }
    sources.set(rule.id, file);
    faults.push(...ruleToolFaults(rule, path, names));
    const compiled = compileRule(rule, file, order);
    if (compiled.ok) rules.push(compiled.value);
    else faults.push(...compiled.faults.map((fault) => ({ ...fault, path })));
  }
  if (faults.length > 0) return { ok: false, faults };

  const modules = new Map<string, CompiledModule>();
  const tools: ToolInfo[] = [];
  for (const view of views) {
    const own = toolsOf(view);
    tools.push(...own);
    const compiled = { view, tools: new Map(own.map((info) => [info.toolName, info])) };
    for (const name of [view.manifest.name, ...view.manifest.aliases]) modules.set(name, compiled);
  }
  return parsed({
    digest: source.digest,
    preset: config.preset,
    config,
    rules: rules.map(viewOf),
    modules: views,
    compiled: {
      modules,
      tools,
      index: indexRules(rules, tools),
      rules,
      // Upper and lower case are one: a deny that misses by a capital letter would be no deny.
      deny: config.deny.map((text) => namePattern(text.toLowerCase())),
    },
  });
}

function compileRule(rule: Rule, source: string, order: number): Parsed<CompiledRule> {
  const condition = rule.if === undefined ? null : compileCondition(rule.if);
  if (condition?.ok === false) {
    const { message, hint } = condition;
    return { ok: false, faults: [{ path: '', message, ...(hint === undefined ? {} : { hint }) }] };
  }
  return parsed({
    rule,
    source,
    order,
    tools: rule.on.tools?.map(namePattern) ?? null,
    effectMask: effectMask(rule.on.effects ?? []),
    condition: condition?.condition ?? null,
  });
}

/** What a match asks for: Critical `deny` unless it says `confirm`, Strict always `confirm`, Guidelines nothing. */
export function outcomeOf(rule: Rule): 'deny' | 'confirm' | null {
  switch (rule.tier) {
    case 'critical':
      return rule.outcome ?? 'deny';
    case 'strict':
      return 'confirm';
    case 'guideline':
      return null;
  }
}

const viewOf = ({ rule, source }: CompiledRule): RuleView => ({
  id: rule.id,
  tier: rule.tier,
  title: rule.title,
  outcome: outcomeOf(rule) ?? 'advice',
  source,
});
