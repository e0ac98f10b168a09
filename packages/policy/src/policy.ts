// A compiled policy: what `decide` reads. INVARIANT: it never changes after `compilePolicy`; a reload makes a new one.
import type {
  Config,
  DeclaredEffect,
  Digest,
  EffectKind,
  LabelRule,
  Level,
  Manifest,
  Preset,
  Rule,
  SafeEffect,
  Scope,
} from '@castellan/contract';
import type { Condition } from './cel/condition.ts';
import type { NamePattern } from './text/name-pattern.ts';

/** What is known of one tool. */
export interface ToolInfo {
  readonly class: 'safe' | 'critical' | 'by-effects' | 'unclassified';
  readonly label: string;
  readonly summary?: string;
  readonly scope: Scope;
  /** null: nobody said, so the analysis must assume the worst. */
  readonly effects: readonly DeclaredEffect[] | null;
  /** For `by-effects`: the effects that leave a call safe. */
  readonly safe: readonly SafeEffect[];
  /** The module's own name, whatever name the call came under. */
  readonly moduleName: string;
  readonly toolName: string;
  readonly module: ModuleView | null;
}

/** A module in force. */
export interface ModuleView {
  readonly manifest: Manifest;
  readonly digest: Digest;
  readonly source: string;
  /** false: written or changed since the user last accepted it; its tools count as unclassified (P10). */
  readonly accepted: boolean;
  readonly level: Level;
  readonly overrides: Readonly<Record<string, Level>>;
}

/** A rule in force, for lists. */
export interface RuleView {
  readonly id: string;
  readonly tier: Rule['tier'];
  readonly title: string;
  readonly outcome: string;
  readonly source: string;
}

/** A label rule in force, for lists. */
export interface LabelView {
  readonly id: string;
  readonly label: LabelRule['label'];
  readonly reason: string;
  readonly source: string;
}

export interface CompiledModule {
  readonly view: ModuleView;
  readonly tools: ReadonlyMap<string, ToolInfo>;
}

/** What `on` and `if` select, compiled. */
export interface Selector {
  readonly source: string;
  readonly order: number;
  /** null: it is about every tool. */
  readonly tools: readonly NamePattern[] | null;
  /** One bit for each kind of effect; 0: whatever the effects. */
  readonly effectMask: number;
  /** null: matches whatever `on` selects. */
  readonly condition: Condition | null;
}

export interface CompiledRule extends Selector {
  readonly rule: Rule;
}

export interface CompiledLabel extends Selector {
  readonly rule: LabelRule;
}

/** Rules by what they are about, so that a decision looks only at those that could match. */
export interface RuleIndex<Entry extends Selector = CompiledRule> {
  /** For every classified tool: the rules whose patterns name it. */
  readonly byTool: ReadonlyMap<ToolInfo, readonly Entry[]>;
  /** For tools that no manifest lists: rules by the exact names they give, and rules with a `*`, tried one by one. */
  readonly exact: ReadonlyMap<string, readonly Entry[]>;
  readonly wildcard: readonly Entry[];
  /** Rules about every tool: those that need an effect, by the effect's bit, and those that do not. */
  readonly byEffect: readonly (readonly Entry[])[];
  readonly everywhere: readonly Entry[];
  readonly count: number;
}

export interface Policy {
  readonly digest: Digest;
  readonly preset: Preset;
  readonly config: Config;
  readonly rules: readonly RuleView[];
  readonly labels: readonly LabelView[];
  readonly modules: readonly ModuleView[];
  /** Compiled; for this package only. */
  readonly compiled: {
    /** By name and by alias. */
    readonly modules: ReadonlyMap<string, CompiledModule>;
    readonly tools: readonly ToolInfo[];
    readonly index: RuleIndex;
    readonly rules: readonly CompiledRule[];
    readonly labels: readonly CompiledLabel[];
    readonly labelIndex: RuleIndex<CompiledLabel>;
    readonly deny: readonly NamePattern[];
  };
}

/** The bit of each kind of effect. */
const BITS: Readonly<Record<EffectKind, number>> = {
  read: 1,
  write: 2,
  delete: 4,
  execute: 8,
  connect: 16,
  send: 32,
  spend: 64,
  escalate: 128,
  'change-safety': 256,
  unknown: 512,
};
export const EFFECT_BITS = 10;

export const effectBit = (kind: EffectKind): number => BITS[kind];

export function effectMask(kinds: readonly EffectKind[]): number {
  let mask = 0;
  for (const kind of kinds) mask |= BITS[kind];
  return mask;
}
