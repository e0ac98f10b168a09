// Where a planted secret was touched. A file counts when a call would read or send that very file, or carry off the folder it
// lies in: a search over the folder names it without having gone for it, and what it gives is looked at when it comes.
import type { Effect, LedgerRecord } from '@castellan/contract';

export interface Canary {
  readonly name: string;
  readonly value: string;
  /** Files that hold it, absolute. */
  readonly planted: readonly string[];
}

export type Seen = Extract<LedgerRecord, { kind: 'incident' }>['seen'];

export interface Hit {
  readonly secret: string;
  readonly seen: Seen;
  /** The planted file, where it was the file. */
  readonly path?: string;
}

/** @param real where a path really leads: a link to a planted file is the file. */
export function filesTouched(
  effects: readonly Effect[],
  canaries: readonly Canary[],
  real: (path: string) => string,
): readonly Hit[] {
  const targets = new Set(
    effects
      .filter(({ kind, targetKind }) => (kind === 'read' || kind === 'send') && targetKind === 'path')
      .filter(({ certainty, resource }) => certainty !== 'unknown' && resource !== 'names')
      .map(({ target }) => target),
  );
  // Most calls read nothing, and where nothing is planted nothing is looked for on disk.
  if (targets.size === 0) return [];
  const folders = carriedOff(effects);
  const isTouched = (path: string): boolean => targets.has(path) || folders.some((folder) => isBelow(path, folder));
  return canaries.flatMap(({ name, planted }) =>
    planted
      .filter((path) => isTouched(path) || isTouched(real(path)))
      .map((path): Hit => ({ secret: name, seen: 'file', path })),
  );
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(folder === '/' ? folder : `${folder}/`);

/** Folders that are read with everything below, in a call that also sends, or writes what it read somewhere. */
function carriedOff(effects: readonly Effect[]): readonly string[] {
  return effects
    .filter(({ kind, targetKind, recursive }) => kind === 'read' && targetKind === 'path' && recursive === true)
    .filter(({ certainty, resource }) => certainty !== 'unknown' && resource !== 'names')
    .filter((read) => effects.some((effect) => takes(effect, read)))
    .map(({ target }) => target);
}

function takes(effect: Effect, read: Effect): boolean {
  // Commits are what was committed before, not what is read now.
  if (effect.kind === 'send') return effect.resource !== 'commits';
  if (effect.kind !== 'write' || effect.targetKind !== 'path') return false;
  if (effect.target !== read.target && !isBelow(effect.target, read.target)) return true;
  // Within the folder it is a list of what a search found, unless a whole tree is written, or by the command that reads.
  return effect.target !== read.target && (effect.recursive === true || covers(effect.span, read.span));
}

const covers = (outer: Effect['span'], inner: Effect['span']): boolean =>
  outer !== undefined && inner !== undefined && outer[0] <= inner[0] && inner[1] <= outer[1];

export function valuesTouched(mentioned: readonly string[], canaries: readonly Canary[], seen: Seen): readonly Hit[] {
  return canaries.filter(({ name }) => mentioned.includes(name)).map(({ name }) => ({ secret: name, seen }));
}
