// Tables of schedules and of the times they were due.
import type { SchemaModule } from 'kysely';

export interface ScheduleRow {
  readonly id: string;
  data: string;
}
/** One time a schedule was due. */
export interface OccasionRow {
  readonly id: string;
  readonly schedule: string;
  /** When it was noted: their order. */
  readonly at: number;
  data: string;
}
export interface ScheduleTables {
  readonly schedules: ScheduleRow;
  readonly occasions: OccasionRow;
}

export async function makeScheduleTables(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('schedules')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('data', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('occasions')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('schedule', 'text', (c) => c.notNull())
    .addColumn('at', 'integer', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('occasions_schedule').ifNotExists().on('occasions').columns(['schedule', 'at']).execute();
}
