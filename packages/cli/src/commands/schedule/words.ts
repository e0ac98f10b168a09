// Schedules in words: the list, one, a time in its zone.
import type { Occasion, Schedule, ScheduleView } from '@castellan/contract';
import { type Line, line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { instant, plural, whoText } from '../../text/words.ts';
import { fitted, labelled } from '../../text/wrap.ts';
import { shortId } from '../pending.ts';

/** `Mon 2026-03-30 07:30 Europe/Berlin`; in words of the zone, not of this machine. */
export function inZone(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  const seconds = of('second') === '00' ? '' : `:${of('second')}`;
  return `${of('weekday')} ${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}${seconds}`;
}

export const targetText = ({ target }: Pick<Schedule, 'target'>): string =>
  target.kind === 'script'
    ? `script ${target.script}${target.digest === undefined ? '' : ` ${target.digest.slice(7, 19)}`}`
    : `agent ${target.agent} in ${visible(target.workspace)}`;

function nextText({ paused, nextAt, timeZone, why }: Schedule): string {
  if (paused) return 'paused';
  if (nextAt === null) return 'over';
  return why === null ? `next ${inZone(nextAt, timeZone)}` : visible(why);
}

export function listLines(schedules: readonly Schedule[], width: number): readonly string[] {
  if (schedules.length === 0) return ['no schedules: `castellan schedule add` makes one'];
  return fitted(
    schedules.map((schedule) => [
      visible(schedule.name),
      targetText(schedule),
      schedule.last === null ? 'never due' : `last ${schedule.last.outcome}`,
      `${schedule.words}, ${schedule.timeZone}`,
      nextText(schedule),
    ]),
    width,
  );
}

const TONES = {
  running: 'caution',
  succeeded: 'good',
  failed: 'danger',
  skipped: 'caution',
  missed: 'caution',
  unknown: 'caution',
} as const satisfies Readonly<Record<Occasion['outcome'], Line['tone']>>;

function occasionLines(occasion: Occasion, timeZone: string, width: number): readonly Line[] {
  const { dueAt, outcome, text, run, session, by } = occasion;
  const found = run !== undefined ? `run ${shortId(run)}` : session !== undefined ? `session ${shortId(session)}` : '';
  const who = by === undefined ? '' : `by hand of ${whoText(by)}`;
  const said = [outcome, who, found, visible(text)].filter((part) => part !== '').join(', ');
  return labelled(`  ${inZone(dueAt, timeZone)}  `, said, width).map((each) => line(each, TONES[outcome]));
}

export function viewLines({ schedule, next, occasions }: ScheduleView, width: number): readonly Line[] {
  const { id, name, words, cron, timeZone, overlap, missed, times, started, createdBy, createdAt, why, target } =
    schedule;
  const rows: readonly (readonly [string, string])[] = [
    ['id        ', id],
    ['due       ', `${words}: \`${cron}\`, ${timeZone}`],
    ['starts    ', targetText(schedule)],
    ...(target.kind === 'script'
      ? [['arguments ', JSON.stringify(target.args)] as const]
      : ([
          ['prompt    ', visible(target.prompt)],
          ['at most   ', plural(target.minutes, 'minute')],
        ] as const)),
    ['overlap   ', overlap === 'skip' ? 'left out while the last one runs' : 'one waits while the last one runs'],
    ['missed    ', missed === 'skip' ? 'left out' : 'made up for once'],
    ['begun     ', times === null ? plural(started, 'time') : `${started} of ${plural(times, 'time')}`],
    ['made      ', `by ${whoText(createdBy)}, ${instant(createdAt)}`],
  ];
  return [
    line(`${visible(name)}${schedule.paused ? ', paused' : ''}`, 'strong'),
    ...(why === null ? [] : labelled('', visible(why), width).map((each) => line(each, 'danger'))),
    ...rows.flatMap(([label, text]) => labelled(label, text, width)).map((each) => line(each)),
    ...(next.length === 0 ? [] : [line(`next, in ${timeZone}`, 'strong')]),
    ...next.map((at) => line(`  ${inZone(at, timeZone)}`)),
    ...(occasions.length === 0 ? [] : [line('latest', 'strong')]),
    ...occasions.slice(0, 20).flatMap((each) => occasionLines(each, timeZone, width)),
  ];
}
