// Tasks by what they are called, those that ended too: what a query means by a name.
import { type Task, taskSchema } from '@castellan/contract';
import { sql } from 'kysely';
import type { Store } from '../store/index.ts';

/** Older ones are found by their id. */
const MOST = 5000;

export async function titledTasks(store: Pick<Store, 'db'>): Promise<readonly Pick<Task, 'id' | 'title'>[]> {
  const rows = await store.db.selectFrom('tasks').select('data').orderBy(sql`rowid`, 'desc').limit(MOST).execute();
  return rows.map(({ data }) => taskSchema.parse(JSON.parse(data)));
}
