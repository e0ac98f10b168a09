// One line for one event: what `watch` prints where there is no terminal.
import type { ConnectionEvent } from '@castellan/client';
import type { Alarm, Approval, LiveEvent } from '@castellan/contract';
import { shortId } from '../commands/pending.ts';
import { TASK_GRANT } from '../text/card.ts';
import { visible } from '../text/visible.ts';
import { duration, isOpen, stateText, timeOfDay } from '../text/words.ts';

export function feedLines(event: ConnectionEvent, now: number): readonly string[] {
  const at = timeOfDay(now);
  switch (event.kind) {
    case 'connected':
      return [];
    case 'lost':
      return [`${at} connection lost: ${visible(event.why)}; trying again`];
    case 'refused':
      return [`${at} refused: ${visible(event.why)}`];
    case 'live':
      return liveLines(event.event, now).map((text) => `${at} ${text}`);
  }
}

function approvalText(approval: Approval, now: number): string {
  const id = shortId(approval.id);
  const what = `${visible(approval.agentName)}: ${visible(approval.summary)}`;
  if (!isOpen(approval.state)) return `${id} ${stateText(approval.state)}; ${what}`;
  const risk = approval.risk.length === 0 ? '' : `${approval.risk.map(visible).join(', ')}; `;
  const also = approval.taskGrant === null ? '' : `; ${TASK_GRANT} ${visible(approval.taskGrant)}`;
  return `waiting ${id} ${what} (${risk}${duration(approval.expiresAt - now)} left)${also}`;
}

const alarmText = (alarm: Alarm): string =>
  alarm.endedAt === null
    ? `ALARM ${visible(alarm.text)}; ${visible(alarm.hint)}`
    : `alarm ended: ${visible(alarm.text)}`;

function liveLines(event: LiveEvent, now: number): readonly string[] {
  switch (event.kind) {
    case 'hello':
      return [
        ...event.alarms.filter((alarm) => alarm.endedAt === null).map(alarmText),
        ...event.approvals.filter((approval) => isOpen(approval.state)).map((approval) => approvalText(approval, now)),
      ];
    case 'approval':
      return [approvalText(event.approval, now)];
    case 'reminder':
      return [`still ${approvalText(event.approval, now)}`];
    case 'call':
      return [
        `${event.outcome} ${shortId(event.call)} ${visible(event.summary)}${event.subagent === undefined ? '' : ` (sub-agent ${visible(event.subagent)})`}`,
      ];
    case 'alarm':
      return [alarmText(event.alarm)];
    case 'policy':
      return event.faults.length === 0
        ? [`policy changed: ${event.policy.slice(0, 19)}`]
        : [`policy rejected: ${event.faults.map(visible).join('; ')}`];
    case 'changed':
      return [];
    case 'bye':
      return ['the daemon stops'];
  }
}
