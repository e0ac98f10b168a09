// Joins the limits to the rooms they speak to: what holds or frees a session is recorded, and a person is told.
import type { AlarmKind, Session } from '@castellan/contract';
import { toolOf } from '@castellan/policy';
import type { Alarms } from './alarms/index.ts';
import type { Clock } from './clock.ts';
import type { Agents } from './identity/index.ts';
import { type LimitChange, Limits } from './limits/index.ts';
import type { LivePolicy } from './policy/index.ts';
import { type Records, sessionRecord } from './records/index.ts';
import type { Work } from './work/index.ts';

export interface LimitRooms {
  readonly clock: Clock;
  readonly policy: LivePolicy;
  readonly records: Records;
  readonly alarms: Alarms;
  readonly agents: Agents;
  readonly work: Work;
}

const ALARMS: readonly { readonly held: 'paused' | 'stopped'; readonly kind: AlarmKind }[] = [
  { held: 'paused', kind: 'agent-paused' },
  { held: 'stopped', kind: 'agent-stopped' },
];

export function openLimits({ clock, policy, records, alarms, agents, work }: LimitRooms): Limits {
  type Told = Pick<Session, 'id' | 'agent' | 'task'>;
  const record = (session: Told, change: Exclude<LimitChange, 'ended'>, why: string): void => {
    // Not awaited: what is held is held whether or not it can be written, and a failing log raises its own alarm.
    records.record(sessionRecord(session, change, clock.now(), why)).catch(() => undefined);
  };
  const raise = (session: Told, held: 'paused' | 'stopped', why: string): void => {
    const name = agents.get(session.agent)?.name ?? session.agent;
    alarms.raise(
      held === 'paused' ? 'agent-paused' : 'agent-stopped',
      session.agent,
      `${name} was ${held}: ${why}`,
      `look at what it did with \`castellan log\`; \`castellan resume ${session.id}\` lets it go on`,
    );
  };
  const limits: Limits = new Limits({
    clock,
    config: () => policy.policy.config,
    tally: () => records.tally,
    modules({ module, tool }) {
      const { moduleName, module: view } = toolOf(policy.policy, module, tool);
      return [...new Set([module, moduleName, ...(view?.manifest.aliases ?? [])])];
    },
    session: (id) => work.get(id),
    tell(session, change, why) {
      if (change !== 'ended') record(session, change, why);
      if (change === 'paused' || change === 'stopped') raise(session, change, why);
      for (const { held, kind } of ALARMS) if (!limits.isHeld(session.agent, held)) alarms.end(kind, session.agent);
    },
  });
  return limits;
}
