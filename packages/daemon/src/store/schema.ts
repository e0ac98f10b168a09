// The schema and its version. A database of a newer version is refused: guessing would lose what it knows.
import { type Kysely, sql } from 'kysely';
import { StartError } from '../start-error.ts';
import { makeFactorTables } from './factor-tables.ts';
import { makeScheduleTables } from './schedule-tables.ts';
import type { Tables } from './tables.ts';

const VERSION = '2';
/** The number of the form that this program writes. */
export const SCHEMA_VERSION = Number(VERSION);

export async function migrate(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('meta')
    .ifNotExists()
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  const row = await db.selectFrom('meta').select('value').where('key', '=', 'schema').executeTakeFirst();
  // 1 differs in the record index alone, which is made again from the ledger.
  if (row?.value === '1') {
    await db.schema.dropTable('records').ifExists().execute();
    await db.deleteFrom('meta').where('key', '=', 'indexed').execute();
    await db.updateTable('meta').set({ value: VERSION }).where('key', '=', 'schema').execute();
  } else if (row !== undefined && row.value !== VERSION) {
    throw new StartError(
      'state-unusable',
      `\`castellan.db\` has schema version ${row.value}, this Castellan knows ${VERSION}`,
      ['use the Castellan that wrote it'],
    );
  }
  await db.schema
    .createTable('agents')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('credential_hash', 'text', (c) => c.notNull().unique())
    .addColumn('data', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('model_keys')
    .ifNotExists()
    .addColumn('agent', 'text', (c) => c.primaryKey())
    .addColumn('key_hash', 'text', (c) => c.notNull())
    .execute();
  for (const table of ['tasks', 'sessions'] as const) {
    await db.schema
      .createTable(table)
      .ifNotExists()
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('agent', 'text', (c) => c.notNull())
      .addColumn('external_id', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull())
      .execute();
  }
  await db.schema
    .createIndex('sessions_external')
    .ifNotExists()
    .on('sessions')
    .columns(['agent', 'external_id'])
    .execute();
  await db.schema
    .createTable('answers')
    .ifNotExists()
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('approved', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('denied', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('timed_out', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('last_at', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('answers_key', ['agent', 'what', 'action'])
    .execute();
  await db.schema
    .createTable('grants')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('data', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('users')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('password', 'blob')
    .execute();
  await db.schema
    .createTable('sign_ins')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('secret', 'blob', (c) => c.notNull())
    .addColumn('other', 'blob', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('push_subscriptions')
    .ifNotExists()
    .addColumn('id', 'blob', (c) => c.primaryKey())
    .addColumn('data', 'blob', (c) => c.notNull())
    .addColumn('at', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('push_key')
    .ifNotExists()
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('pkcs8', 'blob', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('script_versions')
    .ifNotExists()
    .addColumn('id', 'blob', (c) => c.primaryKey())
    .addColumn('data', 'blob', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('verifications')
    .ifNotExists()
    .addColumn('agent', 'text', (c) => c.primaryKey())
    .addColumn('data', 'text', (c) => c.notNull())
    .execute();
  await makeFactorTables(db.schema);
  await makeScheduleTables(db.schema);
  await db.schema
    .createTable('records')
    .ifNotExists()
    .addColumn('position', 'integer', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('agent', 'text')
    .addColumn('call', 'text')
    .addColumn('external', 'text')
    .addColumn('session', 'text')
    .addColumn('task', 'text')
    .addColumn('what', 'text')
    .addColumn('at', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text')
    .addColumn('labels', 'text')
    .addColumn('tokens', 'integer')
    .execute();
  await db.schema.createIndex('records_call').ifNotExists().on('records').column('call').execute();
  // Most records name none of these: an index over those that do costs the others nothing.
  for (const old of ['records_agent', 'records_session', 'records_task', 'records_external'])
    await db.schema.dropIndex(old).ifExists().execute();
  for (const by of ['agent', 'session', 'task']) {
    const [name, column] = [sql.ref(`records_with_${by}`), sql.ref(by)];
    await sql`CREATE INDEX IF NOT EXISTS ${name} ON records (${column}, position) WHERE ${column} IS NOT NULL`.execute(
      db,
    );
  }
  await sql`CREATE INDEX IF NOT EXISTS records_with_external ON records (external) WHERE external IS NOT NULL`.execute(
    db,
  );
  // Few of many: a partial index costs what is not in it nothing.
  await sql`CREATE INDEX IF NOT EXISTS records_approvals ON records (at, position) WHERE kind = 'approval'`.execute(db);
  if (row === undefined) await db.insertInto('meta').values({ key: 'schema', value: VERSION }).execute();
}
