// The messages of one channel that are still to be sent. INVARIANT: bounded in number and in how many go out a minute, so
// that an agent that asks without end fills neither the memory nor a telephone; one that hangs is given up for a while; what
// is no longer worth saying is not said. Nothing of it survives a restart: the questions do not either.
import type { Clock } from '../clock.ts';
import type { Subject, Ways } from './shown.ts';

export type Outcome =
  | { readonly kind: 'sent' }
  /** `again`: whether trying once more can help; `afterMs`: when the server said so. */
  | { readonly kind: 'failed'; readonly text: string; readonly again: boolean; readonly afterMs?: number };

export interface Letter {
  readonly id: number;
  readonly subject: Subject;
  ways: Ways | null;
  /** What was reached already, where one message goes to several. */
  readonly done: Set<string>;
  tries: number;
}

export type Progress =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retrying'; readonly text: string; readonly inMs: number }
  | { readonly kind: 'given-up'; readonly text: string };

export interface OutboxHost {
  readonly clock: Clock;
  deliver(letter: Letter): Promise<Outcome>;
  /** After each try, and when one is dropped that was tried. */
  told(letter: Letter, progress: Progress): void;
}

export const LIMITS = {
  waiting: 64,
  aMinute: 20,
  /** Beyond it, for alarms alone: an agent that asks without end must not keep a person from hearing of it. */
  alarmsAMinute: 10,
  tries: 6,
  firstWaitMs: 1000,
  longestWaitMs: 60_000,
  /** However long a server asks us to wait. */
  longestAskedMs: 300_000,
  /** Adapters end sooner by themselves; one that does not is left behind. */
  hangMs: 15_000,
} as const;
const MINUTE_MS = 60_000;

/** A message that is only changed disturbs nobody, and is one of those that were counted. */
const isAlarm = ({ kind }: Subject): boolean => kind === 'alarm';
const rings = ({ subject }: Letter): boolean => subject.kind !== 'settled';

interface Waiting {
  readonly letter: Letter;
  due: number;
  dropped: string | null;
}

export class Outbox {
  readonly #host: OutboxHost;
  readonly #waiting: Waiting[] = [];
  #current: Waiting | null = null;
  #began: number[] = [];
  #wake: (() => void) | null = null;
  #next = 0;
  #stopped = false;

  constructor(host: OutboxHost) {
    this.#host = host;
  }

  /** Never waits: what must be done is done later. */
  push(subject: Subject): void {
    if (this.#stopped) return;
    const letter: Letter = { id: this.#next++, subject, ways: null, done: new Set(), tries: 0 };
    if (this.#waiting.length >= LIMITS.waiting) this.#crowdOut();
    this.#waiting.push({ letter, due: this.#host.clock.monotonic(), dropped: null });
    this.#schedule();
  }

  has(match: (subject: Subject) => boolean): boolean {
    return [...this.#waiting, ...(this.#current === null ? [] : [this.#current])].some(
      ({ letter, dropped }) => dropped === null && match(letter.subject),
    );
  }

  /**
   * Not said any more. One that is on its way stays so, and is not tried again.
   * @returns whether one of them may have arrived.
   */
  drop(match: (subject: Subject) => boolean, why: string): boolean {
    let tried = false;
    for (const waiting of this.#waiting.filter(({ letter }) => match(letter.subject))) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      if (waiting.letter.tries === 0) continue;
      tried = true;
      this.#host.told(waiting.letter, { kind: 'given-up', text: why });
    }
    if (this.#current !== null && match(this.#current.letter.subject)) {
      this.#current.dropped = why;
      tried = true;
    }
    return tried;
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
    this.#wake?.();
    this.#wake = null;
  }

  /** The least that is lost is what was said before: a reminder, then the oldest question; an alarm comes last. */
  #crowdOut(): void {
    const oldest = (match: (subject: Subject) => boolean): number =>
      this.#waiting.findIndex(({ letter }) => match(letter.subject));
    const at = [oldest(({ kind }) => kind === 'reminder'), oldest((subject) => !isAlarm(subject)), 0].find(
      (n) => n >= 0,
    );
    const [lost] = this.#waiting.splice(at ?? 0, 1);
    if (lost !== undefined) this.#host.told(lost.letter, { kind: 'given-up', text: 'too many messages wait' });
  }

  #schedule(): void {
    this.#wake?.();
    this.#wake = null;
    const next = this.#first();
    if (this.#stopped || this.#current !== null || next === null) return;
    const { clock } = this.#host;
    this.#wake = clock.after(Math.max(0, next.at - clock.monotonic()), () => {
      this.#wake = null;
      void this.#try(next.waiting);
    });
  }

  #first(): { readonly waiting: Waiting; readonly at: number } | null {
    const [free, freeForAlarms] = [this.#free(LIMITS.aMinute), this.#free(LIMITS.aMinute + LIMITS.alarmsAMinute)];
    const notBefore = ({ letter, due }: Waiting): number =>
      rings(letter) ? Math.max(due, isAlarm(letter.subject) ? freeForAlarms : free) : due;
    const order = ({ letter }: Waiting): number => (isAlarm(letter.subject) ? -1 : letter.id);
    return (
      this.#waiting
        .map((waiting) => ({ waiting, at: Math.max(this.#host.clock.monotonic(), notBefore(waiting)) }))
        .toSorted((a, b) => a.at - b.at || order(a.waiting) - order(b.waiting))[0] ?? null
    );
  }

  /** When the next one that rings may go out, of so many a minute. */
  #free(most: number): number {
    const now = this.#host.clock.monotonic();
    this.#began = this.#began.filter((at) => now - at < MINUTE_MS);
    const oldest = this.#began.at(-most);
    return oldest === undefined ? now : oldest + MINUTE_MS;
  }

  async #try(waiting: Waiting): Promise<void> {
    const { clock, told } = this.#host;
    const { letter } = waiting;
    const at = this.#waiting.indexOf(waiting);
    if (this.#stopped || at < 0) return this.#schedule();
    this.#waiting.splice(at, 1);
    this.#current = waiting;
    if (rings(letter)) this.#began.push(clock.monotonic());
    letter.tries += 1;
    const outcome = await this.inTime(letter);
    this.#current = null;
    if (this.#stopped) return;
    if (outcome.kind === 'sent') told(letter, { kind: 'sent' });
    else if (waiting.dropped !== null) told(letter, { kind: 'given-up', text: `${outcome.text} (${waiting.dropped})` });
    else if (!outcome.again || letter.tries >= LIMITS.tries) told(letter, { kind: 'given-up', text: outcome.text });
    else {
      const inMs = this.#backOff(letter.tries, outcome.afterMs ?? 0);
      waiting.due = clock.monotonic() + inMs;
      this.#waiting.push(waiting);
      told(letter, { kind: 'retrying', text: outcome.text, inMs });
    }
    this.#schedule();
  }

  /** One try, whatever comes of it. */
  async inTime(letter: Letter): Promise<Outcome> {
    const { clock } = this.#host;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const cancel = clock.after(LIMITS.hangMs, () =>
      resolve({ kind: 'failed', text: 'no answer in time', again: true }),
    );
    const sent = this.#host.deliver(letter).catch((error: unknown): Outcome => {
      // A bug of a channel must not end the others, nor be silent.
      return { kind: 'failed', text: error instanceof Error ? error.message : 'unknown error', again: false };
    });
    return Promise.race([sent, promise]).finally(cancel);
  }

  /** Doubled each time, half of it by chance, so that several channels do not knock together. */
  #backOff(tries: number, askedMs: number): number {
    const whole = Math.min(LIMITS.longestWaitMs, LIMITS.firstWaitMs * 2 ** (tries - 1));
    const chance = this.#host.clock.random(2).readUInt16BE() / 65_536;
    return Math.round(Math.max(whole / 2 + (whole / 2) * chance, Math.min(askedMs, LIMITS.longestAskedMs)));
  }
}
