// What an undo would change, as lines: each path with what becomes of it, conflicts and what is lost first, then the changes.
import type { Reversibility, Undoable, UndoPlan, UndoStep } from '@castellan/contract';
import { changeLines } from './card-parts.ts';
import { type Line, line, type Tone } from './tone.ts';
import { visible } from './visible.ts';
import { duration, plural } from './words.ts';
import { labelled, table } from './wrap.ts';

const REVERSIBLE: Readonly<Record<Reversibility['kind'], readonly [words: string, tone: Tone]>> = {
  reversible: ['can be undone: ', 'quiet'],
  partly: ['can be undone in part: ', 'caution'],
  not: ['cannot be undone: ', 'caution'],
};

/** One line of a card; nothing where a call changes nothing. */
export function reversibilityLines(told: Reversibility | undefined, width: number): readonly Line[] {
  if (told === undefined) return [];
  const [words, tone] = REVERSIBLE[told.kind];
  return labelled(`  ${words}`, visible(told.text), width).map((text) => line(text, tone));
}

const ACTIONS: Readonly<Record<UndoStep['action'], string>> = {
  'put-back': 'as it was',
  remove: 'goes: it was not there',
  'make-folder': 'the folder again',
  mode: 'its mode again',
  none: 'nothing',
};

/** Of many paths the first ones; `--json` has them all. */
const MOST = 200;

const stepLines = (steps: readonly UndoStep[], tone: Tone, words: (step: UndoStep) => string, width: number) => [
  ...steps
    .slice(0, MOST)
    .flatMap((step) =>
      labelled('  ', `${visible(step.path)}: ${words(step)}`, width).map((text): Line => line(text, tone)),
    ),
  ...(steps.length > MOST ? [line(`  and ${steps.length - MOST} more`, 'quiet')] : []),
];

export function planLines(plan: UndoPlan, width: number): readonly Line[] {
  const of = (state: UndoStep['state']): readonly UndoStep[] => plan.steps.filter((step) => step.state === state);
  const [ready, conflicts, lost] = [of('ready'), of('conflict'), of('lost')];
  const why = (step: UndoStep): string => visible(step.why ?? '');
  return [
    ...(conflicts.length === 0 ? [] : [line(`${plural(conflicts.length, 'conflict')}, left alone`, 'caution')]),
    ...stepLines(conflicts, 'caution', why, width),
    ...(lost.length === 0 ? [] : [line(`${plural(lost.length, 'path')} not kept`, 'caution')]),
    ...stepLines(lost, 'caution', why, width),
    ...(ready.length === 0 ? [] : [line(`${plural(ready.length, 'path')} would change`, 'strong')]),
    ...stepLines(
      ready,
      'plain',
      (step) => `${ACTIONS[step.action]}${step.why === undefined ? '' : ` (${visible(step.why)})`}`,
      width,
    ),
    ...changeLines(
      ready.flatMap(({ change }) => (change === undefined ? [] : [change])),
      width,
    ),
    ...(plan.same === 0 ? [] : [line(`${plural(plan.same, 'path')} as before already`, 'quiet')]),
    ...plan.beyond.flatMap((text) =>
      labelled('beyond any undo: ', visible(text), width).map((one) => line(one, 'caution')),
    ),
  ];
}

export function undoableLines(calls: readonly Undoable[], now: number): readonly string[] {
  const rows = calls.map(({ call, at, what, paths, some, agentName, notKept }) => {
    const more = paths > 1 ? ` and ${paths - 1} more` : '';
    const lost = notKept === 0 ? '' : `, ${notKept} not kept`;
    return [
      call,
      `${duration(now - at)} ago`,
      visible(agentName),
      visible(what),
      `${visible(some[0] ?? '')}${more}${lost}`,
    ];
  });
  return table(rows);
}
