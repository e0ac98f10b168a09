// Schedules: the list, one, and what people do with them.
import { type ApiErrorCode, actorName, type ScheduleId, scheduleIdSchema } from '@castellan/contract';
import type { Answer, ScheduleFault, Schedules } from '../../schedule/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

type ScheduleHandlers = Pick<
  Handlers,
  'schedules' | 'schedule' | 'previewSchedule' | 'addSchedule' | 'changeSchedule' | 'removeSchedule' | 'runSchedule'
>;

const CODES: Readonly<Record<ScheduleFault['code'], ApiErrorCode>> = {
  unknown: 'not_found',
  bad: 'bad_request',
  conflict: 'conflict',
  'too-much': 'conflict',
  'not-recorded': 'not_recorded',
};

function given<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  const { code, path, message, hint } = answer;
  throw new Refused(CODES[code], path === undefined ? message : `\`${path}\`: ${message}`, {
    hint,
    ...(path !== undefined && { faults: [{ path, message, hint }] }),
  });
}

function idOf(params: { readonly [name: string]: string }): ScheduleId {
  const id = scheduleIdSchema.safeParse(params.id);
  if (id.success) return id.data;
  throw new Refused('not_found', 'no such schedule', { hint: '`castellan schedule list` shows them' });
}

export function scheduleHandlers(schedules: Schedules): ScheduleHandlers {
  return {
    schedules: async () => ({ schedules: await schedules.list() }),
    schedule: async ({ params }) => given(await schedules.view(idOf(params))),
    previewSchedule: ({ body }) => given(schedules.preview(body.cron, body.timeZone)),
    addSchedule: async ({ body, actor }) => given(await schedules.add(body, actorName(actor))),
    changeSchedule: async ({ params, body, actor }) =>
      given(await schedules.change(idOf(params), body, actorName(actor))),
    removeSchedule: async ({ params, actor }) => given(await schedules.remove(idOf(params), actorName(actor))),
    runSchedule: async ({ params, actor }) => given(await schedules.runNow(idOf(params), actorName(actor))),
  };
}
