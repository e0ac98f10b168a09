// The browsers that said yes, and the key we send with. Kept as bytes: what looks like a secret to the redactor must come back
// as it was.
import { hash } from 'node:crypto';
import type { PushSubscription, UserId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/index.ts';
import type { PushKeys } from './encrypt.ts';
import { newVapidKey, readVapidKey, type VapidKey } from './vapid.ts';

export interface Subscriber {
  /** Of the endpoint. */
  readonly id: string;
  readonly user: UserId;
  readonly endpoint: URL;
  readonly keys: PushKeys;
}

export const MOST_OF_ONE_PERSON = 20;
const MOST = 200;

const idOf = (endpoint: string): string => hash('sha256', endpoint, 'hex');
const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');

interface Kept {
  readonly user: UserId;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface PushBookHost {
  readonly store: Store;
  readonly clock: Clock;
  /** Whether this person may still come in: whoever was kept out is told nothing either. */
  mayBeTold(user: UserId): boolean;
}

export class PushBook {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #mayBeTold: (user: UserId) => boolean;
  readonly #kept: Map<string, Kept>;
  #key: VapidKey | null;

  private constructor({ store, clock, mayBeTold }: PushBookHost, kept: Map<string, Kept>, key: VapidKey | null) {
    this.#store = store;
    this.#clock = clock;
    this.#mayBeTold = mayBeTold;
    this.#kept = kept;
    this.#key = key;
  }

  static async open(host: PushBookHost): Promise<PushBook> {
    const { store } = host;
    const rows = await store.db.selectFrom('push_subscriptions').select('data').orderBy('at').execute();
    const kept = rows.map(({ data }) => JSON.parse(Buffer.from(data).toString('utf8')) as Kept);
    const row = await store.db.selectFrom('push_key').select('pkcs8').executeTakeFirst();
    return new PushBook(
      host,
      new Map(kept.map((each) => [idOf(each.endpoint), each])),
      row === undefined ? null : readVapidKey(row.pkcs8),
    );
  }

  /** Made when it is first asked for; another one would silence every browser. */
  async key(): Promise<VapidKey> {
    if (this.#key !== null) return this.#key;
    const pkcs8 = newVapidKey();
    this.#key = readVapidKey(pkcs8);
    await this.#store.db.insertInto('push_key').values({ id: 1, pkcs8 }).execute();
    return this.#key;
  }

  get size(): number {
    return this.list().length;
  }

  list(): readonly Subscriber[] {
    return [...this.#kept]
      .filter(([, { user }]) => this.#mayBeTold(user))
      .map(([id, { user, endpoint, p256dh, auth }]) => ({
        id,
        user,
        endpoint: new URL(endpoint),
        keys: { p256dh: bytesOf(p256dh), auth: bytesOf(auth) },
      }));
  }

  /** @returns whether there was room. An endpoint belongs to whoever gave it last: the same browser, signed in anew. */
  async add(user: UserId, { endpoint, keys }: PushSubscription): Promise<boolean> {
    const id = idOf(endpoint);
    const others = [...this.#kept].filter(([each]) => each !== id);
    if (others.length >= MOST) return false;
    if (others.filter(([, kept]) => kept.user === user).length >= MOST_OF_ONE_PERSON) return false;
    const kept: Kept = { user, endpoint, p256dh: keys.p256dh, auth: keys.auth };
    this.#kept.set(id, kept);
    const data = Buffer.from(JSON.stringify(kept), 'utf8');
    await this.#store.db
      .insertInto('push_subscriptions')
      .values({ id: Buffer.from(id, 'hex'), data, at: this.#clock.now() })
      .onConflict((on) => on.column('id').doUpdateSet({ data }))
      .execute();
    return true;
  }

  /** Nobody takes away another's. */
  async remove(user: UserId, endpoint: string): Promise<void> {
    const id = idOf(endpoint);
    if (this.#kept.get(id)?.user === user) await this.drop(id);
  }

  async drop(id: string): Promise<void> {
    this.#kept.delete(id);
    await this.#store.db.deleteFrom('push_subscriptions').where('id', '=', Buffer.from(id, 'hex')).execute();
  }

  /** Takes out the browsers of people who are gone. */
  async forget(isGone: (user: UserId) => boolean): Promise<void> {
    for (const [id, { user }] of this.#kept) if (isGone(user)) await this.drop(id);
  }

  /** How many of one person. */
  countOf(user: UserId): number {
    return [...this.#kept.values()].filter((kept) => kept.user === user).length;
  }
}
