// What `try` and `why` show of a shell call: the command with its effects marked, one line for each, what was decided, by
// which rule and why, and what to do instead. The order is what a person asks: what happens, may it, says who, what now.
import type { Effect, Outcome, Reason, Verdict } from '@castellan/contract';
import { drawCommand, type Mark } from './draw-command.ts';
import { effectLabel, effectText, effectTone, type Home, isKnownProgram, worstFirst } from './effect-words.ts';
import { type Line, line } from './tone.ts';
import { visible } from './visible.ts';
import { sourceText } from './words.ts';
import { labelled as beside, textWidth, wrap } from './wrap.ts';

const TONES = { allow: 'good', ask: 'caution', confirm: 'caution', deny: 'danger' } as const;
const MEANING = {
  allow: 'it would run, and be recorded',
  ask: 'the agent would ask in its own terminal',
  confirm: 'it would wait for a person',
  deny: 'it would be refused',
} as const;

/** Nothing here is the call itself: a space at the end of a line is no character of anything. */
const labelled = (label: string, text: string, width: number): readonly string[] =>
  beside(label, text, width).map((each) => each.trimEnd());

/** `past`: the call was made, and what came of it stands below. */
type When = 'would' | 'past';

const verdictLine = (outcome: Outcome, when: When): Line =>
  line(when === 'past' ? outcome : `${outcome}: ${MEANING[outcome]}`, TONES[outcome]);

/** Effects that stand at the same place are marked once. */
function marksOf(numbered: readonly Effect[]): readonly Mark[] {
  const places = new Map<string, { readonly span: Mark['span']; readonly numbers: number[] }>();
  for (const [index, { span }] of numbered.entries()) {
    if (span === undefined || span[0] >= span[1]) continue;
    const key = span.join();
    const place = places.get(key) ?? { span, numbers: [] };
    place.numbers.push(index + 1);
    places.set(key, place);
  }
  return [...places.values()].map(({ span, numbers }) => ({ span, label: numbers.join(' ') }));
}

/** One line for each effect, worst first, numbered as marked; the programs that do only what stands there come last. */
export function effectLines(
  effects: readonly Effect[],
  known: Home,
  width: number,
  numbered: boolean,
): readonly Line[] {
  const sorted = worstFirst(effects);
  const telling = sorted.filter((effect) => !isKnownProgram(effect));
  const names = [...new Set(sorted.filter(isKnownProgram).map((effect) => visible(effect.target)))];
  // `:` stands for no program at all, as in an assignment.
  const programs = sorted.length === 1 ? names : names.filter((name) => name !== ':');
  const digits = String(telling.length).length;
  return [
    ...telling.flatMap((effect, index) => {
      const number = numbered ? `${String(index + 1).padStart(digits)} ` : '';
      const label = `  ${number}${effectLabel(effect)}`;
      const text = effectText(effect, known);
      // A long label beside a narrow column of text reads badly: then both are one text.
      const indent = `  ${number}`;
      const parts =
        textWidth(label) > 20
          ? labelled(indent, label.slice(indent.length) + text, width)
          : labelled(label, text, width);
      return parts.map((part) => line(part, effectTone(effect)));
    }),
    ...(programs.length === 0
      ? []
      : labelled(`  ${numbered ? ' '.repeat(digits + 1) : ''}runs `, programs.join(', '), width).map((text) =>
          line(text, 'quiet'),
        )),
    ...(effects.length === 0 ? [line('  nothing: no effects')] : []),
  ];
}

/** The command, marked, and its effects. `marked` is false where the command is not the text the effects were read from. */
export function shellLines(
  command: string,
  effects: readonly Effect[],
  known: Home,
  width: number,
  marked = true,
): readonly Line[] {
  const telling = worstFirst(effects).filter((effect) => !isKnownProgram(effect));
  return [
    ...drawCommand(command, marked ? marksOf(telling) : [], width),
    line(''),
    ...effectLines(effects, known, width, marked && telling.length > 0),
  ];
}

const reasonLines = (head: string, reason: Reason, width: number): readonly Line[] => [
  ...wrap(`${head}${sourceText(reason)}`, width - 2).map((text) => line(`  ${text}`.trimEnd())),
  ...labelled('    ', visible(reason.text), width).map((text) => line(text)),
  ...(reason.remedy === undefined
    ? []
    : labelled('    instead: ', visible(reason.remedy), width).map((text) => line(text, 'quiet'))),
];

/** The outcome, who decided and why; then which floors stand there too, and what the agent is advised. */
export function verdictLines(verdict: Verdict, width: number, when: When = 'would'): readonly Line[] {
  const [deciding, ...others] = verdict.reasons;
  // What would decide if no rule did says nothing while one does.
  const also = others.filter((reason) => reason.part === 'floor' && reason.outcome !== 'allow');
  const advice = others.filter((reason) => reason.part === 'advice');
  return [
    verdictLine(verdict.outcome, when),
    ...(deciding === undefined ? [] : reasonLines('decided by ', deciding, width)),
    ...also.flatMap((reason) => reasonLines(`also ${reason.outcome}: `, reason, width)),
    ...advice.flatMap((reason) =>
      labelled('  advice: ', `${visible(reason.text)} (${visible(reason.id)})`, width).map((text) =>
        line(text, 'quiet'),
      ),
    ),
  ];
}
