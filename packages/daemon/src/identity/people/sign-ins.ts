// What stands open in a person's name: a browser's cookie and its other half, or a program's family of refresh tokens, each
// kept as hashes. INVARIANT: a sign-in that was ended is dead at once and for everything made from it; one that is too old, or
// was not used for too long, is nobody's.
import { type Factor, type SignInId, signInSchema, type UserId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../../store/index.ts';
import { digestOf, NOTHING, sameDigest } from '../credentials.ts';
import type { Carrier } from './pending.ts';

const HOUR_MS = 3_600_000;
/** How long one lasts, and how long it may go unused; null: as long as it lasts. */
interface Span {
  readonly lastsMs: number;
  readonly idleMs: number | null;
}
const SPANS = {
  browser: { lastsMs: 72 * HOUR_MS, idleMs: 24 * HOUR_MS },
  program: { lastsMs: 72 * HOUR_MS, idleMs: null },
  // The command line comes by the socket, and keeps its token in a file. Whoever reads that file asks the daemon and not the
  // command line, so it is the daemon that ends it.
  terminal: { lastsMs: 8 * HOUR_MS, idleMs: HOUR_MS / 2 },
} as const satisfies Record<string, Span>;
/** What came by the socket: there it was given, and only there it is good. */
const SOCKET = 'unix';
const spanOf = (kind: Carrier, address: string): Span =>
  SPANS[kind === 'program' && address === SOCKET ? 'terminal' : kind];
/** More than anybody has; the one that was used longest ago ends. */
const MOST_EACH = 64;

const openSchema = signInSchema.omit({ userName: true, current: true });
export type OpenSignIn = Readonly<ReturnType<typeof openSchema.parse>>;

/** Where somebody asks from, as the door saw it. */
export interface From {
  readonly address: string;
  readonly client: string;
}

/** Shown this once. `half`: a browser's csrf half; empty for a program. */
export interface Fresh {
  readonly signIn: OpenSignIn;
  readonly secret: string;
  readonly half: string;
}
export type Rotated =
  | { readonly kind: 'rotated'; readonly signIn: OpenSignIn; readonly secret: string }
  /** A token of ours that was used before: somebody else had it, or has it. The family has ended. */
  | { readonly kind: 'reused'; readonly signIn: OpenSignIn }
  | { readonly kind: 'nobody' };

export interface SignIns {
  list(): readonly OpenSignIn[];
  get(id: SignInId): OpenSignIn | null;
  start(user: UserId, kind: Carrier, factor: Factor, from: From): Promise<Fresh>;
  /** By the cookie and the half that the page keeps; one alone is nobody. */
  ofBrowser(cookie: string, half: string): OpenSignIn | null;
  /** It was used just now. Kept in memory until `keep`. */
  seen(id: SignInId): OpenSignIn | null;
  /** The sign-in that a refresh token is of, the newest one or not; null where it is of none. Changes nothing. */
  familyOf(refresh: string): SignInId | null;
  rotate(refresh: string, from: From): Promise<Rotated>;
  end(id: SignInId): Promise<OpenSignIn | null>;
  endWhere(ends: (signIn: OpenSignIn) => boolean): Promise<readonly OpenSignIn[]>;
  /** Writes down what was used, and ends what is over; given back. */
  keep(): Promise<readonly OpenSignIn[]>;
}

interface Entry {
  open: OpenSignIn;
  /** Of a browser's cookie; of what all refresh tokens of a family have in common. */
  readonly secret: Buffer;
  /** Of a browser's half; of what is the family's newest token's alone. */
  other: Buffer;
  changed: boolean;
}

const sessionPattern = /^castellan_s_([0-9a-z]{6,40})_[0-9a-f]{64}$/;
const refreshPattern = /^castellan_r_([0-9a-z]{6,40})_([0-9a-f]{64})([0-9a-f]{64})$/;
const tailOf = (id: SignInId): string => id.slice('signin_'.length);

export async function loadSignIns(store: Store, clock: Clock): Promise<SignIns> {
  const entries = new Map<string, Entry>();
  for (const row of await store.db.selectFrom('sign_ins').selectAll().execute()) {
    const open = openSchema.parse(JSON.parse(row.data));
    entries.set(open.id, { open, secret: Buffer.from(row.secret), other: Buffer.from(row.other), changed: false });
  }
  const hex = (): string => clock.random(32).toString('hex');
  const save = async (entry: Entry): Promise<void> => {
    const row = { data: JSON.stringify(entry.open), secret: entry.secret, other: entry.other };
    entry.changed = false;
    await store.db
      .insertInto('sign_ins')
      .values({ id: entry.open.id, ...row })
      .onConflict((on) => on.column('id').doUpdateSet(row))
      .execute();
  };
  const isOver = ({ open }: Entry): boolean => {
    const { idleMs } = spanOf(open.kind, open.address);
    return clock.now() >= open.expiresAt || (idleMs !== null && clock.now() - open.lastSeenAt >= idleMs);
  };
  const alive = (id: string): Entry | null => {
    const entry = entries.get(id);
    return entry === undefined || isOver(entry) ? null : entry;
  };
  const see = (entry: Entry): OpenSignIn => {
    entry.open = { ...entry.open, lastSeenAt: clock.now() };
    entry.changed = true;
    return entry.open;
  };
  /** Whose refresh token it is, the newest one or not. */
  const ofFamily = (refresh: string) => {
    const [, tail = '', common = '', own = ''] = refreshPattern.exec(refresh) ?? [];
    const entry = alive(`signin_${tail}`);
    const right = sameDigest(digestOf(common), entry?.secret ?? NOTHING);
    return { entry: right && entry?.open.kind === 'program' ? entry : null, tail, common, own };
  };
  /** Over, and not off the disk yet. */
  const unremoved = new Set<string>();
  const erase = async (id: string): Promise<void> => {
    await store.db.deleteFrom('sign_ins').where('id', '=', id).execute();
    unremoved.delete(id);
  };
  const end = async (id: string): Promise<OpenSignIn | null> => {
    const entry = entries.get(id);
    // From memory first: whatever the disk does, it is over.
    entries.delete(id);
    unremoved.add(id);
    await erase(id);
    return entry?.open ?? null;
  };
  const endWhere = async (ends: (entry: Entry) => boolean): Promise<readonly OpenSignIn[]> => {
    const over = [...entries.values()].filter(ends).map(({ open }) => open);
    for (const { id } of over) {
      entries.delete(id);
      unremoved.add(id);
    }
    for (const { id } of over) await erase(id);
    return over;
  };
  const makeRoom = async (user: UserId): Promise<void> => {
    const theirs = [...entries.values()].filter(({ open }) => open.user === user);
    const [oldest] = theirs.toSorted((a, b) => a.open.lastSeenAt - b.open.lastSeenAt);
    if (theirs.length >= MOST_EACH && oldest !== undefined) await end(oldest.open.id);
  };
  return {
    list: () => [...entries.values()].filter((entry) => !isOver(entry)).map(({ open }) => open),
    get: (id) => alive(id)?.open ?? null,
    async start(user, kind, factor, { address, client }) {
      await makeRoom(user);
      const id: SignInId = newId(clock, 'signin');
      const now = clock.now();
      const open: OpenSignIn = {
        id,
        user,
        kind,
        startedAt: now,
        lastSeenAt: now,
        expiresAt: now + spanOf(kind, address).lastsMs,
        address,
        client,
        factor,
      };
      const [common, own] = [hex(), hex()];
      const secret =
        kind === 'browser' ? `castellan_s_${tailOf(id)}_${common}` : `castellan_r_${tailOf(id)}_${common}${own}`;
      const entry: Entry = {
        open,
        secret: digestOf(kind === 'browser' ? secret : common),
        other: digestOf(own),
        changed: false,
      };
      await save(entry);
      entries.set(id, entry);
      return { signIn: open, secret, half: kind === 'browser' ? own : '' };
    },
    ofBrowser(cookie, half) {
      const entry = alive(`signin_${sessionPattern.exec(cookie)?.[1] ?? ''}`);
      const isBrowser = entry?.open.kind === 'browser';
      // Both compared whatever came of the first, so that timing tells nothing of either.
      const right = sameDigest(digestOf(cookie), entry?.secret ?? NOTHING);
      const other = sameDigest(digestOf(half), entry?.other ?? NOTHING);
      return entry !== null && isBrowser && right && other ? see(entry) : null;
    },
    seen(id) {
      const entry = alive(id);
      return entry === null ? null : see(entry);
    },
    familyOf: (refresh) => ofFamily(refresh).entry?.open.id ?? null,
    async rotate(refresh, { address, client }) {
      const { entry, tail, common, own } = ofFamily(refresh);
      const newest = sameDigest(digestOf(own), entry?.other ?? NOTHING);
      if (entry === null) return { kind: 'nobody' };
      // Taken over the network it would last as long as one of the network does.
      if ((entry.open.address === SOCKET) !== (address === SOCKET)) return { kind: 'nobody' };
      // Whoever knows the family's part had a token of it. It is not the newest one, so two hold what only one may.
      if (!newest) {
        await end(entry.open.id);
        return { kind: 'reused', signIn: entry.open };
      }
      const next = hex();
      // Before anything is awaited: the same token at the same instant finds that it was used.
      entry.other = digestOf(next);
      entry.open = { ...see(entry), address, client };
      await save(entry);
      return { kind: 'rotated', signIn: entry.open, secret: `castellan_r_${tail}_${common}${next}` };
    },
    end,
    endWhere: (ends) => endWhere(({ open }) => ends(open)),
    async keep() {
      for (const id of [...unremoved]) await erase(id);
      // What ended meanwhile must not be written again.
      for (const entry of [...entries.values()])
        if (entry.changed && entries.get(entry.open.id) === entry) await save(entry);
      return endWhere(isOver);
    },
  };
}
