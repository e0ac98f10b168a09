// From how entries stand to what a person is told: one alarm for each agent and kind, its text the same for the same causes,
// so that nothing rings twice and nothing hides behind another.
import type { AgentId, AlarmKind } from '@castellan/contract';
import type { Standing } from '../connector.ts';

export interface HookAlarm {
  readonly kind: Extract<AlarmKind, 'hooks-missing' | 'hooks-disabled' | 'hooks-bypassed'>;
  readonly agent: AgentId;
  readonly text: string;
  readonly hint: string;
}

const KINDS = { missing: 'hooks-missing', disabled: 'hooks-disabled', bypassed: 'hooks-bypassed' } as const;

export const alarmsOf = (agent: AgentId, standings: readonly Standing[]): readonly HookAlarm[] =>
  standings.flatMap((one) =>
    one.kind === 'intact' ? [] : [{ kind: KINDS[one.kind], agent, text: one.text, hint: one.hint }],
  );

/** All causes of one kind for one agent in one alarm, in a stable order. */
export function gathered(alarms: readonly HookAlarm[]): readonly HookAlarm[] {
  const groups = Map.groupBy(alarms, ({ agent, kind }) => `${agent} ${kind}`);
  const ordered = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  return ordered.flatMap((group) => {
    const sorted = group.toSorted((a, b) => (a.text < b.text ? -1 : 1));
    const [first] = sorted;
    const texts = [...new Set(sorted.map(({ text }) => text))];
    return first === undefined ? [] : [{ ...first, text: texts.join('; ') }];
  });
}
