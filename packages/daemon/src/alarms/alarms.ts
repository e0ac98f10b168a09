// Alarms a person must see: raised once, kept until what caused them is over, recorded both times.
import type { AgentId, Alarm, AlarmKind } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';

export interface Alarms {
  open(): readonly Alarm[];
  raise(kind: AlarmKind, agent: AgentId | null, text: string, hint: string): void;
  /** @param by who ended it, where a person did. */
  end(kind: AlarmKind, agent: AgentId | null, by?: string): void;
}

export interface AlarmsHost {
  readonly clock: Clock;
  /** Records and shows; must not throw, because an alarm about the ledger cannot be recorded in it. */
  tell(alarm: Alarm, by?: string): void;
}

export function createAlarms({ clock, tell }: AlarmsHost): Alarms {
  const open = new Map<string, Alarm>();
  const key = (kind: AlarmKind, agent: AgentId | null): string => `${kind} ${agent ?? ''}`;
  return {
    open: () => [...open.values()],
    raise(kind, agent, text, hint) {
      const known = open.get(key(kind, agent));
      if (known?.text === text) {
        // What to do about it is told as it is now, and rings nobody.
        open.set(key(kind, agent), { ...known, hint });
        return;
      }
      const alarm: Alarm = { id: newId(clock, 'alarm'), kind, agent, text, hint, since: clock.now(), endedAt: null };
      open.set(key(kind, agent), alarm);
      tell(alarm);
    },
    end(kind, agent, by) {
      const known = open.get(key(kind, agent));
      if (known === undefined) return;
      open.delete(key(kind, agent));
      tell({ ...known, endedAt: clock.now() }, by);
    },
  };
}
