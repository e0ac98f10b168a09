// Schedules in words: when, in whose time zone, what became of it. Pure.
import type { AgentId, Digest, Occasion, Schedule, ScheduleDraft } from '@castellan/contract';
import { readArguments, type Standing } from './model.ts';

/** What the daemon fills in need not be said. */
type RouteInput = Omit<ScheduleDraft, 'times'>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Mon, 23 Nov 2026, 07:30 CET`: in the zone of the schedule, which is named, because it need not be the reader's. */
export function zonedText(at: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    });
    formats.set(timeZone, format);
  }
  return format.format(new Date(at));
}

const OUTCOMES: Readonly<Record<Occasion['outcome'], Standing>> = {
  running: { word: 'running', tone: 'accent' },
  succeeded: { word: 'succeeded', tone: 'good' },
  failed: { word: 'failed', tone: 'bad' },
  skipped: { word: 'left out', tone: 'warn' },
  missed: { word: 'missed', tone: 'warn' },
  unknown: { word: 'outcome not known', tone: 'warn' },
};
export const occasionStanding = (outcome: Occasion['outcome']): Standing => OUTCOMES[outcome];

export const OVERLAP_WORDS: Readonly<Record<Schedule['overlap'], string>> = {
  skip: 'leave it out, and note that',
  queue: 'begin when the last one has ended',
};
export const MISSED_WORDS: Readonly<Record<Schedule['missed'], string>> = {
  skip: 'leave it out, and note that',
  once: 'begin once when it is back',
};

/** What stands in its way first, then what is due next, then what rests. */
export function schedulesInOrder(schedules: readonly Schedule[]): readonly Schedule[] {
  const rank = ({ why, nextAt }: Schedule): number => (why !== null ? 0 : nextAt !== null ? 1 : 2);
  return schedules.toSorted(
    (a, b) => rank(a) - rank(b) || (a.nextAt ?? 0) - (b.nextAt ?? 0) || (a.name < b.name ? -1 : 1),
  );
}

export interface TypedSchedule {
  readonly name: string;
  readonly kind: 'script' | 'agent';
  readonly script: string;
  /** The digest it is held to; empty: whatever is approved at the time. */
  readonly digest: string;
  readonly args: string;
  readonly agent: string;
  readonly prompt: string;
  readonly workspace: string;
  readonly minutes: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly overlap: ScheduleDraft['overlap'];
  readonly missed: ScheduleDraft['missed'];
}

export const nothingTyped = (timeZone: string): TypedSchedule => ({
  ...{ name: '', kind: 'script', script: '', digest: '', args: '', agent: '', prompt: '', workspace: '' },
  ...{ minutes: '30', cron: '30 7 * * 1-5', timeZone, overlap: 'skip', missed: 'skip' },
});

/** Usual ones, to begin with. */
export const CRONS = [
  { value: '0 * * * *', label: 'every hour' },
  { value: '0 8 * * *', label: 'every day at 08:00' },
  { value: '30 7 * * 1-5', label: 'on working days at 07:30' },
  { value: '0 9 * * 1', label: 'on Mondays at 09:00' },
  { value: '0 6 1 * *', label: 'on the first of a month at 06:00' },
] as const;

export type TypedFaults = Partial<Readonly<Record<keyof TypedSchedule, string>>>;
export type ReadDraft =
  | { readonly ok: true; readonly draft: RouteInput }
  | { readonly ok: false; readonly faults: TypedFaults };

/** What was typed as the daemon is asked; every fault of it, each beside its field. */
export function draftOf(typed: TypedSchedule): ReadDraft {
  const args = readArguments(typed.args);
  const minutes = Number(typed.minutes);
  const faults: TypedFaults = {
    ...(typed.name.trim() === '' && { name: 'give it a name' }),
    ...(typed.kind === 'script'
      ? {
          ...(typed.script === '' && { script: 'choose a script' }),
          ...(!args.ok && { args: args.why }),
        }
      : {
          ...(typed.agent === '' && { agent: 'choose an agent' }),
          ...(typed.prompt.trim() === '' && { prompt: 'say what it is to do' }),
          ...(!typed.workspace.startsWith('/') && { workspace: 'write the whole path, from / on' }),
          ...(!(Number.isInteger(minutes) && minutes >= 1 && minutes <= 720) && { minutes: 'write 1 to 720' }),
        }),
  };
  if (Object.keys(faults).length > 0) return { ok: false, faults };
  const { name, cron, timeZone, overlap, missed } = typed;
  const target: RouteInput['target'] =
    typed.kind === 'script'
      ? {
          kind: 'script',
          script: typed.script,
          ...(typed.digest === '' ? {} : { digest: typed.digest as Digest }),
          args: args.ok ? [...args.args] : [],
        }
      : {
          kind: 'agent',
          agent: typed.agent as AgentId,
          prompt: typed.prompt.trim(),
          workspace: typed.workspace.trim(),
          minutes,
        };
  return {
    ok: true,
    draft: { name: name.trim(), target, cron: cron.trim(), timeZone: timeZone.trim(), overlap, missed },
  };
}
