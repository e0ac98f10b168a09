// From what was seen to what a person is told: one alarm for each agent and kind, its text the same for the same causes,
// so that nothing rings twice and nothing hides behind another.
import type { AgentId, AlarmKind } from '@castellan/contract';
import { type HookState, hookStateText } from '../settings/inspect.ts';
import type { Interference } from '../settings/inspect-file.ts';
import type { Bypass } from './bypass.ts';

export interface HookAlarm {
  readonly kind: Extract<AlarmKind, 'hooks-missing' | 'hooks-disabled' | 'hooks-bypassed'>;
  readonly agent: AgentId;
  readonly text: string;
  readonly hint: string;
}

const AGAIN = 'if this was not you, end the agent; then run `castellan connect claude-code` again';

export function stateAlarms(agent: AgentId, path: string, state: HookState): readonly HookAlarm[] {
  if (state.kind === 'intact') return [];
  const kind = state.kind === 'disabled' ? 'hooks-disabled' : 'hooks-missing';
  return [
    {
      kind,
      agent,
      text: `${path}: ${hookStateText(state)}`,
      hint: AGAIN,
    },
  ];
}

export const interferenceAlarms = (agent: AgentId, found: readonly Interference[]): readonly HookAlarm[] =>
  found.map((one) => interferenceAlarm(agent, one));

function interferenceAlarm(agent: AgentId, one: Interference): HookAlarm {
  switch (one.kind) {
    case 'switched-off':
      return {
        kind: 'hooks-disabled',
        agent,
        text: `${one.file}: \`${one.by}\` keeps the hooks from running`,
        hint: `end the agent and remove \`${one.by}\` from the file`,
      };
    case 'project-hooks':
      return {
        kind: 'hooks-bypassed',
        agent,
        text: `${one.file}: the project starts hooks of its own (${one.events.join(', ')}), whose commands nobody decides`,
        hint: 'remove them, or use `castellan run claude-code`, which leaves project settings out',
      };
  }
}

export const bypassAlarms = (found: readonly Bypass[]): readonly HookAlarm[] =>
  found.map(({ agent, pid, how }) => ({
    kind: 'hooks-bypassed',
    agent,
    text: `process ${pid} is Claude Code started with ${how}: its tools run undecided`,
    hint: `end process ${pid} and start it without that`,
  }));

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
