// From the effects that were decided to what a call may reach. Pure. INVARIANT: nothing is read from the call itself: what an agent
// writes in its arguments opens nothing.
import type { Effect } from '@castellan/contract';

export interface CommandReach {
  /** Something was decided that goes over the network. */
  readonly network: boolean;
  /** One of these is this machine itself. */
  readonly loopback: boolean;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Those of `writes` that it does for certain. */
  readonly surely: ReadonlySet<string>;
  /** Whether the gate could tell everything that it does. */
  readonly isTold: boolean;
}

const CHANGES: ReadonlySet<Effect['kind']> = new Set(['write', 'delete', 'change-safety', 'escalate']);
/** What stands inside of the walls anyway, or never does; there, temp is the session's own. */
const GIVEN: ReadonlySet<Effect['place']> = new Set(['workspace', 'temp', 'system', 'device', 'castellan']);

const isPath = ({ targetKind }: Effect): boolean => targetKind === 'path';
const isNetwork = ({ kind, targetKind, resource }: Effect): boolean =>
  kind === 'connect' || kind === 'send' || (kind === 'unknown' && (targetKind === 'host' || resource === 'network'));

export function commandReach(effects: readonly Effect[]): CommandReach {
  const paths = effects.filter((effect) => isPath(effect) && !GIVEN.has(effect.place));
  const isTold = effects.every(({ certainty }) => certainty !== 'unknown');
  // Names alone are a reason to open what they name only where nothing else is done with it.
  const read = paths.filter(({ kind, resource }) => kind === 'read' && (isTold || resource !== 'names'));
  const written = paths.filter(({ kind }) => CHANGES.has(kind));
  return {
    network: effects.some(isNetwork),
    loopback: effects.some((effect) => isNetwork(effect) && effect.place === 'loopback'),
    reads: [...new Set(read.map(({ target }) => target))],
    writes: [...new Set(written.map(({ target }) => target))],
    surely: new Set(written.filter(({ certainty }) => certainty === 'certain').map(({ target }) => target)),
    isTold,
  };
}

/** What the tool of a file was decided to be about; null: nothing that it could be. */
export function fileTarget(
  effects: readonly Effect[],
  kind: 'read' | 'write',
): Pick<Effect, 'target' | 'place'> | null {
  return effects.find((effect) => effect.kind === kind && isPath(effect)) ?? null;
}

/** What git does to its own folder day by day: no reason to open its hooks. */
const DAILY: ReadonlySet<Effect['resource']> = new Set(['history', 'worktree', 'remote-history']);

/** Decided to change something at this path, below or around it. */
export const isChanged = (effects: readonly Effect[], path: string): boolean =>
  effects.some(
    (effect) =>
      isPath(effect) &&
      CHANGES.has(effect.kind) &&
      (effect.target === path ||
        effect.target.startsWith(`${path}/`) ||
        (path.startsWith(`${effect.target}/`) && !DAILY.has(effect.resource))),
  );
