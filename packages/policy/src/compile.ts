// From the policy folder's parsed files to a policy in force, or every fault at once. A faulty source compiles to nothing:
// the caller keeps the last good policy (P13).
import { type Fault, type Level, type Parsed, type PolicySource, PRESET_LEVELS, parsed } from '@castellan/contract';
import { configFaults, manifestFaults, type Names, ownNameFaults } from './compile-faults.ts';
import { compileRules, labelView, ruleView } from './compile-rules.ts';
import type { CompiledModule, ModuleView, Policy, ToolInfo } from './policy.ts';
import { indexRules } from './rule-index.ts';
import { namePattern } from './text/name-pattern.ts';
import { manifestsInForce, toolNames, toolsOf } from './tools.ts';

/**
 * Makes a policy folder's parsed files ready for `decide`: conditions typed and compiled, rules indexed by tool and effect.
 * All faults come back together, each with the place it stands in; a source with one fault compiles to nothing.
 */
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
  faults.push(...ownNameFaults(source), ...manifestFaults(entries), ...configFaults(config, names));

  const { rules, labels, faults: ruleFaults } = compileRules(source, names);
  faults.push(...ruleFaults);
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
    rules: rules.map(ruleView),
    labels: labels.map(labelView),
    modules: views,
    compiled: {
      modules,
      tools,
      index: indexRules(rules, tools),
      rules,
      labels,
      labelIndex: indexRules(labels, tools),
      // Upper and lower case are one: a deny that misses by a capital letter would be no deny.
      deny: config.deny.map((text) => namePattern(text.toLowerCase())),
    },
  });
}
