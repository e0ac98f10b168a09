// What comes of an agent's own permission settings: rules, denies, levels, and a line for every entry that was read.
// INVARIANT: nothing milder than the original comes of it. What cannot be said exactly is said more strictly, or not at all
// with the reason; an allow of the agent never becomes more than a level, which no floor yields to.
import type { Level, Profile, Rule } from '@castellan/contract';

export type ImportAgent = 'claude-code' | 'codex' | 'opencode';

export interface ImportEntry {
  /** The file it stood in, and the entry as it was written. */
  readonly source: string;
  readonly entry: string;
  readonly became: 'rule' | 'deny' | 'level' | 'profile' | 'held-already' | 'not-imported';
  /** What it became, or why it could not be. */
  readonly text: string;
  /** Where ours is stricter than what was meant. */
  readonly stricter?: string;
  /** It kept the agent from something, or may have, and nothing here does: a hole until a person writes it. */
  readonly lost?: true;
}

export interface Imported {
  readonly agent: ImportAgent;
  readonly rules: readonly Rule[];
  /** For `deny` of config.yaml. */
  readonly deny: readonly string[];
  /** For config.yaml, only where nothing is set there. */
  readonly levels: readonly { readonly module: string; readonly tool: string; readonly level: Level }[];
  readonly mode: Profile | null;
  readonly entries: readonly ImportEntry[];
}

export interface ImportFile {
  /** As a person knows it: `~/.claude/settings.json`. */
  readonly name: string;
  readonly value: unknown;
  /** The project's folder for settings of a project. */
  readonly project?: string;
}

/** What an import needs to know of the world. */
export interface ImportContext {
  readonly home: string;
  /** Where a path really leads, as effects name it. */
  readonly realPath: (path: string) => string;
  /** How a tool is classified here: an allow becomes a level only where the tool is known. */
  readonly classOf: (module: string, tool: string) => 'safe' | 'critical' | 'by-effects' | 'unclassified';
}

/** A line for what became no rule. */
export const note = (file: ImportFile, entry: string, became: ImportEntry['became'], text: string): Part => ({
  entries: [{ source: file.name, entry, became, text }],
});

/** A line for what refused or asked, or cannot be read and may have: it is not held here. */
export const lost = (file: ImportFile, entry: string, text: string): Part => ({
  entries: [{ source: file.name, entry, became: 'not-imported', text, lost: true }],
});

/** What one entry gives. */
export interface Part {
  readonly rules?: readonly Rule[];
  readonly deny?: readonly string[];
  readonly levels?: Imported['levels'];
  readonly mode?: Profile;
  readonly entries: readonly ImportEntry[];
}

/** The same rule twice (in two files) is one rule; of two modes the stricter. */
export function joined(agent: ImportAgent, parts: readonly Part[]): Imported {
  const rules = new Map<string, Rule>();
  for (const rule of parts.flatMap((part) => part.rules ?? [])) {
    const key = JSON.stringify([rule.tier, rule.on, rule.if]);
    if (!rules.has(key)) rules.set(key, { ...rule, id: uniqueId(rule.id, rules) });
  }
  const modes = parts.flatMap((part) => part.mode ?? []);
  return {
    agent,
    rules: [...rules.values()],
    deny: [...new Set(parts.flatMap((part) => part.deny ?? []))],
    levels: parts.flatMap((part) => part.levels ?? []),
    mode: MODES.find((mode) => modes.includes(mode)) ?? null,
    entries: parts.flatMap((part) => part.entries),
  };
}

/** Strictest first. */
const MODES: readonly Profile[] = ['plan', 'review', 'safe'];

function uniqueId(id: string, taken: ReadonlyMap<string, Rule>): string {
  const used = new Set([...taken.values()].map((rule) => rule.id));
  if (!used.has(id)) return id;
  for (let number = 2; ; number += 1) if (!used.has(`${id}-${number}`)) return `${id}-${number}`;
}
