// What a channel's file makes: the one function that sends, over ways out that are handed in. RULE: a channel takes its
// texts from `Shown` alone and escapes them for what it speaks; it makes no text of its own out of a call.
import type { SecretName } from '@castellan/contract';
import type { Clock } from '../../clock.ts';
import type { Letter, Outcome } from '../outbox.ts';
import type { PushBook } from '../push/book.ts';
import type { SendHttp } from '../send-http.ts';
import type { SendMail } from '../send-mail.ts';
import type { ShowOnDesktop } from '../show-on-desktop.ts';
import type { Shown } from '../shown.ts';

export type SecretFor =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly outcome: Extract<Outcome, { kind: 'failed' }> };

export interface Kit {
  readonly clock: Clock;
  readonly http: SendHttp;
  readonly mail: SendMail;
  readonly desktop: ShowOnDesktop;
  readonly push: PushBook;
  /** Its use is recorded, and refused towards a host that the secret is not for. */
  secret(name: SecretName, host: string): Promise<SecretFor>;
}

export interface Adapter {
  /** Whether what was sent about an approval can be changed once it is settled. */
  readonly follows: boolean;
  deliver(shown: Shown, letter: Pick<Letter, 'id' | 'done'>): Promise<Outcome>;
}

export const never = (text: string): Outcome => ({ kind: 'failed', text, again: false });

/** Where the messages about an approval stand, so that they can be changed; the oldest approvals are forgotten. */
export class Places<Place> {
  readonly #places = new Map<string, Place[]>();

  add(key: string, place: Place): void {
    const known = this.#places.get(key) ?? [];
    this.#places.set(key, [...known, place].slice(-20));
    for (const old of this.#places.keys()) {
      if (this.#places.size <= 300) break;
      this.#places.delete(old);
    }
  }

  of(key: string): readonly Place[] {
    return this.#places.get(key) ?? [];
  }
}

/** The JSON object of an answer, or nothing. */
export function membersOf(text: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

export const seconds = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value * 1000 : null;
