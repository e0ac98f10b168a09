// Which parts of a command its effects were read from, and how loud each is.
import type { Approval, Effect } from '@castellan/contract';
import { effectText } from '../kit/effect-text.ts';
import type { Span } from '../kit/text-pieces.ts';

const HUES: Readonly<Record<Effect['kind'], Span['hue']>> = {
  unknown: 'bad',
  'change-safety': 'bad',
  escalate: 'bad',
  delete: 'bad',
  send: 'bad',
  spend: 'bad',
  execute: 'calm',
  connect: 'warn',
  write: 'warn',
  read: 'calm',
};

/** The argument that is a command line, where the tool has one: the text that the spans of effects are positions in. */
export function commandOf({ arguments: given, effects }: Pick<Approval, 'arguments' | 'effects'>): string | null {
  const { command } = given;
  if (typeof command !== 'string' || command === '') return null;
  const inside = effects.every(({ span }) => span === undefined || span[1] <= command.length);
  return inside ? command : null;
}

/** Without those that mark everything: what is all marked is not marked. */
export function spansOf(effects: readonly Effect[], length: number): readonly Span[] {
  return effects.flatMap((effect) => {
    const { span, kind } = effect;
    if (span === undefined || span[1] <= span[0] || (span[1] - span[0] >= length && HUES[kind] === 'calm')) return [];
    const { verb, target } = effectText(effect);
    return [{ start: span[0], end: span[1], title: `${verb} ${target}`, hue: HUES[kind] }];
  });
}
