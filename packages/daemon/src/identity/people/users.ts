// The people who may sign in. INVARIANT: what a password was made into stands in a column of bytes and leaves this file only
// towards the comparison; the last admin who can sign in stays one; nobody is more than what is written says, and whoever was
// made less or kept out is that at once, whatever the disk does.
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
  /** Writes what could not be written when it was changed. */
  keep(): Promise<void>;
}

const RANK: Readonly<Record<Role, number>> = { viewer: 0, approver: 1, admin: 2 };
/** Whether the second role may do what the first may not. */
export const isMore = (before: Role, after: Role): boolean => RANK[after] > RANK[before];

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
  /** In force in memory, and not on the disk yet. */
  const unwritten = new Set<Entry>();
  const unremoved = new Set<UserId>();
  /**
   * At once in memory. Where it could not be written, what gives more is taken back, if nothing else has changed it since; what
   * takes away stays: whoever fills the disk keeps nobody in.
   */
  const keeping = async (entry: Entry, next: Entry): Promise<void> => {
    const before = { ...entry };
    Object.assign(entry, next);
    try {
      await save(entry);
      unwritten.delete(entry);
    } catch (error) {
      const { account, password } = entry;
      const raised = isMore(before.account.role, next.account.role) && account.role === next.account.role;
      const enabled = before.account.disabledAt !== null && account.disabledAt === null;
      const disabledAt = enabled ? before.account.disabledAt : account.disabledAt;
      entry.account = { ...account, role: raised ? before.account.role : account.role, disabledAt };
      if (before.password === null && password === next.password) entry.password = null;
      unwritten.add(entry);
      throw error;
    }
  };
  const erase = async (id: UserId): Promise<void> => {
    await store.db.deleteFrom('users').where('id', '=', id).execute();
    unremoved.delete(id);
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
      unwritten.delete(entry);
      unremoved.add(id);
      await erase(id);
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
    async keep() {
      for (const id of [...unremoved]) await erase(id);
      for (const entry of [...unwritten])
        if (entries.get(entry.account.id) === entry) {
          await save(entry);
          unwritten.delete(entry);
        }
    },
  };
}
