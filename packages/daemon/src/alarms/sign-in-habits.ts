// Where and when each person signs in, to tell what is unlike them. Pure. RULE: it only rings; nobody is kept out by a guess.
import type { Instant } from '@castellan/contract';

export interface SignedIn {
  readonly who: string;
  readonly address: string;
  readonly at: Instant;
}

interface Habits {
  readonly networks: Set<string>;
  /** Sign-ins in each hour of the day, UTC. */
  readonly hours: number[];
  total: number;
}

/** Before so many nothing is usual. */
const FEW = 3;
const FEW_TIMES = 20;
/** Hours around a usual one that are usual too. */
const AROUND = 3;
const MOST_PEOPLE = 1_000;
const MOST_NETWORKS = 64;
const HERE = 'this machine';

/** What an address is a part of: a provider gives another address of the same network every day. */
export function networkOf(address: string): string {
  if (address === 'unix' || address === '::1' || address.startsWith('127.')) return HERE;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return networkOf(mapped);
  if (address.includes(':')) return `${address.split(':').slice(0, 3).join(':')}::/48`;
  return `${address.split('.').slice(0, 3).join('.')}.0/24`;
}

const hourOf = (at: Instant): number => new Date(at).getUTCHours();

export class SignInHabits {
  readonly #people = new Map<string, Habits>();

  /** One that was theirs. */
  learn({ who, address, at }: SignedIn): void {
    const known = this.#people.get(who);
    if (known === undefined && this.#people.size >= MOST_PEOPLE) return;
    const habits = known ?? { networks: new Set<string>(), hours: Array.from({ length: 24 }, () => 0), total: 0 };
    if (known === undefined) this.#people.set(who, habits);
    if (habits.networks.size < MOST_NETWORKS) habits.networks.add(networkOf(address));
    habits.hours[hourOf(at)] = (habits.hours[hourOf(at)] ?? 0) + 1;
    habits.total += 1;
  }

  /** What is unlike this person about it; null: nothing. */
  unlike({ who, address, at }: SignedIn): string | null {
    const habits = this.#people.get(who);
    if (habits === undefined || habits.total < FEW) return null;
    const network = networkOf(address);
    if (network !== HERE && !habits.networks.has(network)) return `from ${network}, where they never were`;
    const near = habits.hours.some((count, hour) => {
      const apart = Math.abs(hour - hourOf(at));
      return count > 0 && Math.min(apart, 24 - apart) <= AROUND;
    });
    return habits.total < FEW_TIMES || near ? null : `at an hour (${hourOf(at)}:00 UTC) at which they never did`;
  }
}
