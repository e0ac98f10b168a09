// What a decided call explains of what the system shows. Pure. RULE: a call explains what it was decided to do, and where the gate
// could not tell what it would do, everything of that kind: it rings for what nobody decided, not for what was decided broadly.
import type { Effect } from '@castellan/contract';
import type { DecidedCall } from './decided-calls.ts';

const isUntold = ({ kind, certainty }: Effect): boolean =>
  kind === 'unknown' || (certainty !== 'certain' && kind === 'execute');

/** A program of its own. A sub-agent is none: its calls are decided one by one. */
export const mayStart = ({ effects }: DecidedCall): boolean =>
  effects.some(
    (effect) =>
      (effect.kind === 'execute' && effect.resource !== 'agent-session') || isUntold(effect) || isPower(effect),
  );

export const mayConnect = ({ effects }: DecidedCall): boolean =>
  effects.some((effect) => effect.kind === 'connect' || effect.kind === 'send' || isUntold(effect) || isPower(effect));

const isPower = ({ kind }: Effect): boolean => kind === 'escalate' || kind === 'spend';

const CHANGES: ReadonlySet<Effect['kind']> = new Set(['write', 'delete', 'change-safety', 'escalate']);

/** Something at this path, below or around it. */
export const mayChange = ({ effects }: DecidedCall, path: string): boolean =>
  effects.some(
    (effect) =>
      isUntold(effect) ||
      (effect.targetKind === 'path' &&
        CHANGES.has(effect.kind) &&
        (effect.target === path || isBelow(effect.target, path) || isBelow(path, effect.target))),
  );

const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
