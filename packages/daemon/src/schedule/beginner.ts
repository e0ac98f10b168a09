// Begins what is due and notes what came of it. INVARIANT: that a time was dealt with is kept, and its start recorded, before
// anything starts; so it starts at most once, whatever dies in between.
import type { Instant, LedgerRecord, Occasion, ScheduleId } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Exits } from '../exits/index.ts';
import type { Records } from '../records/index.ts';
import { type Deed, deedsFor, passed } from './due.ts';
import { type Entry, isOver } from './entry.ts';
import type { Kept, KeptOccasion, ScheduleStore } from './kept.ts';
import type { Came, Starter } from './targets.ts';
import { timesOf } from './times.ts';

export interface BeginnerHost {
  readonly clock: Clock;
  readonly exits: Exits;
  readonly records: Pick<Records, 'record' | 'query'>;
  readonly store: ScheduleStore;
  readonly starter: Starter;
}

/** Starts in the ledger that are looked at when the database may have lost some. */
const RECALLED = 200;
const MAX_TEXT = 500;
type Change = Extract<LedgerRecord, { readonly kind: 'schedule' }>['change'];

const time = (at: Instant): string => new Date(at).toISOString().replace('.000Z', 'Z');
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_TEXT);

export class Beginner {
  readonly entries = new Map<ScheduleId, Entry>();
  readonly #host: BeginnerHost;
  readonly #inTurn: (step: () => Promise<void>) => Promise<void>;

  constructor(host: BeginnerHost, inTurn: (step: () => Promise<void>) => Promise<void>) {
    this.#host = host;
    this.#inTurn = inTurn;
  }

  /** What ran when the daemon ended has an unknown end, and is not begun again. */
  async load(): Promise<void> {
    const { store } = this.#host;
    for (const kept of await store.all()) {
      const read = timesOf(kept.cron, kept.timeZone);
      if (!read.ok) continue;
      const occasions = await store.occasions(kept.id, RECALLED);
      const after = Math.max(
        kept.after,
        ...occasions.filter(({ occasion }) => occasion.by === undefined).map(({ occasion }) => occasion.dueAt),
      );
      const entry: Entry = {
        kept: { ...kept, after },
        times: read.times,
        last: occasions[0]?.occasion ?? null,
        going: null,
      };
      this.entries.set(kept.id, entry);
      for (const { id, occasion } of occasions.filter(({ occasion }) => occasion.outcome === 'running')) {
        await this.#end(entry, { id, occasion }, { outcome: 'unknown', text: 'the daemon ended while it ran' });
      }
      if (kept.waiting !== null) await this.#recallWaiting(entry, kept.waiting);
    }
    if (this.entries.size > 0) await this.#recallStarts();
  }

  /** A database may lose its last writes with the power; the ledger does not. */
  async #recallStarts(): Promise<void> {
    for (const { record } of await this.#host.records.query({ kind: 'schedule', limit: RECALLED })) {
      if (record.kind !== 'schedule' || record.change !== 'started') continue;
      const entry = this.entries.get(record.schedule);
      if (entry !== undefined && record.at > entry.kept.after) entry.kept = { ...entry.kept, after: record.at };
    }
  }

  /** It waited for what ran then: now it is one that was missed. */
  async #recallWaiting(entry: Entry, dueAt: Instant): Promise<void> {
    entry.kept = { ...entry.kept, waiting: null };
    if (entry.kept.missed === 'once' && !entry.kept.paused) await this.begin(entry, dueAt, { by: null, late: true });
    else await this.#leftOut(entry, dueAt, 'missed', 'it waited for the one before it when the daemon ended');
  }

  soonest(now: Instant): Instant | null {
    const times = [...this.entries.values()].flatMap(({ kept, times }) =>
      kept.paused || isOver(kept) ? [] : (times.next(kept.after) ?? []),
    );
    return times.length === 0 ? null : Math.max(now, Math.min(...times));
  }

  async look(): Promise<void> {
    const now = this.#host.clock.now();
    for (const entry of this.entries.values()) {
      if (entry.kept.paused || isOver(entry.kept)) continue;
      const due = passed(entry.times, entry.kept.after, now);
      if (due === null) continue;
      const { overlap, missed, waiting } = entry.kept;
      const standing = { overlap, missed, running: entry.going !== null, waits: waiting !== null };
      for (const deed of deedsFor(standing, due, now)) await this.#does(entry, deed);
    }
  }

  async #does(entry: Entry, deed: Deed): Promise<void> {
    switch (deed.kind) {
      case 'start':
        await this.begin(entry, deed.dueAt, { by: null, late: deed.late });
        return;
      case 'wait': {
        const kept: Kept = { ...entry.kept, after: deed.dueAt, waiting: deed.dueAt };
        await this.#host.store.put(kept);
        entry.kept = kept;
        return;
      }
      case 'skip':
        return this.#leftOut(
          entry,
          deed.dueAt,
          'skipped',
          deed.waits ? 'the one before it still ran, and one waited already' : 'the one before it still ran',
        );
      case 'missed': {
        const { first, last, count, uncounted } = deed;
        const often = uncounted ? `more than ${count} times` : count === 1 ? 'once' : `${count} times`;
        const when = count === 1 ? time(first) : `${time(first)} to ${time(last)}`;
        const why = 'the daemon was not running, or the machine slept';
        return this.#leftOut(entry, last, 'missed', `${why}: due ${often}, ${when}`);
      }
    }
  }

  /** @returns whether it was begun; where not, that is noted too. */
  async begin(
    entry: Entry,
    dueAt: Instant,
    { by, late }: { readonly by: string | null; readonly late: boolean },
  ): Promise<boolean> {
    const { clock, records, starter, store } = this.#host;
    const { id, name, target } = entry.kept;
    const obstacle = await starter.obstacle(target);
    if (obstacle !== null) {
      await this.#leftOut(entry, dueAt, 'skipped', obstacle.why);
      return false;
    }
    const at = clock.now();
    const noted: KeptOccasion = {
      id: clock.random(10).toString('hex'),
      occasion: {
        dueAt,
        startedAt: at,
        endedAt: null,
        outcome: 'running',
        text: late ? `begun late: it was due at ${time(dueAt)}` : '',
        ...(by !== null && { by }),
      },
    };
    const own = by === null;
    const kept: Kept = {
      ...entry.kept,
      ...(own && { after: Math.max(entry.kept.after, dueAt), started: entry.kept.started + 1, waiting: null }),
    };
    await store.note(kept, noted, at);
    entry.kept = kept;
    entry.last = noted.occasion;
    const who = by ?? `schedule:${name}`;
    const text = noted.occasion.text === '' ? name : `${name}, ${noted.occasion.text}`;
    try {
      await records.record({ kind: 'schedule', at, schedule: id, change: 'started', by: who, text });
    } catch {
      await this.#end(entry, noted, {
        outcome: 'failed',
        text: 'its start could not be recorded, so it did not start',
      });
      return false;
    }
    await this.#start(entry, noted, who);
    return true;
  }

  async #start(entry: Entry, { id, occasion }: KeptOccasion, by: string): Promise<void> {
    const { starter, store } = this.#host;
    const { id: schedule, name, target } = entry.kept;
    const stopping = new AbortController();
    const stopped = { why: '' };
    const begun = starter.start(target, { schedule, name, by, dueAt: occasion.dueAt }, stopping.signal);
    const going = await begun.catch((error: unknown) => failed(error));
    const shown: Occasion = { ...occasion, ...(going.run !== undefined && { run: going.run }) };
    entry.last = shown;
    await store.end({ id, occasion: shown });
    const settled = going.ended
      .catch((error: unknown) => failed(error).ended)
      .then((came) =>
        this.#settle(
          entry,
          { id, occasion: shown },
          stopped.why === '' ? came : { ...came, outcome: 'failed', text: stopped.why },
        ),
      )
      .catch(() => undefined);
    entry.going = {
      stop(why) {
        stopped.why = why;
        stopping.abort();
      },
      settled,
    };
  }

  async #settle(entry: Entry, noted: KeptOccasion, came: Came): Promise<void> {
    entry.going = null;
    await this.#end(entry, noted, came);
    await this.#inTurn(async () => {
      const { waiting, paused, id } = entry.kept;
      if (waiting === null || paused || entry.going !== null || this.entries.get(id) !== entry) return;
      await this.begin(entry, waiting, { by: null, late: false });
    });
  }

  async #end(
    entry: Entry,
    { id, occasion }: KeptOccasion,
    came: Omit<Came, 'outcome'> & Pick<Occasion, 'outcome'>,
  ): Promise<void> {
    const { clock, records, store, exits } = this.#host;
    const text = oneLine(exits.text([occasion.text, came.text].filter((part) => part !== '').join('; ')));
    const { run = occasion.run, session } = came;
    const found = { ...(run !== undefined && { run }), ...(session !== undefined && { session }) };
    const ended: Occasion = { ...occasion, ...found, endedAt: clock.now(), outcome: came.outcome, text };
    if (entry.last === null || entry.last.startedAt === occasion.startedAt) entry.last = ended;
    const { id: schedule, name } = entry.kept;
    await store.end({ id, occasion: ended });
    const by = occasion.by ?? `schedule:${name}`;
    const said = `${name}: ${came.outcome}${text === '' ? '' : `, ${text}`}`;
    await records
      .record({ kind: 'schedule', at: clock.now(), schedule, change: 'ended', by, ...found, text: said })
      .catch(() => undefined);
  }

  /** A time that comes to nothing, and says why. */
  async #leftOut(entry: Entry, dueAt: Instant, outcome: 'skipped' | 'missed', why: string): Promise<void> {
    const { clock, records, store } = this.#host;
    const at = clock.now();
    const text = oneLine(why);
    const occasion: Occasion = { dueAt, startedAt: null, endedAt: null, outcome, text };
    const waiting = entry.kept.waiting === dueAt ? null : entry.kept.waiting;
    const kept: Kept = { ...entry.kept, after: Math.max(entry.kept.after, dueAt), waiting };
    await store.note(kept, { id: clock.random(10).toString('hex'), occasion }, at);
    entry.kept = kept;
    entry.last = occasion;
    const change: Change = outcome;
    const { id, name } = kept;
    await records
      .record({ kind: 'schedule', at, schedule: id, change, by: `schedule:${name}`, text: `${name}: ${text}` })
      .catch(() => undefined);
  }

  /** @returns how many ran. */
  endAll(why: string): number {
    const going = [...this.entries.values()].flatMap((entry) => entry.going ?? []);
    for (const one of going) one.stop(why);
    return going.length;
  }

  /** Ends everything it started, and waits for that. */
  async stop(why: string): Promise<void> {
    const going = [...this.entries.values()].flatMap((entry) => entry.going ?? []);
    this.endAll(why);
    await Promise.all(going.map(({ settled }) => settled));
  }
}

function failed(error: unknown): { readonly run?: never; readonly ended: Promise<Came> } {
  const text = error instanceof Error ? error.message : 'it could not be started';
  return { ended: Promise.resolve({ outcome: 'failed', text }) };
}
