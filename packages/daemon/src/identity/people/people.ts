// Signing in, in one place: whatever proves who somebody is ends in `start`, and nothing else makes a sign-in. INVARIANT: a
// name nobody has, a wrong password, somebody who was disabled and somebody who was only invited are the same to whoever asks:
// one text, one hash computed (A8).
import type { Actor, Factor, FactorProof, Me, SignIn, SignInId, User, UserId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { type AccessToken, type AccessTokens, createAccessTokens } from './access-token.ts';
import { addressGroup } from './address-group.ts';
import { commonPasswords } from './common-passwords.ts';
import type { Factors } from './factors.ts';
import { Journal, type JournalRooms } from './journal.ts';
import { LockOut } from './lock-out.ts';
import { type PasswordFault, passwordFault } from './password-rule.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { type Carrier, type FactorQuestion, PendingSignIns } from './pending.ts';
import type { From, OpenSignIn, SignIns } from './sign-ins.ts';
import type { Account, Users } from './users.ts';

const MINUTE_MS = 60_000;
const TRIES = {
  tries: 5,
  firstMs: MINUTE_MS,
  longestMs: 60 * MINUTE_MS,
  forgetMs: 60 * MINUTE_MS,
  keys: 10_000,
} as const;
/** Until a place is free again where too many passwords are being computed. */
const BUSY_SECONDS = 2;

/** Who asks, through what, and where a browser's page is (for its passkeys). */
export interface Asking {
  readonly from: From;
  readonly carrier: Carrier;
  readonly origin: string | null;
}

export interface Started {
  readonly signIn: OpenSignIn;
  readonly account: Account;
  /** Of the cookie. */
  readonly secret: string;
  /** browser: what its page keeps. */
  readonly half: string;
  /** program: what it sends first. */
  readonly access: AccessToken | null;
}

export interface Refreshed {
  readonly access: AccessToken;
  readonly secret: string;
  /** What is left of the sign-in. */
  readonly seconds: number;
}

export type SignInResult =
  | { readonly kind: 'signed-in'; readonly started: Started }
  | { readonly kind: 'factor-needed'; readonly challenge: string; readonly question: FactorQuestion }
  /** Name or password, or both, or the account: nobody is told which. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wrong-factor' }
  /** Of the second step: it was done, given up or too long ago. */
  | { readonly kind: 'over' }
  | { readonly kind: 'held-off'; readonly seconds: number };

export type Chosen =
  | { readonly kind: 'chosen'; readonly hash: Buffer }
  | { readonly kind: 'bad-password'; readonly fault: PasswordFault }
  | { readonly kind: 'held-off'; readonly seconds: number };

export interface PeopleRooms extends JournalRooms {
  readonly users: Users;
  readonly signIns: SignIns;
  readonly factors: Factors;
}

export class People {
  readonly users: Users;
  readonly signIns: SignIns;
  readonly factors: Factors;
  readonly passwords: Passwords;
  readonly journal: Journal;
  readonly #clock: Clock;
  #access: AccessTokens;
  #pending: PendingSignIns;
  readonly #byAddress: LockOut;
  readonly #byName: LockOut;
  /** Of people there are: a flood of names nobody has pushes none of these out. */
  readonly #byPerson: LockOut;
  readonly #listeners = new Set<() => void>();

  constructor(rooms: PeopleRooms) {
    const { clock, users, signIns, factors } = rooms;
    this.#clock = clock;
    this.users = users;
    this.signIns = signIns;
    this.factors = factors;
    this.passwords = createPasswords(clock);
    this.journal = new Journal(rooms);
    this.#access = createAccessTokens(clock);
    this.#pending = new PendingSignIns(clock);
    this.#byAddress = new LockOut(clock, TRIES);
    this.#byName = new LockOut(clock, TRIES);
    this.#byPerson = new LockOut(clock, TRIES);
  }

  async signIn(given: string, password: string, asking: Asking, proof?: FactorProof): Promise<SignInResult> {
    const { from } = asking;
    const name = given.normalize('NFC').toLowerCase();
    const account = this.users.byName(name);
    const who = this.journal.nameOf(name, account !== null);
    const [tries, key] = account === null ? [this.#byName, name] : [this.#byPerson, account.id];
    const held = this.#takeBoth(tries, key, from.address);
    if (held !== null) {
      await this.journal.signIn('held-off', { who, from, text: `not before ${held} s` });
      return { kind: 'held-off', seconds: held };
    }
    const stored = account === null ? null : this.users.passwordOf(account.id);
    const right = await this.passwords.matches(password, stored);
    if (right === null) {
      this.#giveBack(tries, key, from.address);
      return { kind: 'held-off', seconds: BUSY_SECONDS };
    }
    if (account === null || stored === null || !right || !this.mayEnter(account.id)) {
      await this.journal.signIn('failed', { who, from, text: 'the name or the password is wrong' });
      return { kind: 'wrong' };
    }
    this.#byAddress.giveBack(addressGroup(from.address));
    tries.forget(key);
    const question = await this.factors.ask(account.id, asking.origin);
    if (question !== null && proof === undefined) {
      await this.journal.signIn('factor-asked', { who, from, text: 'the password was right' });
      const challenge = this.#pending.open({
        user: account.id,
        carrier: asking.carrier,
        memory: question.memory,
        password: stored,
        factors: this.#configured(account.id),
      });
      return { kind: 'factor-needed', challenge, question };
    }
    const proved = question === null ? null : await this.#prove(account, proof, null, from);
    if (proved !== null && proved.kind !== 'right') return this.#notProved(proved);
    const started = await this.start(account.id, proved?.factor ?? 'none', asking);
    // The password may have been changed while this one was being computed.
    return (await this.#holds(account.id, stored, started)) ? { kind: 'signed-in', started } : { kind: 'wrong' };
  }

  /** The second step: what `factor-needed` asked for. */
  async finish(challenge: string, proof: FactorProof, asking: Omit<Asking, 'carrier'>): Promise<SignInResult> {
    const pending = this.#pending.take(challenge);
    const account = pending === null ? null : this.users.get(pending.user);
    if (pending === null || account === null || !this.mayEnter(account.id)) return { kind: 'over' };
    // Whoever changes a password or a factor ends what was begun with the one before, as they end sign-ins.
    if (this.users.passwordOf(account.id) !== pending.password || this.#configured(account.id) !== pending.factors)
      return { kind: 'over' };
    const proved = await this.#prove(account, proof, pending.memory, asking.from);
    if (proved.kind !== 'right') {
      this.#pending.again(challenge, pending);
      return this.#notProved(proved);
    }
    const started = await this.start(account.id, proved.factor, { ...asking, carrier: pending.carrier });
    const holds = await this.#holds(account.id, pending.password, started);
    return holds ? { kind: 'signed-in', started } : { kind: 'over' };
  }

  /** A password that somebody chooses, as it is kept. */
  async choose(name: string, password: string): Promise<Chosen> {
    const fault = passwordFault(password, { name, isCommon: await commonPasswords() });
    if (fault !== null) return { kind: 'bad-password', fault };
    const hash = await this.passwords.hash(password);
    return hash === null ? { kind: 'held-off', seconds: BUSY_SECONDS } : { kind: 'chosen', hash };
  }

  /** Whether a signed-in person knows their password: what changes an account asks again. Counted as a sign-in is. */
  async knows(user: UserId, password: string, from: From): Promise<'yes' | 'no' | { readonly seconds: number }> {
    const held = this.#takeBoth(this.#byPerson, user, from.address);
    if (held !== null) return { seconds: held };
    const right = await this.passwords.matches(password, this.users.passwordOf(user));
    if (right !== false) this.#giveBack(this.#byPerson, user, from.address);
    if (right === null) return { seconds: BUSY_SECONDS };
    if (right) return 'yes';
    const who = this.users.get(user)?.name ?? user;
    await this.journal.signIn('failed', { who, from, text: 'the password was wrong where it was asked again' });
    return 'no';
  }

  /** The one way into an account. Whoever calls it has proved who it is. @throws LedgerError: nobody enters unrecorded. */
  async start(user: UserId, factor: Factor, { from, carrier }: Asking): Promise<Started> {
    const account = this.users.get(user);
    if (account === null || !this.mayEnter(user)) throw new Error('nobody who may sign in');
    const { signIn, secret, half } = await this.signIns.start(user, carrier, factor, from);
    try {
      const text = carrier === 'browser' ? 'in a browser' : 'as a program';
      await this.journal.signIn('succeeded', { who: account.name, from, factor, signIn: signIn.id, text });
    } catch (error) {
      await this.signIns.end(signIn.id);
      throw error;
    }
    await this.users.signedIn(user, this.#clock.now());
    const access = carrier === 'browser' ? null : await this.#access.issue({ user, signIn: signIn.id });
    return { signIn, account: this.users.get(user) ?? account, secret, half, access };
  }

  /** Who a browser's cookie and its other half are. */
  ofBrowser(cookie: string, half: string): Actor {
    return this.#actorOf(this.signIns.ofBrowser(cookie, half));
  }

  async ofAccess(text: string): Promise<Actor> {
    const claims = await this.#access.read(text);
    const signIn = claims === null ? null : this.signIns.seen(claims.signIn);
    return signIn?.user === claims?.user && signIn?.kind === 'program' ? this.#actorOf(signIn) : { kind: 'nobody' };
  }

  /** Another access token, and the refresh token that replaces the one that was given; null: nobody. */
  async refresh(token: string, from: From): Promise<Refreshed | null> {
    const rotated = await this.signIns.rotate(token, from);
    if (rotated.kind === 'nobody') return null;
    const { user, id, factor } = rotated.signIn;
    const who = this.users.get(user)?.name ?? user;
    if (rotated.kind === 'reused') {
      this.changed();
      this.journal.reused(who);
      const text = 'a refresh token was used twice; the sign-in has ended';
      await this.journal.signIn('reused', { who, from, factor, signIn: id, text });
      return null;
    }
    if (!this.mayEnter(user)) return null;
    const seconds = (rotated.signIn.expiresAt - this.#clock.now()) / 1000;
    return { access: await this.#access.issue({ user, signIn: id }), secret: rotated.secret, seconds };
  }

  /** Ends one, and whatever was open by it. Who and why is recorded by whoever ends it. */
  async end(id: SignInId): Promise<OpenSignIn | null> {
    const ended = await this.signIns.end(id);
    if (ended !== null) this.changed();
    return ended;
  }

  async endWhere(ends: (signIn: OpenSignIn) => boolean): Promise<readonly OpenSignIn[]> {
    const ended = await this.signIns.endWhere(ends);
    if (ended.length > 0) this.changed();
    return ended;
  }

  /**
   * Ends every sign-in but one, whatever was begun, and the key of every token that was signed: from this step on none of them is
   * good. Who and why is recorded by whoever ends them.
   */
  endAll(keep: SignInId | null): Promise<readonly OpenSignIn[]> {
    this.#access = createAccessTokens(this.#clock);
    this.#pending = new PendingSignIns(this.#clock);
    return this.endWhere(({ id }) => id !== keep);
  }

  /** Who came in by a sign-in, as they are now; null when it is over. */
  now(signIn: SignInId): Actor | null {
    const actor = this.#actorOf(this.signIns.get(signIn));
    return actor.kind === 'nobody' ? null : actor;
  }

  /** Told whenever a sign-in ends or a person changes: what was opened by it is looked at again. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whoever changed a person's role, or keeps them out, says so. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Writes down what was used; ends what is too old. */
  async upkeep(): Promise<void> {
    await this.users.keep();
    const over = await this.signIns.keep();
    if (over.length > 0) this.changed();
    for (const { id, user, address, client, factor } of over) {
      const who = this.users.get(user)?.name ?? user;
      const from = { address, client };
      await this.journal.signIn('expired', {
        who,
        from,
        factor,
        signIn: id,
        text: 'too old, or not used for too long',
      });
    }
  }

  userView({ id, name, role, createdAt, disabledAt, lastSignInAt }: Account): User {
    const invited = this.users.passwordOf(id) === null;
    return { id, name, role, createdAt, disabledAt, invited, factors: this.factors.of(id), lastSignInAt };
  }

  signInView(open: OpenSignIn, current: SignInId | null): SignIn {
    return { ...open, userName: this.users.get(open.user)?.name ?? 'nobody', current: open.id === current };
  }

  me(user: UserId, signIn: SignInId): Me | null {
    const account = this.users.get(user);
    const open = this.signIns.get(signIn);
    if (account === null || open === null) return null;
    return {
      user: this.userView(account),
      signIn: this.signInView(open, open.id),
      passkeys: [...this.factors.passkeys(user)],
    };
  }

  /** Whether somebody may sign in at all: there, not kept out, and with a password of their own. */
  mayEnter(user: UserId): boolean {
    const account = this.users.get(user);
    return account !== null && account.disabledAt === null && this.users.passwordOf(user) !== null;
  }

  /** Whether it began with the password that still is one; otherwise the sign-in has ended again. */
  async #holds(user: UserId, password: Uint8Array, { signIn }: Started): Promise<boolean> {
    if (this.users.passwordOf(user) === password) return true;
    await this.end(signIn.id);
    return false;
  }

  /** Which second factors somebody has; using up a recovery code changes nothing of it. */
  #configured(user: UserId): string {
    const { totp } = this.factors.of(user);
    return JSON.stringify([totp, this.factors.passkeys(user).map(({ id }) => id)]);
  }

  #actorOf(signIn: OpenSignIn | null): Actor {
    const account = signIn === null ? null : this.users.get(signIn.user);
    if (signIn === null || account === null || account.disabledAt !== null) return { kind: 'nobody' };
    return { kind: 'person', user: account.id, name: account.name, role: account.role, signIn: signIn.id };
  }

  async #prove(account: Account, proof: FactorProof | undefined, memory: string | null, from: From) {
    const proved =
      proof === undefined
        ? ({ kind: 'wrong', why: 'none was given' } as const)
        : await this.factors.check(account.id, proof, memory, from);
    if (proved.kind !== 'right') {
      const text = proved.kind === 'wrong' ? proved.why : `not before ${proved.seconds} s`;
      await this.journal.signIn(proved.kind === 'wrong' ? 'factor-failed' : 'held-off', {
        who: account.name,
        from,
        text,
      });
    }
    return proved;
  }

  #notProved(
    proved: { readonly kind: 'wrong' } | { readonly kind: 'held-off'; readonly seconds: number },
  ): SignInResult {
    return proved.kind === 'wrong' ? { kind: 'wrong-factor' } : proved;
  }

  #takeBoth(tries: LockOut, key: string, from: string): number | null {
    const address = addressGroup(from);
    const byAddress = this.#byAddress.take(address);
    if (byAddress !== null) return byAddress;
    const byKey = tries.take(key);
    if (byKey !== null) this.#byAddress.giveBack(address);
    return byKey;
  }

  #giveBack(tries: LockOut, key: string, address: string): void {
    this.#byAddress.giveBack(addressGroup(address));
    tries.giveBack(key);
  }
}
