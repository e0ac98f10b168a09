// Looks after the machine under the daemon: a disk that fills rings before nothing can be recorded any more, and a clock that is set
// rings because times in records, grants and factors hang on it. Reminds of what is still open.
import type { Config, Instant } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Alarms } from './alarms.ts';

export interface MachineRooms {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly config: () => Config['alarms'];
  /** Bytes free where the state lies; null: it cannot be told. */
  readonly free: () => number | null;
  /** When the machine started, by its own clock: another answer later means that the clock was set. */
  readonly bootedAt: () => Instant;
  /** How far the clock is behind what a former run of the daemon saw; 0 or less: it is not. */
  readonly behind: number;
}

const TICK_MS = 2_000;
const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** A clock that is kept right is moved by less than this; a person, an attacker or a bad server moves it by more. */
const JUMP_MS = 60_000;
/** As long as this by its new time, it is the time. */
const SETTLED_MS = 24 * HOUR_MS;

/** `3 min`, `5 h`, `2 days`. */
function about(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 7_200) return `${Math.max(1, Math.round(seconds / 60))} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

export function watchMachine(rooms: MachineRooms): Disposable {
  const { clock, alarms, config, free, bootedAt, behind } = rooms;
  let right = bootedAt();
  /** Where it was after the last jump: from there on another one is told as well. */
  let after = right;
  let jumpedAt: number | null = null;

  const jumped = (ms: number, when: string): void => {
    jumpedAt = clock.monotonic();
    after = bootedAt();
    alarms.raise(
      'clock-jumped',
      null,
      `the clock of this machine was set ${about(ms)} ${ms > 0 ? 'forward' : 'back'} ${when}`,
      'set it right, or leave it: after a day it counts as the time; what was allowed lives no longer for it',
    );
  };
  if (behind > JUMP_MS) jumped(-behind, 'while the daemon was not running');

  const disk = (): void => {
    const left = free();
    const wanted = config().diskFreeMiB * MIB;
    if (left !== null && left < wanted)
      alarms.raise(
        'disk-low',
        null,
        // Without the very number: it changes all the time, and rings once.
        `less than ${config().diskFreeMiB} MiB are free on the disk of the state folder`,
        'free some space: when it is full nothing can be recorded, and every call is refused',
      );
    else alarms.end('disk-low', null);
  };
  const time = (): void => {
    const off = bootedAt() - right;
    if (Math.abs(off) > JUMP_MS) {
      const since = bootedAt() - after;
      if (jumpedAt === null || Math.abs(since) > JUMP_MS) {
        const again = jumpedAt === null ? '' : `, again: ${about(off)} ${off > 0 ? 'ahead of' : 'behind'} what it was`;
        jumped(jumpedAt === null ? off : since, `while the daemon runs${again}`);
        return;
      }
      if (clock.monotonic() - jumpedAt <= SETTLED_MS) return;
      right = bootedAt();
    } else if (jumpedAt !== null && behind > JUMP_MS && clock.monotonic() - jumpedAt <= SETTLED_MS) return;
    jumpedAt = null;
    alarms.end('clock-jumped', null);
  };
  const tick = (): void => {
    disk();
    time();
    const { remindHours } = config();
    if (remindHours > 0) alarms.remind(remindHours * HOUR_MS);
  };
  tick();
  return { [Symbol.dispose]: clock.every(TICK_MS, tick) };
}
