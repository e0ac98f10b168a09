// How much each may ask in a while (D1): one bucket for everybody who is somebody, one for each address of those who are nobody.
// INVARIANT: nobody's bucket is anybody else's, so agents can use up what they have and never what people have; what is kept is
// bounded, however many come. A bucket of ours and no library: it stands on the way of every call, so it must be synchronous and
// without timers, and a fixed window would let twice its size through at its edge.
import type { Actor } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { addressGroup } from '../identity/index.ts';

export interface Rate {
  readonly perSecond: number;
  /** What may come at once after a pause. */
  readonly burst: number;
  readonly why: string;
}

export const RATES = {
  agent: {
    perSecond: 10_000,
    burst: 20_000,
    why: 'twice what the gate decides at its fastest: calls wait for nobody here',
  },
  model: {
    perSecond: 200,
    burst: 1_000,
    why: 'a request to a model takes seconds; hundreds at once is a program gone wrong',
  },
  'local-cli': { perSecond: 1_000, burst: 4_000, why: 'commands and scripts of the user, a few each' },
  person: { perSecond: 500, burst: 2_000, why: 'a page asks for a dozen things at once; several are open' },
  'api-token': { perSecond: 100, burst: 500, why: 'automation that polls' },
  nobody: { perSecond: 100, burst: 1_000, why: 'liveness, the set-up page, links: by address' },
  'sign-in': { perSecond: 20, burst: 200, why: 'passwords and codes, which are held off besides: by address' },
  passkey: {
    perSecond: 50,
    burst: 500,
    why: 'nothing can be guessed here, so guesses elsewhere must not close it: by address',
  },
  refresh: {
    perSecond: 2,
    burst: 60,
    why: 'by the sign-in that the token is of: its name alone uses up nothing of it',
  },
  'turned-away': {
    perSecond: 50,
    burst: 500,
    why: "somebody else's page, another host: any site that a person has open can send these, so they count for nobody else",
  },
  refused: {
    perSecond: 20,
    burst: 500,
    why: 'credentials that are wrong: no right one is found by asking more, by address',
  },
} as const satisfies Readonly<Record<string, Rate>>;
type RateName = keyof typeof RATES;

/** More than this many at once: the one that came first is forgotten, and begins with a full bucket again. */
const MOST = 10_000;

interface Bucket {
  left: number;
  at: number;
}

function keyOf(actor: Actor): readonly [RateName, string] | null {
  switch (actor.kind) {
    case 'agent':
    case 'model':
      return [actor.kind, actor.agent];
    case 'person':
      return ['person', actor.user];
    case 'api-token':
      return ['api-token', actor.token];
    case 'local-cli':
      return ['local-cli', ''];
    case 'nobody':
    case 'link':
      return null;
  }
}

export class Rates {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #buckets = new Map<RateName, Map<string, Bucket>>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Null: it may go on. A number: the seconds after which it may. `address`: asked for only where nobody is somebody. */
  take(actor: Actor, address: () => string): number | null {
    const [name, key] = keyOf(actor) ?? ['nobody', addressGroup(address())];
    return this.#take(name, key);
  }

  /** The same for what needs no credential: each kind has its own, so that asking for one thing closes no other. */
  open(kind: 'sign-in' | 'passkey' | 'turned-away', address: string): number | null {
    return this.#take(kind, addressGroup(address));
  }

  /** The same for a refresh token, by the sign-in it is of; one that is of none counts as wrong. */
  refresh(signIn: string | null, address: string): number | null {
    return signIn === null ? this.refused(address) : this.#take('refresh', signIn);
  }

  /** The same for a credential that was wrong. */
  refused(address: string): number | null {
    return this.#take('refused', addressGroup(address));
  }

  #take(name: RateName, key: string): number | null {
    const { perSecond, burst } = RATES[name];
    const now = this.#clock.monotonic();
    const bucket = this.#bucket(name, key, burst, now);
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / perSecond));
    bucket.left -= 1;
    return null;
  }

  #bucket(name: RateName, key: string, burst: number, now: number): Bucket {
    let buckets = this.#buckets.get(name);
    if (buckets === undefined) {
      buckets = new Map();
      this.#buckets.set(name, buckets);
    }
    const known = buckets.get(key);
    if (known !== undefined) return known;
    const [first] = buckets.keys();
    if (buckets.size >= MOST && first !== undefined) buckets.delete(first);
    const fresh = { left: burst, at: now };
    buckets.set(key, fresh);
    return fresh;
  }
}
