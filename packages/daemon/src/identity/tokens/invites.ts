// Invitations: a key to choose a password with, for one person, once, for three days. Kept as digests.
import { type UserId, userIdSchema } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/index.ts';
import { digestOf, NOTHING, sameDigest } from '../credentials.ts';

const LIFE_MS = 3 * 86_400_000;

export interface Invites {
  /** Shown this once; another one of the same person is worthless from now on. */
  make(user: UserId): Promise<string>;
  /** Whose it is, or null. It stays good: a password may still be refused. */
  look(invite: string): UserId | null;
  /** Ends it. False: it was not good any more; of two at once one is first. */
  take(invite: string): Promise<boolean>;
  drop(user: UserId): Promise<void>;
  dropAll(): Promise<void>;
}

const PATTERN = /^castellan_i_([0-9a-z]{6,40})_[0-9a-f]{64}$/;

export async function loadInvites(store: Store, clock: Clock): Promise<Invites> {
  const open = new Map<string, { readonly digest: Uint8Array; readonly until: number }>();
  for (const { user, digest, until } of await store.db.selectFrom('invites').selectAll().execute())
    open.set(user, { digest, until });

  const drop = async (user: string): Promise<void> => {
    open.delete(user);
    await store.db.deleteFrom('invites').where('user', '=', user).execute();
  };
  const look = (invite: string): UserId | null => {
    const user = userIdSchema.safeParse(`user_${PATTERN.exec(invite)?.[1] ?? ''}`);
    const found = user.success ? open.get(user.data) : undefined;
    const good = sameDigest(digestOf(invite), Buffer.from(found?.digest ?? NOTHING));
    return good && found !== undefined && user.success && clock.now() < found.until ? user.data : null;
  };
  return {
    look,
    drop,
    async dropAll() {
      const users = [...open.keys()];
      open.clear();
      for (const user of users) await drop(user);
    },
    async make(user) {
      const invite = `castellan_i_${user.slice('user_'.length)}_${clock.random(32).toString('hex')}`;
      const row = { digest: new Uint8Array(digestOf(invite)), until: clock.now() + LIFE_MS };
      await store.db
        .insertInto('invites')
        .values({ user, ...row })
        .onConflict((on) => on.column('user').doUpdateSet(row))
        .execute();
      open.set(user, row);
      return invite;
    },
    async take(invite) {
      const user = look(invite);
      if (user === null) return false;
      await drop(user);
      return true;
    },
  };
}
