// Versions of scripts that wait for a person: what nobody answers is told again, for an agent may be waiting for it.
import type { Config, Instant } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Alarms } from './alarms.ts';

export interface WaitingVersion {
  readonly name: string;
  readonly number: number;
  readonly since: Instant;
}

export interface ScriptRooms {
  readonly clock: Clock;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  readonly config: () => Config['alarms'];
  readonly waiting: () => readonly WaitingVersion[];
}

const TICK_MS = 2_000;
const HOUR_MS = 3_600_000;
const SHOWN = 3;

export function watchScripts({ clock, alarms, config, waiting }: ScriptRooms): Disposable {
  const tick = (): void => {
    const long = config().scriptHours * HOUR_MS;
    const late = waiting().filter(({ since }) => clock.now() - since >= long);
    if (late.length === 0) {
      alarms.end('script-waiting', null);
      return;
    }
    const names = late.slice(0, SHOWN).map(({ name, number }) => `\`${name}\` version ${number}`);
    const more = late.length > SHOWN ? `, and ${late.length - SHOWN} more` : '';
    alarms.raise(
      'script-waiting',
      null,
      `nobody answered for ${names.join(', ')}${more}`,
      '`castellan scripts` lists them; approve or reject each, in the browser or with `castellan scripts show NAME`',
    );
  };
  tick();
  return { [Symbol.dispose]: clock.every(TICK_MS, tick) };
}
