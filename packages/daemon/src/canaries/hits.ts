// Where a planted secret was touched. A file counts when a call would read or send that very file: a search over the folder
// it lies in names it without having gone for it, and what such a search gives is looked at when it comes.
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
  return canaries.flatMap(({ name, planted }) =>
    planted
      .filter((path) => targets.has(path) || targets.has(real(path)))
      .map((path): Hit => ({ secret: name, seen: 'file', path })),
  );
}

export function valuesTouched(mentioned: readonly string[], canaries: readonly Canary[], seen: Seen): readonly Hit[] {
  return canaries.filter(({ name }) => mentioned.includes(name)).map(({ name }) => ({ secret: name, seen }));
}
