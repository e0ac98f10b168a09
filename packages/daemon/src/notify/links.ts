// The links and buttons of messages. INVARIANT: each stands here as a hash, in memory alone, so that a restart ends them all
// (A3); it answers one approval, bound to the digest that was shown, once; all of an approval die when it is settled.
import { hash } from 'node:crypto';
import type { Approval, ApprovalId, Digest } from '@castellan/contract';
import type { Clock } from '../clock.ts';

export type Offered = 'approve' | 'deny' | 'look';

export interface Offer {
  readonly approval: ApprovalId;
  readonly digest: Digest;
  readonly answer: Offered;
  readonly channel: string;
  /** page: a link, shown to whoever reads the message. button: comes back from the channel's own server alone. */
  readonly by: 'page' | 'button';
  readonly expiresAt: number;
}

export type Found =
  | { readonly kind: 'live'; readonly offer: Offer; readonly key: string }
  /** Was one: what it was about is answered. */
  | { readonly kind: 'over'; readonly approval: ApprovalId; readonly channel: string }
  | { readonly kind: 'none' };

/** Of one approval in one channel: a reminder each minute must not fill the memory; the oldest die. */
const MOST_OF_ONE = 30;
/** Remembered after they died, to say "already answered" instead of "no such link". */
const REMEMBERED = 2000;

const keyOf = (token: string): string => hash('sha256', token, 'hex');

export class Links {
  readonly #clock: Clock;
  readonly #live = new Map<string, Offer>();
  readonly #over = new Map<string, { readonly approval: ApprovalId; readonly channel: string }>();
  readonly #taken = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns 256 random bits; the only time they are seen. */
  make({ id, digest, expiresAt }: Approval, channel: string, answer: Offered, by: Offer['by']): string {
    const token = this.#clock.random(32).toString('base64url');
    const own = [...this.#live].filter(([, offer]) => offer.approval === id && offer.channel === channel);
    for (const [key] of own.slice(0, Math.max(0, own.length - MOST_OF_ONE + 1))) this.#end(key);
    this.#live.set(keyOf(token), { approval: id, digest, answer, channel, by, expiresAt });
    return token;
  }

  /** Looking uses nothing up. `by`: a button's token is nothing to the page, and the other way round. */
  find(token: string, by: Offer['by']): Found {
    const key = keyOf(token);
    const offer = this.#live.get(key);
    if (offer === undefined) {
      const over = this.#over.get(key);
      return over === undefined ? { kind: 'none' } : { kind: 'over', ...over };
    }
    if (offer.by !== by) return { kind: 'none' };
    if (this.#taken.has(key) || this.#clock.now() >= offer.expiresAt)
      return { kind: 'over', approval: offer.approval, channel: offer.channel };
    return { kind: 'live', offer, key };
  }

  /** Takes it for one answer. @returns what gives it back where the answer changed nothing; null: somebody else has it. */
  take(key: string): (() => void) | null {
    if (!this.#live.has(key) || this.#taken.has(key)) return null;
    this.#taken.add(key);
    return () => this.#taken.delete(key);
  }

  settle(approval: ApprovalId): void {
    this.#endWhere((offer) => offer.approval === approval);
  }

  endChannel(channel: string): void {
    this.#endWhere((offer) => offer.channel === channel);
  }

  hasButtons(channel: string): boolean {
    return [...this.#live.values()].some((offer) => offer.channel === channel && offer.by === 'button');
  }

  #endWhere(match: (offer: Offer) => boolean): void {
    for (const [key, offer] of this.#live) if (match(offer)) this.#end(key);
  }

  #end(key: string): void {
    const offer = this.#live.get(key);
    if (offer === undefined) return;
    this.#live.delete(key);
    this.#taken.delete(key);
    this.#over.set(key, { approval: offer.approval, channel: offer.channel });
    for (const old of this.#over.keys()) {
      if (this.#over.size <= REMEMBERED) break;
      this.#over.delete(old);
    }
  }
}
