// What a call brings into the task: whether its result is private or untrusted, by the label rules (C01). INVARIANT: a label
// is never lost: where a condition fails, the label is given; where no single effect explains it, the tool is its source.
import type { Call, Effect, LabelRule, SessionFacts } from '@castellan/contract';
import { Context, type ContextInput } from './cel/condition.ts';
import { classOf } from './decide/safe.ts';
import { type CompiledLabel, effectBit, type Policy } from './policy.ts';
import { eachCandidate } from './rule-index.ts';
import { toolOf } from './tools.ts';

export interface GivenLabel {
  readonly label: LabelRule['label'];
  /** Id of the rule that gave it. */
  readonly rule: string;
  /** Completes "it is private because …". */
  readonly reason: string;
  /** What it came from, for a person: a path, a host, or `module/tool`. */
  readonly source: string;
}

const CHANGES: ReadonlySet<Effect['kind']> = new Set(['write', 'delete', 'change-safety']);
/** Sources named for one rule; a call that reads a thousand keys is private enough with these. */
const MOST_SOURCES = 16;

/**
 * The labels that a call's result brings into its task, each once for every source it came from, at most sixteen for one rule.
 * Synchronous; a condition that fails gives its label.
 */
export function labelsOf(
  call: Call,
  effects: readonly Effect[],
  policy: Policy,
  session: SessionFacts,
): readonly GivenLabel[] {
  const info = toolOf(policy, call.module, call.tool);
  const input: ContextInput = {
    call,
    effects,
    session,
    config: policy.config,
    moduleName: info.moduleName,
    manifest: info.module?.manifest ?? null,
    toolClass: classOf(info, effects),
  };
  const context = new Context(input);
  const found: GivenLabel[] = [];
  eachCandidate(policy.compiled.labelIndex, info, effects, (entry) => {
    if (!gives(entry, context)) return;
    const { id, label, reason } = entry.rule;
    for (const source of sourcesOf(entry, input, `${info.moduleName}/${info.toolName}`))
      found.push({ label, rule: id, reason, source });
  });
  return found;
}

/**
 * What of the files a call changes is private by the label rules: what stands in a file is judged as if it were read, for whoever
 * keeps a copy of it reads it. `all`: no single path explains it, or there are more than are named.
 */
export function privateContent(
  call: Call,
  effects: readonly Effect[],
  policy: Policy,
  session: SessionFacts,
): readonly string[] | 'all' {
  if (!effects.some(({ kind }) => CHANGES.has(kind))) return [];
  const read = effects
    .filter(({ targetKind }) => targetKind === 'path')
    .map((each) => ({ ...each, kind: 'read' as const }));
  const found = labelsOf(call, [...effects, ...read], policy, session).filter(({ label }) => label === 'private');
  const paths = new Set(effects.filter(({ targetKind }) => targetKind === 'path').map(({ target }) => target));
  const sources = found.map(({ source }) => source);
  return sources.length >= MOST_SOURCES || sources.some((source) => !paths.has(source)) ? 'all' : sources;
}

/** Fails closed: content whose label cannot be told is labelled. */
function gives({ condition }: CompiledLabel, context: Context): boolean {
  return condition === null || condition(context).kind !== 'no';
}

/** The effects that alone would have given the label: which of the files a call reads are the private ones. */
function sourcesOf(entry: CompiledLabel, input: ContextInput, tool: string): readonly string[] {
  const deciding = input.effects.filter(
    (effect) =>
      effect.target !== '' &&
      (entry.effectMask === 0 || (entry.effectMask & effectBit(effect.kind)) !== 0) &&
      (effect.targetKind === 'path' || effect.targetKind === 'host') &&
      gives(entry, new Context({ ...input, effects: [effect] })),
  );
  // A rule about tools alone holds for any of their effects, so none of them explains it.
  if (entry.effectMask === 0 || deciding.length === 0) return [tool];
  return [...new Set(deciding.map(({ target }) => target))].slice(0, MOST_SOURCES);
}
