// Tables of second factors, API tokens and invitations. INVARIANT: keys, codes and credentials stand in columns of bytes, keys as
// they are and everything else as a digest: a column of text passes the redactor, which would take them for the secrets they are.
import type { SchemaModule } from 'kysely';

export interface TotpRow {
  readonly user: string;
  readonly secret: Uint8Array;
  /** The latest time step a code was accepted of. */
  readonly used: number;
  readonly at: number;
}
export interface PasskeyRow {
  readonly id: string;
  readonly user: string;
  /** RP ID. */
  readonly site: string;
  readonly credential: Uint8Array;
  readonly public_key: Uint8Array;
  readonly counter: number;
  readonly data: string;
}
export interface RecoveryCodesRow {
  readonly user: string;
  /** Of those that are left, 32 bytes each, in one column: so that they change in one statement. */
  readonly digests: Uint8Array;
}
export interface FactorTriesRow {
  readonly user: string;
  readonly wrong: number;
  readonly last_at: number;
  readonly held_until: number;
}
export interface ApiTokenRow {
  readonly id: string;
  readonly digest: Uint8Array;
  readonly data: string;
}
export interface InviteRow {
  readonly user: string;
  readonly digest: Uint8Array;
  readonly until: number;
}

export interface FactorTables {
  readonly totp: TotpRow;
  readonly passkeys: PasskeyRow;
  readonly recovery_codes: RecoveryCodesRow;
  readonly factor_tries: FactorTriesRow;
  readonly api_tokens: ApiTokenRow;
  readonly invites: InviteRow;
}

export async function makeFactorTables(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('totp')
    .ifNotExists()
    .addColumn('user', 'text', (c) => c.primaryKey())
    .addColumn('secret', 'blob', (c) => c.notNull())
    .addColumn('used', 'integer', (c) => c.notNull())
    .addColumn('at', 'integer', (c) => c.notNull())
    .execute();
  await schema
    .createTable('passkeys')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user', 'text', (c) => c.notNull())
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('credential', 'blob', (c) => c.notNull().unique())
    .addColumn('public_key', 'blob', (c) => c.notNull())
    .addColumn('counter', 'integer', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('recovery_codes')
    .ifNotExists()
    .addColumn('user', 'text', (c) => c.primaryKey())
    .addColumn('digests', 'blob', (c) => c.notNull())
    .execute();
  await schema
    .createTable('factor_tries')
    .ifNotExists()
    .addColumn('user', 'text', (c) => c.primaryKey())
    .addColumn('wrong', 'integer', (c) => c.notNull())
    .addColumn('last_at', 'integer', (c) => c.notNull())
    .addColumn('held_until', 'integer', (c) => c.notNull())
    .execute();
  await schema
    .createTable('api_tokens')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('digest', 'blob', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('invites')
    .ifNotExists()
    .addColumn('user', 'text', (c) => c.primaryKey())
    .addColumn('digest', 'blob', (c) => c.notNull())
    .addColumn('until', 'integer', (c) => c.notNull())
    .execute();
}
