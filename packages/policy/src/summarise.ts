// What a person reads before answering: one sentence made from the manifest's template, and the kinds of harm, worst first.
// It is display text, made the same way each time from the same call; nothing ever decides by it.
import type { Call, Effect, EffectKind } from '@castellan/contract';
import type { Policy, ToolInfo } from './policy.ts';
import { quoted, visible } from './text/visible.ts';
import { toolOf } from './tools.ts';

export interface Summary {
  readonly summary: string;
  /** Worst first. */
  readonly risk: readonly string[];
}

/** Worst first: what cannot be told is never cheaper than the worst. */
const RISKS: readonly (readonly [EffectKind, string])[] = [
  ['unknown', 'unknown'],
  ['change-safety', 'changes safety'],
  ['escalate', 'escalates'],
  ['execute', 'runs'],
  ['spend', 'spends'],
  ['send', 'sends'],
  ['delete', 'deletes'],
  ['write', 'changes'],
  ['connect', 'connects'],
  ['read', 'reads'],
];

/**
 * One sentence about a call for a person, and its kinds of harm, worst first. Text of the agent is made visible and cut short;
 * nothing decides by it.
 */
export function summarise(call: Call, effects: readonly Effect[], policy: Policy): Summary {
  const info = toolOf(policy, call.module, call.tool);
  return { summary: sentence(call, info), risk: riskOf(effects) };
}

export function riskOf(effects: readonly Effect[]): readonly string[] {
  const uncertain = effects.some((effect) => effect.certainty === 'unknown');
  return RISKS.filter(
    ([kind]) => effects.some((effect) => effect.kind === kind) || (kind === 'unknown' && uncertain),
  ).map(([, word]) => word);
}

function sentence(call: Call, info: ToolInfo): string {
  if (info.class === 'unclassified') {
    const name = visible(`${info.moduleName}/${call.tool}`);
    return `Use ${name}, a tool nobody has classified, with ${quoted(call.arguments)}`;
  }
  if (info.summary !== undefined) return filled(info.summary, call);
  const entries = Object.entries(call.arguments).slice(0, 3);
  if (entries.length === 0) return info.label;
  const more = Object.keys(call.arguments).length - entries.length;
  const shown = entries.map(([name, value]) => `${visible(name).slice(0, 60)} ${quoted(value, 80)}`).join(', ');
  return `${info.label}: ${shown}${more > 0 ? `, and ${more} more arguments` : ''}`;
}

/** The template with each `{argument}` replaced in one pass, so that no value can bring in a place of its own. */
function filled(template: string, call: Call): string {
  return template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(call.arguments, name) ? call.arguments[name] : undefined;
    return value === undefined ? `(no ${name})` : quoted(value);
  });
}
