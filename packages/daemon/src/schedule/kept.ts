// What is kept of schedules: each with how far its times have been looked at, and the last times it was due.
import {
  type Instant,
  instantSchema,
  type Occasion,
  occasionSchema,
  type ScheduleId,
  scheduleSchema,
} from '@castellan/contract';
import type { z } from 'zod';
import type { Store } from '../store/index.ts';

export const keptSchema = scheduleSchema.omit({ words: true, nextAt: true, last: true, why: true }).extend({
  /** Everything due up to here has been dealt with, across restarts. */
  after: instantSchema,
  /** One that was due while the one before it ran, and begins when that has ended. */
  waiting: instantSchema.nullable(),
});
export type Kept = Readonly<z.output<typeof keptSchema>>;

export interface KeptOccasion {
  readonly id: string;
  readonly occasion: Occasion;
}

/** Of each schedule; the ledger has all of them. */
const MAX_OCCASIONS = 100;

export class ScheduleStore {
  readonly #db: Store['db'];

  constructor({ db }: Store) {
    this.#db = db;
  }

  async all(): Promise<readonly Kept[]> {
    const rows = await this.#db.selectFrom('schedules').selectAll().execute();
    return rows.map(({ data }) => keptSchema.parse(JSON.parse(data)));
  }

  async put(kept: Kept): Promise<void> {
    const data = JSON.stringify(kept);
    await this.#db
      .insertInto('schedules')
      .values({ id: kept.id, data })
      .onConflict((on) => on.column('id').doUpdateSet({ data }))
      .execute();
  }

  /** The occasion first: whatever is lost after it, `after` is at least that (`recovered`). */
  async note(kept: Kept, { id, occasion }: KeptOccasion, at: Instant): Promise<void> {
    await this.#db
      .insertInto('occasions')
      .values({ id, schedule: kept.id, at, data: JSON.stringify(occasion) })
      .execute();
    await this.put(kept);
    await this.#db
      .deleteFrom('occasions')
      .where('schedule', '=', kept.id)
      .where('at', '<', (earliest) =>
        earliest
          .selectFrom('occasions')
          .select('at')
          .where('schedule', '=', kept.id)
          .orderBy('at', 'desc')
          .offset(MAX_OCCASIONS - 1)
          .limit(1),
      )
      .execute();
  }

  async end({ id, occasion }: KeptOccasion): Promise<void> {
    await this.#db
      .updateTable('occasions')
      .set({ data: JSON.stringify(occasion) })
      .where('id', '=', id)
      .execute();
  }

  async remove(id: ScheduleId): Promise<void> {
    await this.#db.deleteFrom('schedules').where('id', '=', id).execute();
    await this.#db.deleteFrom('occasions').where('schedule', '=', id).execute();
  }

  /** Newest first. */
  async occasions(id: ScheduleId, limit: number): Promise<readonly KeptOccasion[]> {
    const rows = await this.#db
      .selectFrom('occasions')
      .select(['id', 'data'])
      .where('schedule', '=', id)
      .orderBy('at', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ id: row, data }) => ({ id: row, occasion: occasionSchema.parse(JSON.parse(data)) }));
  }
}
