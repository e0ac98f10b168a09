// Alarms a person must see: raised once, kept until what caused them is over, recorded both times.
import type { AgentId, Alarm, AlarmKind } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';

export interface Alarms {
  open(): readonly Alarm[];
  raise(kind: AlarmKind, agent: AgentId | null, text: string, hint: string): void;
  /** @param by who ended it, where a person did. */
  end(kind: AlarmKind, agent: AgentId | null, by?: string): void;
  /** Tells once more what is open and was told longer than `ms` ago. */
  remind(ms: number): void;
}

export interface AlarmsHost {
  readonly clock: Clock;
  /** Records and shows; must not throw, because an alarm about the ledger cannot be recorded in it. */
  tell(alarm: Alarm, by?: string): void;
  /** Shows and sends one that is open still; it is recorded already. Nobody is reminded where this is left out. */
  remind?(alarm: Alarm): void;
}

export function createAlarms({ clock, tell, remind }: AlarmsHost): Alarms {
  const open = new Map<string, Alarm>();
  /** When each was told last, by the clock nobody can set. */
  const toldAt = new Map<string, number>();
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
      toldAt.set(key(kind, agent), clock.monotonic());
      tell(alarm);
    },
    end(kind, agent, by) {
      const known = open.get(key(kind, agent));
      if (known === undefined) return;
      open.delete(key(kind, agent));
      toldAt.delete(key(kind, agent));
      tell({ ...known, endedAt: clock.now() }, by);
    },
    remind(ms) {
      const now = clock.monotonic();
      for (const [at, alarm] of open) {
        if (now - (toldAt.get(at) ?? now) < ms) continue;
        toldAt.set(at, now);
        remind?.(alarm);
      }
    },
  };
}
