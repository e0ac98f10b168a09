// Whether everything stands still (R3): one flag in memory that every surface asks first, and a file that outlives the process.
// INVARIANT: it begins in one synchronous step, before any disk is touched; the file holds by being there, whatever stands in it;
// and it ends only by `lift`, of the very declaration that somebody walked back from: another one in between is never lifted with it.
import { lstatSync, renameSync, rmSync } from 'node:fs';
import type { Instant, Reason } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import type { Clock } from '../clock.ts';
import { errnoOf } from '../start-error.ts';

export interface StandstillHost {
  readonly clock: Pick<Clock, 'now' | 'every'>;
  /** daemon/panic.json. Any program of this user may put it there while no daemon answers. */
  readonly path: string;
  /** What the database remembers: a file that was removed does not end it. */
  readonly kept: {
    get(): Promise<boolean>;
    /** Which file lay there when a declaration was last kept. */
    file(): Promise<string | null>;
    set(inForce: boolean, file: string | null): Promise<void>;
  };
}

export interface Standing {
  readonly at: Instant;
  readonly why: string;
}

export type Lifted = 'lifted' | 'declared-again' | 'not-in-force' | 'file-stays';

/** How soon a file that somebody else wrote, or removed, is seen. */
const LOOK_MS = 200;

/** What lies there, without reading it: null is nothing at all, and what cannot be looked at counts as something. */
function lying(path: string): string | null {
  try {
    const { ino, mtimeMs, size } = lstatSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch (error) {
    const code = errnoOf(error);
    return code === 'ENOENT' ? null : `unusable ${code}`;
  }
}

/** What a call is refused with. */
export const PANIC_REASON: Reason = {
  source: 'panic',
  part: 'floor',
  id: 'panic',
  outcome: 'deny',
  text: 'a panic was declared: nothing runs until a person ends it',
  remedy: 'stop and tell the user; only a person can end it, with `castellan recover`',
};

export class Standstill implements Disposable {
  readonly #host: StandstillHost;
  readonly #listeners = new Set<(standing: Standing) => void>();
  readonly #elsewhere = new Set<() => void>();
  #standing: Standing | null = null;
  /** Counts declarations. */
  #epoch = 0;
  /** What we left lying there. */
  #known: string | null = null;
  #fileFault: string | null = null;
  #isAnew = false;
  /** Somebody ends it: a file that goes missing now must not be kept as one more. */
  #lifting = false;
  #stop: () => void = () => undefined;

  private constructor(host: StandstillHost) {
    this.#host = host;
  }

  /** In force from the first step of a start on, where it was before. */
  static async open(host: StandstillHost): Promise<Standstill> {
    const standstill = new Standstill(host);
    const [kept, file] = [await host.kept.get(), await host.kept.file()];
    const there = lying(host.path);
    if (there !== null || kept) {
      standstill.#isAnew = there !== null && there !== file;
      standstill.#standing = { at: host.clock.now(), why: 'a panic was declared before this start' };
      standstill.#epoch = 1;
      standstill.#known = there;
      if (there === null) await standstill.#again();
    }
    standstill.#stop = host.clock.every(LOOK_MS, () => standstill.#look());
    return standstill;
  }

  /** Null: everything goes its way. */
  get standing(): Standing | null {
    return this.#standing;
  }

  get isInForce(): boolean {
    return this.#standing !== null;
  }

  /** What whoever ends it must name. */
  get epoch(): number {
    return this.#epoch;
  }

  /** At the start lay a file that no declaration had been kept with: one came, or was not done to its end, while nobody looked. */
  get isAnew(): boolean {
    return this.#isAnew;
  }

  /** Why its file could not be written; null: it was. */
  get fileFault(): string | null {
    return this.#fileFault;
  }

  /** What a call meets. */
  floors(): readonly Reason[] {
    return this.#standing === null ? [] : [PANIC_REASON];
  }

  /** Told in the step in which it begins, each time it is declared: what is open is cut there. */
  onDeclare(listener: (standing: Standing) => void): void {
    this.#listeners.add(listener);
  }

  /** Told when it was declared by nobody here: by its file. */
  onElsewhere(listener: () => void): void {
    this.#elsewhere.add(listener);
  }

  /** Nothing is let through from here on; when this returns the file lies there too, or `fileFault` says why not. */
  declare(why: string): number {
    this.#epoch += 1;
    this.#standing = { at: this.#standing?.at ?? this.#host.clock.now(), why };
    for (const listener of this.#listeners) {
      try {
        listener(this.#standing);
      } catch (error) {
        // One room that fails must not keep the next one open; what it left is found by the steps that follow.
        void error;
      }
    }
    this.#write();
    return this.#epoch;
  }

  /** Keeps it in the database too: where the file goes missing a start still finds it. */
  async keep(): Promise<void> {
    await this.#host.kept.set(true, this.#known);
  }

  /** @param epoch of the declaration that was walked back from. */
  async lift(epoch: number): Promise<Lifted> {
    if (this.#standing === null) return 'not-in-force';
    if (epoch !== this.#epoch) return 'declared-again';
    this.#lifting = true;
    try {
      // First, so that a crash in between leaves the file, which holds.
      await this.#host.kept.set(false, null);
      const lifted = epoch === this.#epoch ? this.#takeAway() : 'declared-again';
      if (lifted !== 'lifted') await this.keep();
      return lifted;
    } finally {
      this.#lifting = false;
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  /** In one step: whoever declares it by the file while this goes on has written another one, and that one stays. */
  #takeAway(): Lifted {
    const { path } = this.#host;
    const aside = `${path}.over`;
    try {
      rmSync(aside, { recursive: true, force: true });
      renameSync(path, aside);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') return 'file-stays';
    }
    const taken = lying(aside);
    if ((taken !== null && taken !== this.#known) || lying(path) !== null) {
      this.#seenElsewhere();
      return 'declared-again';
    }
    rmSync(aside, { recursive: true, force: true });
    this.#standing = null;
    this.#known = null;
    return 'lifted';
  }

  #look(): void {
    const now = lying(this.#host.path);
    // Removed, or never written for want of room: it is written until it lies there.
    if (now === null) {
      if (this.#standing !== null && !this.#lifting) this.#again().catch(() => undefined);
    } else if (now !== this.#known) this.#seenElsewhere();
  }

  /** Its file went missing: another one, of the same declaration. */
  async #again(): Promise<void> {
    this.#write();
    await this.keep();
  }

  #seenElsewhere(): void {
    this.declare('a panic was declared while Castellan did not answer');
    for (const listener of this.#elsewhere) listener();
  }

  #write(): void {
    const { path, clock } = this.#host;
    const at = this.#standing?.at ?? clock.now();
    try {
      writeFileAtomic(path, `${JSON.stringify({ schema: 'castellan/panic/v1', at })}\n`, 0o600);
      this.#fileFault = null;
    } catch (error) {
      this.#fileFault = `its file cannot be written (${errnoOf(error)})`;
    }
    this.#known = lying(path);
  }
}
