// Live events as server-sent events. A reader that does not read is cut off rather than buffered for ever.
import type { Approval, LiveEvent } from '@castellan/contract';
import type { FastifyReply } from 'fastify';
import { CAPACITY } from '../approvals/index.ts';
import type { Parts } from '../surfaces/index.ts';

/** Twice what may wait at once: `hello` carries all of it, and must not cut off the one who asked. */
const MAX_BUFFERED = 2 * CAPACITY.allBytes;
const KEEP_ALIVE_MS = 15_000;

/** Questions that wait for a person now. */
export const openApprovals = ({ approvals, desk }: Pick<Parts, 'approvals' | 'desk'>): readonly Approval[] =>
  desk.shown(approvals.list()).filter(({ state }) => state.kind === 'pending' || state.kind === 'queued');

/** Everything that waits for a person now. */
export const presentOf = (parts: Parts): LiveEvent => ({
  kind: 'hello',
  approvals: [...openApprovals(parts)],
  alarms: [...parts.alarms.open()],
});

/** Whether whoever follows may still, and word of when that may have changed. */
export interface Following {
  readonly still: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
}

export function streamEvents(reply: FastifyReply, parts: Parts, { still, subscribe }: Following): void {
  reply.hijack();
  const out = reply.raw;
  out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  const send = (event: LiveEvent): void => {
    if (out.writableLength > MAX_BUFFERED) out.destroy();
    else out.write(`data: ${parts.exits.json(event)}\n\n`);
    if (event.kind === 'bye') out.end();
  };
  // Subscribed first and told the present in the same step: nothing can fall between the two.
  const unsubscribe = parts.events.subscribe(send);
  send(presentOf(parts));
  const stopKeepAlive = parts.clock.every(KEEP_ALIVE_MS, () => out.write(': still here\n\n'));
  // A sign-in that is ended, and a role that is taken away, end what they opened.
  const unwatch = subscribe(() => {
    if (!still()) out.destroy();
  });
  out.once('close', () => {
    unwatch();
    unsubscribe();
    stopKeepAlive();
  });
}
