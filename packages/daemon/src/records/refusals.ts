// Requests that were turned away, written down. INVARIANT: whoever is refused cannot fill the ledger by asking again: of one
// asker so many a minute stand there one by one, and the rest are a number in the next one.
import type { Clock } from '../clock.ts';
import type { Records } from './records.ts';

/** Enough to read what somebody tried; at 300 bytes each a flood of a whole day stays below 30 MB. */
const IN_A_MINUTE = 60;
const MINUTE_MS = 60_000;

interface Minute {
  readonly since: number;
  readonly written: number;
  /** Left out in it. */
  readonly more: number;
}

export class Refusals {
  readonly #clock: Clock;
  readonly #records: Pick<Records, 'record'>;
  /** By who asked: agents and people, so few. */
  readonly #minutes = new Map<string, Minute>();

  constructor({ clock, records }: { readonly clock: Clock; readonly records: Pick<Records, 'record'> }) {
    this.#clock = clock;
    this.#records = records;
  }

  /** @param who as `actorName` writes it. @param what redacted, where it is cut or was the asker's own choice. */
  note(who: string, what: string, text: string): void {
    const left = this.take(who);
    if (left === null) return;
    // Not awaited: the refusal does not wait for the disk. A log that fails raises its own alarm.
    this.#records
      .record({ kind: 'refusal', at: this.#clock.now(), who, what, text: `${text}${left}` })
      .catch(() => undefined);
  }

  /** Whether one more may be written, with what its text ends in; null: it is only counted. */
  take(who: string): string | null {
    const now = this.#clock.monotonic();
    const last = this.#minutes.get(who);
    if (last === undefined || now - last.since >= MINUTE_MS) {
      this.#minutes.set(who, { since: now, written: 1, more: 0 });
      return last === undefined || last.more === 0 ? '' : ` (${last.more} more refusals before it were only counted)`;
    }
    const full = last.written >= IN_A_MINUTE;
    this.#minutes.set(who, full ? { ...last, more: last.more + 1 } : { ...last, written: last.written + 1 });
    if (full) return null;
    return last.written + 1 === IN_A_MINUTE ? ' (more within this minute are only counted)' : '';
  }
}
