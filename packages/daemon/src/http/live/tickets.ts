// Tickets: single-use keys to one socket, for browsers, which can send no header with an upgrade (A4). INVARIANT: a ticket is
// good once, for 30 seconds, for what it was asked for, for whoever asked, and only in the run of the daemon that made it:
// it may stand in a URL because what is written down of it is worth nothing a moment later.
import type { Actor, Instant, TerminalId } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import { digestOf, NOTHING, sameDigest } from '../../identity/index.ts';

export type Purpose = { readonly for: 'live' } | { readonly for: 'terminal'; readonly terminal: TerminalId };

/** On which side of the remote listener: what a local program asked for is worth nothing to people from elsewhere. */
export type Side = 'here' | 'away';

const LIFE_MS = 30_000;
/** Not yet used, of one actor: the oldest gives way, so that a page that reconnects wildly harms itself only. */
const PER_ACTOR = 16;
const ALL = 4096;

interface Entry {
  readonly digest: Buffer;
  readonly purpose: Purpose;
  readonly side: Side;
  readonly actor: Actor;
  readonly key: string;
  readonly expires: number;
}

/** What is counted as one: a person, whatever they are signed in with, a token, or the programs of this user. */
export function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.user;
    case 'api-token':
      return actor.token;
    case 'agent':
    case 'model':
      return actor.agent;
    case 'local-cli':
    case 'nobody':
    case 'link':
      return actor.kind;
  }
}

const samePurpose = (one: Purpose, other: Purpose): boolean =>
  one.for === 'terminal' ? other.for === 'terminal' && one.terminal === other.terminal : other.for === 'live';

export class Tickets {
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Null: too many wait to be used. */
  issue(actor: Actor, purpose: Purpose, side: Side): { readonly ticket: string; readonly expiresAt: Instant } | null {
    this.#sweep();
    const key = actorKey(actor);
    const own = [...this.#entries].filter(([, entry]) => entry.key === key);
    const oldest = own.length >= PER_ACTOR ? own[0] : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest[0]);
    if (this.#entries.size >= ALL) return null;
    const id = this.#clock.random(8).toString('hex');
    const ticket = `castellan_k_${id}_${this.#clock.random(32).toString('hex')}`;
    const expires = this.#clock.monotonic() + LIFE_MS;
    this.#entries.set(id, { digest: digestOf(ticket), purpose, side, actor, key, expires });
    return { ticket, expiresAt: this.#clock.now() + LIFE_MS };
  }

  /** Who asked for it; it is worth nothing afterwards, also where it was brought to another door. */
  redeem(ticket: string, purpose: Purpose, side: Side): Actor | null {
    this.#sweep();
    const id = /^castellan_k_([0-9a-f]{16})_[0-9a-f]{64}$/.exec(ticket)?.[1] ?? '';
    const entry = this.#entries.get(id);
    const good = sameDigest(digestOf(ticket), entry?.digest ?? NOTHING);
    if (!good || entry === undefined) return null;
    this.#entries.delete(id);
    return samePurpose(entry.purpose, purpose) && entry.side === side ? entry.actor : null;
  }

  get size(): number {
    return this.#entries.size;
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    for (const [id, { expires }] of this.#entries) if (expires <= now) this.#entries.delete(id);
  }
}
