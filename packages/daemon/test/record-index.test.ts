// The record index answers by an index of its own whatever is asked for by agent, session, task or outside id: a partial index
// that no question uses would be found only when a log is long.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { openStore } from '../src/store/index.ts';

const plan = (database: DatabaseSync, query: string): string =>
  database
    .prepare(`EXPLAIN QUERY PLAN ${query}`)
    .all('a')
    .map(({ detail }) => String(detail))
    .join('; ');

test('each question by agent, session, task or outside id goes by its index, in a database of an older Castellan too', async () => {
  const path = join(tempFolder(), 'castellan.db');
  await (await openStore(path, (text) => text))[Symbol.asyncDispose]();
  const older = new DatabaseSync(path);
  older.exec('DROP INDEX records_with_agent; CREATE INDEX records_agent ON records (agent, position)');
  older.close();
  await (await openStore(path, (text) => text))[Symbol.asyncDispose]();
  const database = new DatabaseSync(path);
  const uses = (query: string): string => /INDEX (records_\w+)/.exec(plan(database, query))?.[1] ?? 'none';
  expect({
    agent: uses('SELECT position FROM records WHERE agent = ? ORDER BY position DESC'),
    session: uses("SELECT what FROM records WHERE session = ? AND kind = 'session' ORDER BY position DESC LIMIT 1"),
    task: uses('SELECT DISTINCT labels FROM records WHERE task = ? AND labels IS NOT NULL'),
    external: uses('SELECT "call" FROM records WHERE external = ? ORDER BY position DESC LIMIT 1'),
  }).toEqual({
    agent: 'records_with_agent',
    session: 'records_with_session',
    task: 'records_with_task',
    external: 'records_with_external',
  });
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'index'")
    .all()
    .map(({ name }) => name);
  expect(names).not.toContain('records_agent');
  database.close();
});
