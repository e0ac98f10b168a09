// API tokens: for automation, in the name of the person who made them. INVARIANT: a token may do what it was made for and what
// its maker may do at this moment, whichever is less; one that was revoked, has ended, or whose maker is kept out is nobody.
import {
  type Actor,
  type ApiToken,
  type ApiTokenId,
  apiTokenSchema,
  type Permission,
  ROLES,
  type Role,
  type UserId,
} from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../../store/index.ts';
import { digestOf, NOTHING, sameDigest } from '../credentials.ts';

const DAY_MS = 86_400_000;
/** More than anybody uses; a page shows them all. */
const MOST = 200;

export type NewApiToken = Pick<ApiToken, 'name' | 'user' | 'permissions'> & { readonly days: number };

export interface ApiTokens {
  /** Those that still work for somebody. */
  list(): readonly ApiToken[];
  /** `token` is shown this once. Null: there are too many. */
  add(fresh: NewApiToken): Promise<{ readonly token: string; readonly info: ApiToken } | null>;
  /** Revokes at once: the next request with it is nobody's. */
  revoke(id: ApiTokenId): Promise<ApiToken | null>;
  revokeOf(user: UserId): Promise<readonly ApiToken[]>;
  /** @param presented the digest of `credential`. */
  authenticate(credential: string, presented: Buffer): Actor;
  /** What came in by one may do now; null: nothing any more. */
  now(id: ApiTokenId): Actor | null;
  /** Writes down when each was last used, and forgets those that have ended: how many. */
  keep(): Promise<number>;
}

interface Entry {
  info: ApiToken;
  readonly digest: Uint8Array;
  changed: boolean;
}

const PATTERN = /^castellan_t_([0-9a-z]{6,40})_[0-9a-f]{64}$/;
const tailOf = (id: ApiTokenId): string => id.slice('apitoken_'.length);

/** @param roleOf of whoever may sign in now; null for everybody else. */
export async function loadApiTokens(
  store: Store,
  clock: Clock,
  roleOf: (user: UserId) => Role | null,
): Promise<ApiTokens> {
  const entries = new Map<string, Entry>();
  for (const { id, digest, data } of await store.db.selectFrom('api_tokens').selectAll().execute())
    entries.set(id, { info: apiTokenSchema.parse(JSON.parse(data)), digest, changed: false });

  const save = async (entry: Entry): Promise<void> => {
    const { id } = entry.info;
    const data = JSON.stringify(entry.info);
    entry.changed = false;
    await store.db
      .insertInto('api_tokens')
      .values({ id, digest: entry.digest, data })
      .onConflict((on) => on.column('id').doUpdateSet({ data }))
      .execute();
  };
  const drop = async (id: string): Promise<ApiToken | null> => {
    const entry = entries.get(id);
    // From memory first: whatever the disk does, it is over.
    entries.delete(id);
    await store.db.deleteFrom('api_tokens').where('id', '=', id).execute();
    return entry?.info ?? null;
  };
  const isOver = ({ info }: Entry): boolean => clock.now() >= info.expiresAt;
  const actorOf = (entry: Entry): Actor | null => {
    const { id, name, user, permissions } = entry.info;
    const role = roleOf(user);
    if (role === null || isOver(entry)) return null;
    const left = new Set<Permission>(permissions.filter((permission) => ROLES[role].has(permission)));
    return left.size === 0 ? null : { kind: 'api-token', token: id, name, permissions: left };
  };

  return {
    list: () => [...entries.values()].filter((entry) => !isOver(entry)).map(({ info }) => info),
    async add({ name, user, permissions, days }) {
      if (entries.size >= MOST) return null;
      const id: ApiTokenId = newId(clock, 'apitoken');
      const token = `castellan_t_${tailOf(id)}_${clock.random(32).toString('hex')}`;
      const createdAt = clock.now();
      const info: ApiToken = {
        id,
        name,
        user,
        permissions: [...new Set(permissions)],
        createdAt,
        expiresAt: createdAt + days * DAY_MS,
        lastUsedAt: null,
      };
      const entry: Entry = { info, digest: digestOf(token), changed: false };
      await save(entry);
      entries.set(id, entry);
      return { token, info };
    },
    revoke: drop,
    async revokeOf(user) {
      const theirs = [...entries.values()].filter(({ info }) => info.user === user).map(({ info }) => info);
      for (const { id } of theirs) entries.delete(id);
      for (const { id } of theirs) await drop(id);
      return theirs;
    },
    authenticate(credential, presented) {
      const entry = entries.get(`apitoken_${PATTERN.exec(credential)?.[1] ?? ''}`);
      const good = sameDigest(presented, Buffer.from(entry?.digest ?? NOTHING));
      const actor = good && entry !== undefined ? actorOf(entry) : null;
      if (actor === null || entry === undefined) return { kind: 'nobody' };
      entry.info = { ...entry.info, lastUsedAt: clock.now() };
      entry.changed = true;
      return actor;
    },
    now(id) {
      const entry = entries.get(id);
      return entry === undefined ? null : actorOf(entry);
    },
    async keep() {
      const over = [...entries.values()].filter(isOver);
      for (const { info } of over) await drop(info.id);
      for (const entry of entries.values()) if (entry.changed) await save(entry);
      return over.length;
    },
  };
}
