// Effects in words: what is done, to what, and what could not be told.
import type { Effect, EffectKind, Place, Resource } from '@castellan/contract';

const VERBS: Readonly<Record<EffectKind, string>> = {
  unknown: 'unknown',
  'change-safety': 'changes what guards this machine',
  escalate: 'gains more rights',
  delete: 'deletes',
  send: 'sends to',
  spend: 'spends',
  execute: 'runs',
  connect: 'connects to',
  write: 'changes',
  read: 'reads',
};

/** Worst first. */
const ORDER = Object.keys(VERBS) as readonly EffectKind[];
export const worstFirst = (effects: readonly Effect[]): readonly Effect[] =>
  effects.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));

const PLACES: Readonly<Partial<Record<Place, string>>> = {
  workspace: 'in the project',
  temp: 'a temporary folder',
  home: 'in your home folder',
  system: 'part of the system',
  device: 'a device',
  castellan: "Castellan's own state",
  'agent-config': "the agent's own settings",
  elsewhere: 'outside of the project',
  loopback: 'this machine',
  private: 'a private network',
  metadata: "the cloud's key service",
  public: 'on the internet',
  unresolved: 'where it leads could not be told',
};

const RESOURCE_WORDS: Readonly<Partial<Record<Resource, string>>> = {
  names: 'names and sizes only',
  'shell-startup': 'runs by itself when a shell starts',
  'remote-history': 'history that others have',
  worktree: 'changes not committed yet',
  'project-code': "the project's own code",
  'package-code': 'code that an install brings along',
  'downloaded-code': 'code from the network',
  'inline-code': 'a program in an argument',
  'agent-session': "another agent's session",
  fault: 'the analysis itself failed',
};

export interface EffectText {
  readonly verb: string;
  readonly target: string;
  readonly notes: readonly string[];
}

export function effectText(effect: Effect): EffectText {
  const { kind, target, targetKind, place, resource, recursive, certainty, undoable, note } = effect;
  const verb = kind === 'execute' && targetKind !== 'command' ? 'runs' : VERBS[kind];
  const notes = [
    ...(resource === undefined ? [] : [RESOURCE_WORDS[resource] ?? resource.replaceAll('-', ' ')]),
    ...(place === 'none' ? [] : [PLACES[place] ?? place]),
    ...(recursive === true && note !== 'with everything below' ? ['with everything below'] : []),
    ...(undoable === true ? ['can be taken back'] : []),
    ...(certainty === 'possible' ? ['possibly: it may be something else'] : []),
    ...(certainty === 'unknown' && kind !== 'unknown' ? ['to what, could not be told'] : []),
    ...(note === undefined ? [] : [note]),
  ];
  return { verb, target: target === '' ? 'something that could not be told' : target, notes };
}

/** The same effect on many targets is said once, with the targets below it. */
export function grouped(effects: readonly Effect[]): readonly (readonly Effect[])[] {
  const groups = new Map<string, Effect[]>();
  for (const effect of worstFirst(effects)) {
    const { verb, notes } = effectText(effect);
    const key = [verb, ...notes].join('\0');
    const group = groups.get(key) ?? [];
    if (!group.some(({ target }) => target === effect.target)) group.push(effect);
    groups.set(key, group);
  }
  return [...groups.values()];
}
