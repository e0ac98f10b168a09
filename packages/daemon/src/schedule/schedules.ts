// The schedules: what people do with them. What is due is begun by `Beginner`; both move a schedule on only in turn, so that a
// change and a time that is due never meet halfway.
import type {
  Instant,
  LedgerRecord,
  RouteBody,
  Schedule,
  ScheduleDraft,
  ScheduleId,
  ScheduleView,
} from '@castellan/contract';
import { newId } from '../ids.ts';
import { type Answer, done, fault, UNKNOWN } from './answer.ts';
import { Beginner, type BeginnerHost } from './beginner.ts';
import { type Entry, isOver } from './entry.ts';
import type { Kept } from './kept.ts';
import { timesOf } from './times.ts';
import { wordsOf } from './words.ts';

/** More than anybody oversees. */
const MAX_SCHEDULES = 100;
const SHOWN_OCCASIONS = 50;
const SHOWN_TIMES = 5;
/** Looked at least as often: a machine that slept, a clock that was set. */
const LOOK_MS = 5_000;

type Change = RouteBody<'changeSchedule'>;
type ScheduleRecord = Extract<LedgerRecord, { readonly kind: 'schedule' }>;

export class Schedules implements AsyncDisposable {
  readonly #host: BeginnerHost;
  readonly #beginner: Beginner;
  #turn: Promise<unknown> = Promise.resolve();
  #stopTimer: () => void = () => undefined;
  #closed = false;

  private constructor(host: BeginnerHost) {
    this.#host = host;
    this.#beginner = new Beginner(host, (step) => this.#inTurn(step));
  }

  static async open(host: BeginnerHost): Promise<Schedules> {
    const schedules = new Schedules(host);
    await schedules.#beginner.load();
    return schedules;
  }

  /** From here on what is due begins; what was missed is looked at first. Disposed of, it ends what it started. */
  begin(): AsyncDisposable {
    this.#lookAgain();
    return this;
  }

  async list(): Promise<Schedule[]> {
    return Promise.all([...this.#beginner.entries.values()].map((entry) => this.#shown(entry)));
  }

  async view(id: ScheduleId): Promise<Answer<ScheduleView>> {
    const entry = this.#beginner.entries.get(id);
    if (entry === undefined) return UNKNOWN;
    const { kept, times } = entry;
    const occasions = await this.#host.store.occasions(id, SHOWN_OCCASIONS);
    return done({
      schedule: await this.#shown(entry),
      next: kept.paused || isOver(kept) ? [] : times.some(this.#from(kept), SHOWN_TIMES),
      occasions: occasions.map(({ occasion }) => occasion),
    });
  }

  preview(cron: string, timeZone: string): Answer<{ readonly words: string; readonly next: Instant[] }> {
    const read = timesOf(cron, timeZone);
    if (!read.ok) return fault('bad', read.fault.message, read.fault.hint, read.fault.path);
    return done({ words: wordsOf(cron), next: read.times.some(this.#host.clock.now(), SHOWN_TIMES) });
  }

  add(draft: ScheduleDraft, by: string): Promise<Answer<Schedule>> {
    return this.#inTurn(async () => {
      const { clock } = this.#host;
      if (this.#beginner.entries.size >= MAX_SCHEDULES)
        return fault('too-much', `there are ${MAX_SCHEDULES} schedules already`, 'remove one that is over');
      const at = clock.now();
      const kept: Kept = {
        ...draft,
        id: newId(clock, 'schedule'),
        createdBy: by,
        createdAt: at,
        paused: false,
        started: 0,
        after: at,
        waiting: null,
      };
      const read = timesOf(kept.cron, kept.timeZone);
      if (!read.ok) return fault('bad', read.fault.message, read.fault.hint, read.fault.path);
      const wrong = this.#taken(kept) ?? this.#objection(kept, read.times.next(at)) ?? (await this.#targetFault(draft));
      if (wrong !== null) return wrong;
      const entry: Entry = { kept, times: read.times, last: null, going: null };
      return this.#done(entry, 'made', by, `${draft.name}: ${wordsOf(draft.cron)}, ${draft.timeZone}`, kept);
    });
  }

  change(id: ScheduleId, change: Change, by: string): Promise<Answer<Schedule>> {
    return this.#inTurn(async () => {
      const entry = this.#beginner.entries.get(id);
      if (entry === undefined) return UNKNOWN;
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const changed: Kept = { ...entry.kept, ...given };
      const read = timesOf(changed.cron, changed.timeZone);
      if (!read.ok) return fault('bad', read.fault.message, read.fault.hint, read.fault.path);
      const { clock } = this.#host;
      const wrong = this.#taken(changed) ?? this.#objection(changed, read.times.next(clock.now()));
      if (wrong !== null) return wrong;
      // What was due while it was paused, or by another expression, is not made up for.
      const moved = changed.paused !== entry.kept.paused || change.cron !== undefined || change.timeZone !== undefined;
      const kept: Kept = moved
        ? {
            ...changed,
            after: Math.max(entry.kept.after, clock.now()),
            waiting: changed.paused ? null : changed.waiting,
          }
        : changed;
      const what = changed.paused === entry.kept.paused ? 'changed' : changed.paused ? 'paused' : 'resumed';
      const names = Object.keys(given).filter((name) => name !== 'paused');
      entry.times = read.times;
      return this.#done(entry, what, by, [kept.name, ...names].join(', '), kept);
    });
  }

  /** What it started is ended with it. */
  remove(id: ScheduleId, by: string): Promise<Answer<Schedule>> {
    return this.#inTurn(async () => {
      const entry = this.#beginner.entries.get(id);
      if (entry === undefined) return UNKNOWN;
      if (!(await this.#record(entry.kept, 'removed', by, entry.kept.name))) return NOT_RECORDED;
      const shown = await this.#shown(entry);
      this.#beginner.entries.delete(id);
      entry.going?.stop('the schedule was removed');
      await this.#host.store.remove(id);
      return done({ ...shown, nextAt: null });
    });
  }

  /** Whatever its times are; it counts towards none of them. */
  async runNow(id: ScheduleId, by: string): Promise<Answer<ScheduleView>> {
    const begun = await this.#inTurn(async (): Promise<Answer<null>> => {
      const entry = this.#beginner.entries.get(id);
      if (entry === undefined) return UNKNOWN;
      if (entry.going !== null)
        return fault('conflict', 'what it started before still runs', 'wait for its end, or cancel that run');
      const obstacle = await this.#host.starter.obstacle(entry.kept.target);
      if (obstacle !== null) return fault('conflict', obstacle.why, obstacle.hint);
      const began = await this.#beginner.begin(entry, this.#host.clock.now(), { by, late: false });
      return began ? done(null) : NOT_RECORDED;
    });
    return begun.ok ? this.view(id) : begun;
  }

  /** Ends in this step what they started. @returns how many ran. */
  endAll(why: string): number {
    return this.#beginner.endAll(why);
  }

  /** @param took told of each that was not paused before. @throws Error in words, at the end, of those that could not be. */
  async pauseAll(
    by: string,
    took: (schedule: { readonly id: ScheduleId; readonly name: string }) => void,
  ): Promise<void> {
    const faults: string[] = [];
    const going = [...this.#beginner.entries.values()].filter(({ kept }) => !kept.paused).map(({ kept }) => kept);
    for (const { id, name } of going) {
      const paused = await this.change(id, { paused: true }, by);
      if (paused.ok) took({ id, name });
      else if (paused.code !== 'unknown') faults.push(`\`${name}\`: ${paused.message}`);
    }
    if (faults.length > 0) throw new Error(faults.join('; '));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#stopTimer();
    await this.#turn;
    await this.#beginner.stop('the daemon stopped');
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => undefined);
    void this.#turn.then(() => this.#setTimer());
    return turn;
  }

  #lookAgain(): void {
    // What fails now, a disk that is full, is looked at again; what is due meanwhile becomes missed.
    this.#inTurn(() => this.#beginner.look()).catch(() => undefined);
  }

  #setTimer(): void {
    this.#stopTimer();
    if (this.#closed) return;
    const now = this.#host.clock.now();
    const soonest = this.#beginner.soonest(now);
    const wait = soonest === null ? LOOK_MS : Math.min(LOOK_MS, Math.max(1, soonest - now));
    this.#stopTimer = this.#host.clock.after(wait, () => this.#lookAgain());
  }

  async #shown({ kept, times, last }: Entry): Promise<Schedule> {
    const { after: _, waiting: __, ...schedule } = kept;
    const over = isOver(kept);
    const why = over
      ? 'it was started as often as it was to be'
      : ((await this.#host.starter.obstacle(kept.target))?.why ?? null);
    return {
      ...schedule,
      words: wordsOf(kept.cron),
      nextAt: kept.paused || over ? null : times.next(this.#from(kept)),
      last,
      why,
    };
  }

  #from(kept: Kept): Instant {
    return Math.max(kept.after, this.#host.clock.now());
  }

  /** People and programs name a schedule by its name: of two of one name neither could be stopped so. */
  #taken({ id, name }: Kept): ReturnType<typeof fault> | null {
    const other = [...this.#beginner.entries.values()].find(({ kept }) => kept.name === name && kept.id !== id);
    if (other === undefined) return null;
    return fault(
      'conflict',
      `there is a schedule \`${name}\` already`,
      'take another name, or change that one',
      'name',
    );
  }

  #objection(kept: Kept, next: Instant | null): ReturnType<typeof fault> | null {
    if (next === null) return fault('bad', `\`${kept.cron}\` is never due`, 'no such day comes', 'cron');
    const text = JSON.stringify(kept);
    // Kept as it is or not at all: what comes back with a piece taken out would start something else.
    return this.#host.exits.row(text) === text
      ? null
      : fault(
          'bad',
          'it holds something that looks like a secret',
          'keep it with `castellan secrets add`; a script names it',
        );
  }

  async #targetFault({ target }: ScheduleDraft): Promise<ReturnType<typeof fault> | null> {
    const obstacle = await this.#host.starter.obstacle(target);
    // A version may still be approved; what is not there at all is a slip of the pen.
    if (obstacle === null || (target.kind === 'script' && !obstacle.why.startsWith('there is no'))) return null;
    const hint = target.kind === 'script' ? '`castellan scripts list` shows them' : obstacle.hint;
    return fault('bad', obstacle.why, hint, 'target');
  }

  async #done(
    entry: Entry,
    change: ScheduleRecord['change'],
    by: string,
    text: string,
    kept: Kept,
  ): Promise<Answer<Schedule>> {
    if (!(await this.#record(kept, change, by, text))) return NOT_RECORDED;
    await this.#host.store.put(kept);
    entry.kept = kept;
    this.#beginner.entries.set(kept.id, entry);
    return done(await this.#shown(entry));
  }

  async #record({ id }: Kept, change: ScheduleRecord['change'], by: string, text: string): Promise<boolean> {
    const { records, clock } = this.#host;
    return records.record({ kind: 'schedule', at: clock.now(), schedule: id, change, by, text }).then(
      () => true,
      () => false,
    );
  }
}

const NOT_RECORDED = fault('not-recorded', 'it cannot be recorded, so nothing was done', 'mend what the alarm names');
