// The fatigue meter as numbers to draw: bars of prompts an hour, and three measures in words. Pure.

import type { Fatigue } from '@castellan/contract';
import { countText } from '../../kit/time-text.ts';
import { lasting } from '../../kit/words.ts';

export interface Bar {
  /** Hours before now; 0 is the running hour. */
  readonly hoursAgo: number;
  readonly prompts: number;
  /** 0 to 1 of the tallest. */
  readonly height: number;
}

export interface Measure {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly tone: 'calm' | 'watch' | 'bad';
}

/** The tallest bar stands for at least this many, so that a single prompt does not look like a storm. */
const LEAST_TALLEST = 6;

export function bars(hours: readonly number[]): readonly Bar[] {
  const tallest = Math.max(LEAST_TALLEST, ...hours);
  return hours.map((prompts, index) => ({ hoursAgo: hours.length - 1 - index, prompts, height: prompts / tallest }));
}

/** What a screen reader says in place of the bars. */
export function barsInWords({ hours, prompts }: Pick<Fatigue, 'hours' | 'prompts'>): string {
  const most = Math.max(0, ...hours);
  return `${countText(prompts, 'prompt')} in the last ${hours.length} hours, at most ${most} in one hour`;
}

export function measures(fatigue: Fatigue): readonly Measure[] {
  const { prompts, promptsPerHour, medianDecisionMs, blind, approved, denied, timedOut } = fatigue;
  const rate = approved === 0 ? 0 : blind / approved;
  return [
    {
      label: 'Prompts an hour',
      value: promptsPerHour.toFixed(promptsPerHour < 10 ? 1 : 0),
      note: prompts === 0 ? 'nothing was asked' : `${countText(prompts, 'prompt')} in 24 hours`,
      tone: promptsPerHour > 20 ? 'bad' : promptsPerHour > 8 ? 'watch' : 'calm',
    },
    {
      label: 'Median time to answer',
      value: medianDecisionMs === null ? '–' : lasting(medianDecisionMs),
      note: timedOut === 0 ? 'every one was answered' : `${timedOut} timed out`,
      tone: medianDecisionMs !== null && medianDecisionMs < 1500 ? 'bad' : 'calm',
    },
    {
      label: 'Approved unread',
      value: approved === 0 ? '–' : `${Math.round(rate * 100)} %`,
      note: approved === 0 ? `${denied} denied` : `${blind} of ${approved} in under 1.5 s`,
      tone: rate > 0.25 ? 'bad' : rate > 0.05 ? 'watch' : 'calm',
    },
  ];
}
