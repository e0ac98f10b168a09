// Live events: what `watch` follows (server-sent events on /v1/events, one JSON a message) and the web UI (a WebSocket, live.ts).
import { z } from 'zod';
import { alarmSchema } from './alarm.ts';
import { approvalSchema } from './approval.ts';
import { outcomeSchema } from './level.ts';

export const liveEventSchema = z.discriminatedUnion('kind', [
  /** The first event: everything waiting now. */
  z.strictObject({ kind: z.literal('hello'), approvals: z.array(approvalSchema), alarms: z.array(alarmSchema) }),
  /** An approval was made or changed state. */
  z.strictObject({ kind: z.literal('approval'), approval: approvalSchema }),
  z.strictObject({ kind: z.literal('reminder'), approval: approvalSchema }),
  z.strictObject({
    kind: z.literal('call'),
    call: z.string(),
    agent: z.string(),
    task: z.string(),
    session: z.string(),
    /** Its type and id, where a sub-agent of the session made it. */
    subagent: z.string().optional(),
    module: z.string(),
    tool: z.string(),
    summary: z.string(),
    outcome: outcomeSchema,
    at: z.int(),
  }),
  z.strictObject({ kind: z.literal('alarm'), alarm: alarmSchema }),
  z.strictObject({ kind: z.literal('policy'), policy: z.string(), faults: z.array(z.string()) }),
  /** Something that a page shows was changed elsewhere: it asks again. */
  z.strictObject({
    kind: z.literal('changed'),
    what: z.enum([
      'agents',
      'grants',
      'secrets',
      'work',
      'terminals',
      'channels',
      'people',
      'modules',
      'scripts',
      'schedules',
    ]),
  }),
  z.strictObject({ kind: z.literal('bye') }),
]);
export type LiveEvent = Readonly<z.output<typeof liveEventSchema>>;
