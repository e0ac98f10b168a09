// From a module's and a tool's name to what is known of it. Every name a module goes by leads to the same entry.
import type { Manifest, PolicySource } from '@castellan/contract';
import type { ModuleView, Policy, ToolInfo } from './policy.ts';

/** What is known of a tool. A tool nobody classified is critical and per-call, with effects nobody declared (P7). */
export function toolOf(policy: Policy, module: string, tool: string): ToolInfo {
  const compiled = policy.compiled.modules.get(module);
  const known = compiled?.tools.get(tool);
  if (known !== undefined) return known;
  const view = compiled?.view ?? null;
  const moduleName = view?.manifest.name ?? module;
  return {
    class: 'unclassified',
    label: `${moduleName}/${tool}`,
    scope: 'per-call',
    effects: null,
    safe: [],
    moduleName,
    toolName: tool,
    module: view,
  };
}

/** Every name a tool's module goes by. */
export const namesOf = (info: ToolInfo): readonly string[] =>
  info.module === null ? [info.moduleName] : [info.moduleName, ...info.module.manifest.aliases];

/** A user's manifest replaces the shipped one of the same name. */
export function manifestsInForce(source: PolicySource): PolicySource['manifests'] {
  const own = new Set(source.manifests.filter((entry) => !entry.shipped).map((entry) => entry.manifest.name));
  return source.manifests.filter((entry) => !entry.shipped || !own.has(entry.manifest.name));
}

export function toolNames(manifest: Manifest): readonly string[] {
  const { safe, critical, byEffects } = manifest.tools;
  return [...safe, ...critical, ...byEffects].map((tool) => tool.name);
}

/** None of a manifest that was not accepted: each of its tools is then one that nobody classified. */
export function toolsOf(view: ModuleView): readonly ToolInfo[] {
  if (!view.accepted) return [];
  const { safe, critical, byEffects } = view.manifest.tools;
  const base = (tool: Manifest['tools']['safe'][number]) => ({
    label: tool.label,
    ...(tool.summary === undefined ? {} : { summary: tool.summary }),
    effects: tool.effects,
    moduleName: view.manifest.name,
    toolName: tool.name,
    module: view,
  });
  return [
    ...safe.map((tool): ToolInfo => ({ ...base(tool), class: 'safe', scope: 'per-call', safe: [] })),
    ...critical.map((tool): ToolInfo => ({ ...base(tool), class: 'critical', scope: tool.scope, safe: [] })),
    ...byEffects.map((tool): ToolInfo => ({ ...base(tool), class: 'by-effects', scope: tool.scope, safe: tool.safe })),
  ];
}
