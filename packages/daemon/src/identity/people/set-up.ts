// Set-up (A7): a one-time code, new at each start, that only who started the daemon can read: on their terminal, or in a file
// that is theirs alone. INVARIANT: the first to come over the network is nobody without it, and of two that race one wins.
import { rmSync } from 'node:fs';
import { writeFileAtomic } from '@castellan/facts';
import type { Clock } from '../../clock.ts';
import { digestOf, sameDigest } from '../credentials.ts';
import { addressGroup } from './address-group.ts';
import { LockOut } from './lock-out.ts';
import type { PasswordFault } from './password-rule.ts';
import type { Asking, People, Started } from './people.ts';

/** Without the letters that look like digits: whoever types one means the digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

export type SetUpPlace = 'terminal' | 'file';

export interface SetUpCode {
  /** `XXXX-XXXX-XXXX`. */
  readonly text: string;
  readonly place: SetUpPlace;
  isRight(given: string): boolean;
  /** Nobody needs it any more. */
  done(): void;
}

const normal = (given: string): string =>
  given.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');

/** @param needed false: only what an earlier run left behind is removed. */
export function createSetUpCode(
  clock: Pick<Clock, 'random'>,
  file: string,
  place: SetUpPlace,
  needed: boolean,
): SetUpCode {
  const letters = [...clock.random(LENGTH)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
  const text = letters.replaceAll(/(.{4})(?=.)/g, '$1-');
  const digest = digestOf(letters);
  rmSync(file, { force: true });
  if (needed && place === 'file') writeFileAtomic(file, `${text}\n`, 0o600);
  return {
    text,
    place,
    isRight: (given) => sameDigest(digestOf(normal(given)), digest),
    done: () => rmSync(file, { force: true }),
  };
}

export type SetUpResult =
  | { readonly kind: 'done'; readonly started: Started }
  | { readonly kind: 'already' }
  | { readonly kind: 'wrong-code' }
  | { readonly kind: 'bad-password'; readonly fault: PasswordFault }
  | { readonly kind: 'held-off'; readonly seconds: number };

/** Tries at the code, by where from. Sixty bits cannot be guessed anyway; this keeps a flood cheap. */
const TRIES = { tries: 5, firstMs: 60_000, longestMs: 60_000, forgetMs: 60_000, keys: 10_000 } as const;

export class SetUp {
  readonly #people: People;
  readonly #code: SetUpCode;
  readonly #tries: LockOut;
  #running = false;

  constructor(people: People, code: SetUpCode, clock: Pick<Clock, 'monotonic'>) {
    this.#people = people;
    this.#code = code;
    this.#tries = new LockOut(clock, TRIES);
  }

  /** Until then nothing else is answered. */
  get needed(): boolean {
    return this.#people.users.list().length === 0;
  }

  /** Shown to whoever started the daemon; null: they find it in the file, or nobody needs it. */
  get shown(): string | null {
    return this.needed && this.#code.place === 'terminal' ? this.#code.text : null;
  }

  get place(): SetUpPlace {
    return this.#code.place;
  }

  async run(code: string, name: string, password: string, asking: Asking): Promise<SetUpResult> {
    if (!this.needed) return { kind: 'already' };
    const { from } = asking;
    const held = this.#tries.take(addressGroup(from.address));
    if (held !== null) return { kind: 'held-off', seconds: held };
    if (!this.#code.isRight(code)) {
      await this.#people.journal.signIn('failed', { who: 'set-up', from, text: 'the set-up code is wrong' });
      return { kind: 'wrong-code' };
    }
    this.#tries.giveBack(addressGroup(from.address));
    // Before anything is awaited: of two with the right code one goes on.
    if (this.#running) return { kind: 'already' };
    this.#running = true;
    try {
      const chosen = await this.#people.choose(name, password);
      if (chosen.kind !== 'chosen') return chosen;
      const account = await this.#people.users.add({ name, role: 'admin', password: chosen.hash });
      if (account === null) return { kind: 'already' };
      this.#code.done();
      await this.#people.journal.person('created', name, 'set-up', 'the first account, with the set-up code');
      return { kind: 'done', started: await this.#people.start(account.id, 'none', asking) };
    } finally {
      this.#running = false;
    }
  }
}
