// The people who may sign in. INVARIANT: what a password was made into stands in a column of bytes and leaves this file only
// towards the comparison; the last admin who can sign in stays one.
import { type Instant, type Role, type UserId, userSchema } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../../store/index.ts';

const accountSchema = userSchema.omit({ invited: true, factors: true });
export type Account = Readonly<ReturnType<typeof accountSchema.parse>>;

export type UserChange = { readonly role?: Role | undefined; readonly disabled?: boolean | undefined };
export type Changed =
  | { readonly kind: 'changed'; readonly account: Account }
  | { readonly kind: 'none' }
  /** Nobody could administer any more. */
  | { readonly kind: 'last-admin' };

export interface Users {
  list(): readonly Account[];
  get(id: UserId): Account | null;
  byName(name: string): Account | null;
  /** Null: the name is taken. `password` null: invited, has none yet. */
  add(fresh: { readonly name: string; readonly role: Role; readonly password: Buffer | null }): Promise<Account | null>;
  change(id: UserId, change: UserChange): Promise<Changed>;
  remove(id: UserId): Promise<Changed>;
  /** Null: nobody, or somebody who has not chosen one. */
  passwordOf(id: UserId): Uint8Array | null;
  setPassword(id: UserId, password: Buffer): Promise<void>;
  signedIn(id: UserId, at: Instant): Promise<void>;
}

interface Entry {
  account: Account;
  password: Uint8Array | null;
}

export async function loadUsers(store: Store, clock: Clock): Promise<Users> {
  const entries = new Map<UserId, Entry>();
  for (const row of await store.db.selectFrom('users').selectAll().execute()) {
    const account = accountSchema.parse(JSON.parse(row.data));
    entries.set(account.id, { account, password: row.password });
  }
  const named = (name: string): Entry | undefined => [...entries.values()].find(({ account }) => account.name === name);
  const save = async ({ account, password }: Entry): Promise<void> => {
    const row = { data: JSON.stringify(account), password };
    await store.db
      .insertInto('users')
      .values({ id: account.id, ...row })
      .onConflict((on) => on.column('id').doUpdateSet(row))
      .execute();
  };
  const update = async (entry: Entry, change: Partial<Account>): Promise<Account> => {
    const account = { ...entry.account, ...change };
    await keeping(entry, { ...entry, account });
    return account;
  };
  /** At once in memory, and taken back where it could not be kept: nobody is more than what is written says. */
  const keeping = async (entry: Entry, next: Entry): Promise<void> => {
    const before = { ...entry };
    Object.assign(entry, next);
    try {
      await save(entry);
    } catch (error) {
      Object.assign(entry, before);
      throw error;
    }
  };
  /** Whether somebody else could still administer. */
  const othersAdminister = (id: UserId): boolean =>
    [...entries.values()].some(
      ({ account, password }) =>
        account.id !== id && account.role === 'admin' && account.disabledAt === null && password !== null,
    );
  return {
    list: () => [...entries.values()].map(({ account }) => account),
    get: (id) => entries.get(id)?.account ?? null,
    byName: (name) => named(name)?.account ?? null,
    async add({ name, role, password }) {
      if (named(name) !== undefined) return null;
      const id: UserId = newId(clock, 'user');
      const account = { id, name, role, createdAt: clock.now(), disabledAt: null, lastSignInAt: null };
      const entry: Entry = { account, password };
      // Before anything is awaited: of two with one name the second finds the first.
      entries.set(id, entry);
      try {
        await save(entry);
      } catch (error) {
        entries.delete(id);
        throw error;
      }
      return account;
    },
    async change(id, { role, disabled }) {
      const entry = entries.get(id);
      if (entry === undefined) return { kind: 'none' };
      const leaves = disabled === true || (role !== undefined && role !== 'admin');
      if (leaves && !othersAdminister(id)) return { kind: 'last-admin' };
      const account = await update(entry, {
        ...(role !== undefined && { role }),
        ...(disabled !== undefined && { disabledAt: disabled ? (entry.account.disabledAt ?? clock.now()) : null }),
      });
      return { kind: 'changed', account };
    },
    async remove(id) {
      const entry = entries.get(id);
      if (entry === undefined) return { kind: 'none' };
      if (!othersAdminister(id)) return { kind: 'last-admin' };
      entries.delete(id);
      await store.db.deleteFrom('users').where('id', '=', id).execute();
      return { kind: 'changed', account: entry.account };
    },
    passwordOf: (id) => entries.get(id)?.password ?? null,
    async setPassword(id, password) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      await keeping(entry, { ...entry, password });
    },
    async signedIn(id, at) {
      const entry = entries.get(id);
      if (entry !== undefined) await update(entry, { lastSignInAt: at });
    },
  };
}
