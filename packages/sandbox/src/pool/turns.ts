// Who computes now and who waits in line. INVARIANT: agents and schedules together never hold the last turn, and one agent never more than
// half of them; so many children are alive and no more, whoever waits for whatever; of those in line people come first.
import type { ScriptError } from '@castellan/contract';
import { errorOf } from './ending.ts';

/** For whom something is done. */
export type PoolUser =
  | { readonly kind: 'person' | 'schedule' }
  /** `of`: what tells it from other agents. */
  | { readonly kind: 'agent'; readonly of: string };

export interface Bounds {
  /** That compute at the same time. */
  readonly turns: number;
  /** In and out of turn, each as many as its memory has shares. */
  readonly agent: number;
  readonly agents: number;
  readonly schedules: number;
  readonly people: number;
}

/** Admitted: it may take a turn, rest, and take one again, until it leaves. */
export interface Place {
  take(signal: AbortSignal): Promise<'turn' | 'cancelled'>;
  /** Gives the turn back and stays. */
  rest(): void;
  leave(): void;
}

interface Guest {
  readonly user: PoolUser;
  readonly weight: number;
  state: 'resting' | 'waiting' | 'running' | 'gone';
  begin: () => void;
  cancel: () => void;
}

const SHARE_BYTES = 67_108_864;
const ORDER = ['person', 'schedule', 'agent'] as const;

const isSame = (a: PoolUser, b: PoolUser): boolean =>
  a.kind === b.kind && (a.kind !== 'agent' || b.kind !== 'agent' || a.of === b.of);

export class Turns {
  readonly #bounds: Bounds;
  readonly #guests = new Set<Guest>();
  /** In the order in which they came. */
  #line: Guest[] = [];
  #isClosed = false;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** An error: there are as many as there may be. */
  enter(user: PoolUser, memoryBytes = 0): Place | ScriptError {
    const weight = Math.max(1, Math.ceil(memoryBytes / SHARE_BYTES));
    const full = this.#full(user, weight);
    if (full !== null) return errorOf('busy', full, 'try again when one has ended; some may wait for a person');
    const nothing = (): void => undefined;
    const guest: Guest = { user, weight, state: 'resting', begin: nothing, cancel: nothing };
    this.#guests.add(guest);
    return {
      take: (signal) => this.#take(guest, signal),
      rest: () => {
        if (guest.state !== 'running') return;
        guest.state = 'resting';
        this.#next();
      },
      leave: () => {
        guest.cancel();
        guest.state = 'gone';
        this.#guests.delete(guest);
        this.#next();
      },
    };
  }

  /** Nobody's turn comes any more. */
  close(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#line) cancel();
  }

  #full(user: PoolUser, weight: number): string | null {
    const { agent, agents, schedules, people } = this.#bounds;
    const fits = (is: (other: PoolUser) => boolean, most: number): boolean => {
      const held = [...this.#guests].filter((each) => is(each.user)).reduce((sum, each) => sum + each.weight, 0);
      // The first is let in however much it holds.
      return held === 0 || held + weight <= most;
    };
    const isKind = ({ kind }: PoolUser): boolean => kind === user.kind;
    switch (user.kind) {
      case 'person':
        return fits(isKind, people) ? null : 'people have as many programs under way as they may have at once';
      case 'schedule':
        return fits(isKind, schedules) ? null : 'schedules have as many programs under way as they may have at once';
      case 'agent':
        if (!fits((other) => isSame(other, user), agent))
          return 'this agent has as many programs under way as it may have at once';
        return fits(isKind, agents) ? null : 'agents have as many programs under way as they may have at once';
    }
  }

  #take(guest: Guest, signal: AbortSignal): Promise<'turn' | 'cancelled'> {
    if (signal.aborted || this.#isClosed || guest.state !== 'resting') return Promise.resolve('cancelled');
    return new Promise((resolve) => {
      const end = (state: Guest['state'], how: 'turn' | 'cancelled'): void => {
        if (guest.state !== 'waiting') return;
        guest.state = state;
        this.#line = this.#line.filter((each) => each !== guest);
        signal.removeEventListener('abort', guest.cancel);
        resolve(how);
      };
      guest.state = 'waiting';
      guest.begin = () => end('running', 'turn');
      guest.cancel = () => end('resting', 'cancelled');
      signal.addEventListener('abort', guest.cancel, { once: true });
      this.#line.push(guest);
      this.#next();
    });
  }

  #next(): void {
    for (const kind of ORDER)
      for (const guest of this.#line) if (guest.user.kind === kind && this.#mayRun(guest.user)) guest.begin();
  }

  #mayRun(user: PoolUser): boolean {
    const { turns } = this.#bounds;
    const others = Math.max(1, turns - 1);
    const running = [...this.#guests].filter(({ state }) => state === 'running').map((each) => each.user);
    const people = running.filter(({ kind }) => kind === 'person').length;
    const rest = running.length - people;
    // Where there is one turn, a person has one besides it.
    if (running.length >= Math.max(turns, others + 1)) return false;
    if (user.kind === 'person') return people < turns;
    if (running.length >= turns || rest >= others) return false;
    const own = running.filter((each) => isSame(each, user)).length;
    return user.kind === 'schedule' || own < Math.max(1, Math.floor(turns / 2));
  }
}
