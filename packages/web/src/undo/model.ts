// What an undo would do, as a person chooses from it. Pure. INVARIANT: what is chosen is what is sent: the daemon takes a folder for
// all below it, so a folder is never chosen without what is below it.
import type { UndoPlan, UndoStep } from '@castellan/contract';
import { countText } from '../kit/time-text.ts';

const ACTION: Readonly<Record<UndoStep['action'], string>> = {
  'put-back': 'is put back as it was',
  remove: 'is removed: it was not there',
  'make-folder': 'is made again: the folder is gone',
  mode: 'gets the mode it had',
  none: 'stays',
};

/** What becomes of one path, in words. */
export function stepWords({ action, state, why }: UndoStep): string {
  switch (state) {
    case 'ready':
      return ACTION[action];
    case 'same':
      return 'is as it was';
    case 'conflict':
      return `is left alone: ${why ?? 'something stands against it'}`;
    case 'lost':
      return `cannot be put back: ${why ?? 'what it was is not kept'}`;
  }
}

/** The plan in one sentence. */
export function planWords({ ready, conflicts, lost, same }: UndoPlan): string {
  const parts = [
    `${countText(ready, 'path')} can be put back`,
    conflicts === 0 ? '' : `${conflicts} ${conflicts === 1 ? 'is' : 'are'} in conflict`,
    lost === 0 ? '' : `${lost} cannot`,
    same === 0 ? '' : `${same} ${same === 1 ? 'is as it was' : 'are as they were'}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export const readyPaths = ({ steps }: UndoPlan): readonly string[] =>
  steps.filter(({ state }) => state === 'ready').map(({ path }) => path);

const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** Ticks or unticks one of `all`: with a folder goes what is below it, and without one of these goes the folder. */
export function toggled(all: readonly string[], chosen: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const drops = chosen.has(path);
  return new Set(
    all.filter((each) => {
      if (each === path || isBelow(each, path)) return !drops;
      return chosen.has(each) && !(drops && isBelow(path, each));
    }),
  );
}

/** What is told of each path is the same in both: nothing moved between what was seen and what is sent. */
export function seenAsIs(seen: UndoPlan, now: UndoPlan, chosen: ReadonlySet<string>): boolean {
  const later = new Map(now.steps.map((step) => [step.path, step]));
  const stays = ({ path, action, change }: UndoStep): boolean => {
    const step = later.get(path);
    if (step?.state !== 'ready' || step.action !== action) return false;
    // Of a long plan the last lines are not shown; of a shorter one they may be.
    return change === undefined || JSON.stringify(change) === JSON.stringify(step.change);
  };
  return (
    seen.steps.filter(({ path }) => chosen.has(path)).every(stays) && readyPaths(now).every((path) => chosen.has(path))
  );
}
