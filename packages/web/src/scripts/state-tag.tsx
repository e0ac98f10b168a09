// How a version or a run stands: the word and the icon say it, the hue repeats them.
import type { Occasion, ScriptRun, VersionState } from '@castellan/contract';
import {
  Ban,
  CircleCheck,
  CircleHelp,
  CircleOff,
  CirclePause,
  CircleX,
  History,
  LoaderCircle,
  type LucideIcon,
  UserRoundCheck,
} from 'lucide-react';
import { Tag } from '../kit/tag.tsx';
import { outcomeOf, standingOf } from './model.ts';
import { occasionStanding } from './schedule-model.ts';

const STATE_ICONS: Readonly<Record<VersionState['kind'], LucideIcon>> = {
  pending: UserRoundCheck,
  approved: CircleCheck,
  rejected: Ban,
  disabled: CircleOff,
  superseded: History,
};

export function VersionTag({ state, number }: { readonly state: VersionState; readonly number?: number }) {
  const { word, tone } = standingOf(state);
  return (
    <Tag tone={tone} icon={STATE_ICONS[state.kind]}>
      {number === undefined ? word : `version ${number} ${word}`}
    </Tag>
  );
}

const RUN_ICONS: Readonly<Record<ScriptRun['outcome'], LucideIcon>> = {
  running: LoaderCircle,
  succeeded: CircleCheck,
  failed: CircleX,
  killed: CircleX,
  cancelled: CircleOff,
  unknown: CircleHelp,
};

export function OutcomeTag({ outcome }: { readonly outcome: ScriptRun['outcome'] }) {
  const { word, tone } = outcomeOf(outcome);
  return (
    <Tag tone={tone} icon={RUN_ICONS[outcome]}>
      {word}
    </Tag>
  );
}

const OCCASION_ICONS: Readonly<Record<Occasion['outcome'], LucideIcon>> = {
  running: LoaderCircle,
  succeeded: CircleCheck,
  failed: CircleX,
  skipped: CirclePause,
  missed: CirclePause,
  unknown: CircleHelp,
};

export function OccasionTag({ outcome }: { readonly outcome: Occasion['outcome'] }) {
  const { word, tone } = occasionStanding(outcome);
  return (
    <Tag tone={tone} icon={OCCASION_ICONS[outcome]}>
      {word}
    </Tag>
  );
}
