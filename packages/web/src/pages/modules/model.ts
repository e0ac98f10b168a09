// Modules, tools and levels as rows, and what a change of them would mean in words. Pure: the page shows this before it sends.

import {
  type JsonObject,
  type Level,
  moduleReach,
  OUTCOMES,
  type Outcome,
  type PolicyChange,
  type PolicyView,
  PRESET_LEVELS,
  type Preset,
  type Scope,
} from '@castellan/contract';
import { countText } from '../../kit/time-text.ts';
import { matches } from '../../kit/words.ts';

export type Module = PolicyView['modules'][number];
export type ToolKind = 'safe' | 'by-effects' | 'critical' | 'unsorted';

export interface ToolRow {
  readonly module: string;
  readonly name: string;
  readonly label: string;
  readonly kind: ToolKind;
  /** null: nothing is asked, so nothing is remembered. */
  readonly scope: Scope | null;
  /** What the user set for this very tool; null: what its module or the preset says. */
  readonly set: Level | null;
  /** What a call that is not safe gets, before rules and grants. */
  readonly inForce: Level;
  /** Where `inForce` comes from. */
  readonly from: 'tool' | 'module' | 'preset' | 'safe' | 'unclassified' | 'unsorted' | 'denied';
}

export const LEVELS: readonly Level[] = OUTCOMES;
export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  allow: 'run and record',
  ask: "ask in the agent's own terminal",
  confirm: 'wait for a person, anywhere',
  deny: 'refuse',
};
const WILL: Readonly<Record<Level, string>> = {
  allow: 'will run and be recorded',
  ask: "will ask in the agent's own terminal",
  confirm: 'will wait for a person, anywhere',
  deny: 'will be refused',
};
export const KIND_WORDS: Readonly<Record<ToolKind, string>> = {
  safe: 'safe',
  'by-effects': 'by effects',
  critical: 'critical',
  unsorted: 'not sorted',
};
export const KIND_MEANS: Readonly<Record<ToolKind, string>> = {
  safe: 'runs without anyone being asked, unless a rule objects',
  'by-effects': 'safe while everything the call would do is; else its level decides',
  critical: 'its level decides each call',
  unsorted: 'its manifest does not name it: it waits for a person each time, until it has a level',
};

export interface PresetWords {
  readonly preset: Preset;
  readonly title: string;
  readonly means: string;
  readonly example: string;
  /** Every call the example names and what becomes of it, where somebody sits at the agent: a test asks the daemon. */
  readonly holds: readonly { readonly tool: string; readonly input: JsonObject; readonly outcome: Outcome }[];
}
const SEARCH = { tool: 'WebSearch', input: { query: 'opening hours' } };
const INSTALL = { tool: 'Bash', input: { command: 'npm install' } };
const PUSH = { tool: 'Bash', input: { command: 'git push origin main' } };
export const PRESETS: readonly PresetWords[] = [
  {
    preset: 'supervised',
    title: 'Supervised',
    means: "What is not known to be safe asks in the agent's own terminal.",
    example: 'You sit beside it: a search of the web asks where you type; “npm install” waits in your inbox.',
    holds: [
      { ...SEARCH, outcome: 'ask' },
      { ...INSTALL, outcome: 'confirm' },
    ],
  },
  {
    preset: 'autonomous',
    title: 'Autonomous',
    means: 'What is not known to be safe waits for a person, here or on the phone.',
    example: 'You are elsewhere: a search of the web waits in your inbox, and so does “npm install”.',
    holds: [
      { ...SEARCH, outcome: 'confirm' },
      { ...INSTALL, outcome: 'confirm' },
    ],
  },
  {
    preset: 'full-auto',
    title: 'Full auto',
    means:
      'What is known runs and is recorded. Critical and Strict rules hold as ever, and what could not be told still waits.',
    example: 'A search of the web runs; “npm install” and a push to main still wait.',
    holds: [
      { ...SEARCH, outcome: 'allow' },
      { ...INSTALL, outcome: 'confirm' },
      { ...PUSH, outcome: 'confirm' },
    ],
  },
];

const matchesDeny = (pattern: string, module: Module, tool: string): boolean => {
  const [denied = '', name = ''] = pattern.toLowerCase().split('/');
  const names = [module.manifest.name, ...module.manifest.aliases].map((text) => text.toLowerCase());
  const glob = (text: string, like: string): boolean =>
    new RegExp(`^${like.split('*').map(literally).join('.*')}$`).test(text);
  return names.some((text) => glob(text, denied)) && glob(tool.toLowerCase(), name);
};
const literally = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

function rowOf(
  module: Module,
  name: string,
  label: string,
  kind: ToolKind,
  scope: Scope | null,
  deny: readonly string[],
): ToolRow {
  const set = Object.hasOwn(module.overrides, name) ? (module.overrides[name] ?? null) : null;
  const row = { module: module.manifest.name, name, label, kind, scope, set };
  if (set === 'deny') return { ...row, inForce: 'deny', from: 'tool' };
  if (module.levelSet && module.level === 'deny') return { ...row, inForce: 'deny', from: 'module' };
  if (deny.some((pattern) => matchesDeny(pattern, module, name))) return { ...row, inForce: 'deny', from: 'denied' };
  if (set !== null) return { ...row, inForce: set, from: 'tool' };
  if (module.accepted && kind === 'safe') return { ...row, inForce: 'allow', from: 'safe' };
  if (module.levelSet) return { ...row, inForce: module.level, from: 'module' };
  if (kind === 'unsorted') return { ...row, inForce: 'confirm', from: 'unsorted' };
  return module.accepted
    ? { ...row, inForce: module.level, from: 'preset' }
    : { ...row, inForce: 'confirm', from: 'unclassified' };
}

/** Every tool a module's manifest lists: what needs a level first, what is safe last. */
export function toolRows(module: Module, deny: readonly string[]): readonly ToolRow[] {
  const { safe, critical, byEffects } = module.manifest.tools;
  return [
    ...critical.map(({ name, label, scope }) => rowOf(module, name, label, 'critical', scope, deny)),
    ...byEffects.map(({ name, label, scope }) => rowOf(module, name, label, 'by-effects', scope, deny)),
    ...safe.map(({ name, label }) => rowOf(module, name, label, 'safe', null, deny)),
  ];
}

/** A tool that its server has and its manifest does not name. */
export const unsortedRow = (module: Module, name: string, deny: readonly string[]): ToolRow =>
  rowOf(module, name, name, 'unsorted', 'per-call', deny);

export const FROM_WORDS: Readonly<Record<ToolRow['from'], string>> = {
  tool: 'set for this tool',
  module: 'from its module',
  preset: 'from the preset',
  safe: 'a safe tool',
  unclassified: 'its manifest is not accepted',
  unsorted: 'nobody sorted it',
  denied: 'on your deny list',
};

export interface PresetEffect {
  /** Tools whose level would be another one. */
  readonly changes: number;
  readonly looser: boolean;
  /** Modules that keep a level of their own. */
  readonly kept: readonly string[];
  readonly examples: readonly string[];
  readonly from: Level;
  readonly to: Level;
}

/** What another preset would change: only what has no level of its own. */
export function presetEffect(view: PolicyView, to: Preset): PresetEffect {
  const from = PRESET_LEVELS[view.preset];
  const level = PRESET_LEVELS[to];
  const rows = view.modules.flatMap((module) => toolRows(module, view.deny)).filter((row) => row.from === 'preset');
  return {
    changes: from === level ? 0 : rows.length,
    looser: OUTCOMES.indexOf(level) < OUTCOMES.indexOf(from),
    kept: view.modules.filter(({ levelSet }) => levelSet).map(({ manifest }) => manifest.title),
    examples: rows.slice(0, 4).map(({ label }) => label),
    from,
    to: level,
  };
}

/** One change of the policy as a sentence: what will be so after it. */
export function changeWords(change: PolicyChange, view: PolicyView): string {
  switch (change.change) {
    case 'preset': {
      const { changes, to } = presetEffect(view, change.preset);
      return `${countText(changes, 'tool')} that no level of yours covers ${WILL[to]}.`;
    }
    case 'level': {
      const what = change.tool === undefined ? `the module ${change.module}` : `${change.module}/${change.tool}`;
      if (change.level !== null) return `Calls of ${what} that are not safe by themselves ${WILL[change.level]}.`;
      return `${change.tool === undefined ? 'The preset' : 'Its module'} decides again about ${what}.`;
    }
    case 'profile':
      return change.mode === undefined ? 'The autonomy changes.' : `The mode ${change.mode} tightens what may run.`;
    case 'accept':
      return `The tools of ${change.module} count as its manifest says, while the manifest stays exactly this one.`;
    case 'sandbox':
      return `The server of ${change.module} runs ${moduleReach(change.sandbox)}.`;
    case 'deny':
      return change.denied
        ? `Nothing that matches ${change.pattern} runs, whatever else is set: no preset, level or grant lifts it.`
        : `${change.pattern} is no longer refused outright: levels, rules and grants decide again.`;
    case 'approvals':
      return 'How long a question waits changes with the next call.';
    case 'channel':
      return change.channel === null
        ? `Nobody is told through ${change.name} any more.`
        : `You are told through ${change.name} from now on.`;
    case 'address':
      return change.address === null ? "Links lead to this machine's own address." : `Links lead to ${change.address}.`;
    case 'reload':
      return 'The policy folder is read again.';
  }
}

/** Whether the change lets run what would have asked: the confirm says so. */
export function loosens(change: PolicyChange, view: PolicyView): boolean {
  if (change.change === 'preset') return presetEffect(view, change.preset).looser;
  if (change.change === 'deny') return !change.denied;
  if (change.change === 'accept') return true;
  if (change.change === 'sandbox') return true;
  if (change.change !== 'level') return false;
  const module = view.modules.find(({ manifest }) => manifest.name === change.module);
  if (module === undefined) return change.level === 'allow';
  const before =
    change.tool === undefined
      ? module.level
      : (
          toolRows(module, view.deny).find(({ name }) => name === change.tool) ??
          unsortedRow(module, change.tool, view.deny)
        ).inForce;
  const after = change.level ?? (change.tool === undefined ? PRESET_LEVELS[view.preset] : module.level);
  return OUTCOMES.indexOf(after) < OUTCOMES.indexOf(before);
}

export interface FoundModule {
  readonly module: Module;
  readonly rows: readonly ToolRow[];
}

/** A module and its tools that the words name: all of them where they name the module itself. null: none. */
export function foundIn(module: Module, deny: readonly string[], text: string): FoundModule | null {
  const rows = toolRows(module, deny);
  const { name, title, aliases } = module.manifest;
  if (text.trim() === '' || matches(text.trim(), name, title, ...aliases)) return { module, rows };
  const found = rows.filter((row) => matches(text.trim(), row.name, row.label));
  return found.length === 0 ? null : { module, rows: found };
}

/** How a module stands, in one line: what decides, and how many tools it has of their own mind. */
export function moduleWords({ module, rows }: FoundModule): string {
  const own = Object.keys(module.overrides).length;
  const words = module.levelSet ? `set to ${module.level}` : 'as the preset says';
  return [countText(rows.length, 'tool'), words, ...(own === 0 ? [] : [`${own} set by hand`])].join(' · ');
}

/** `module/tool`, as config.yaml has it. */
export const isPattern = (text: string): boolean => /^[^/\s]+\/[^/\s]+$/.test(text.trim());
