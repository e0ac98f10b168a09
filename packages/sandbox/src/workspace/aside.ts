// What a command puts in a place that is kept, where nothing was before (or a link, which cannot be held): moved aside at once, never
// deleted, and told. INVARIANT: it is moved within the very folder it lies in; no link on the way there is followed.
import { closeSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isRepository } from '../confine/kept.ts';
import { standing, UNSEEN } from '../confine/standing.ts';
import { openDecided, within } from './inside/open.ts';

/** More often than this nobody needs it. */
const MOST = 5;

export class Aside {
  readonly #before: ReadonlyMap<string, string | null>;
  readonly #decided: (path: string) => boolean;
  #isClosed = false;
  #moved = 0;
  /** One line for each that was moved, or could not be looked at. */
  readonly said: string[] = [];

  /** @param decided whether somebody decided since then that it be written. */
  constructor(kept: readonly string[], decided: (path: string) => boolean) {
    this.#before = new Map(kept.map((path) => [path, standing(path)] as const).filter(([, was]) => was !== 'held'));
    this.#decided = decided;
  }

  /**
   * Throws nothing: it runs in a timer, where what is thrown ends the daemon. Fail closed: where it cannot look, the command ends.
   * @returns why the command is to be ended; null: it goes on.
   */
  look(): string | null {
    for (const [path, was] of this.#before) {
      try {
        this.#lookAt(path, was);
      } catch {
        this.#notSeen(path);
      }
    }
    if (this.#isClosed) return 'something of the project cannot be looked at any more';
    return this.#moved > MOST ? 'it makes again and again what nobody decided' : null;
  }

  #lookAt(path: string, was: string | null): void {
    const is = standing(path);
    if (is === null || is === was) return;
    if (is === UNSEEN) this.#notSeen(path);
    else if (!this.#decided(path) && !isRepository(path)) this.#move(path);
  }

  #notSeen(path: string): void {
    // One line for all of them: they lie in one project.
    if (!this.#isClosed)
      this.said.push(
        `castellan: \`${path}\` cannot be looked at any more: look at it, and at what else is new beside it`,
      );
    this.#isClosed = true;
  }

  #move(path: string): void {
    this.#moved += 1;
    const name = `${basename(path)}.castellan-aside-${this.#moved}`;
    try {
      const { fd } = openDecided(dirname(path), 'folder');
      try {
        renameSync(within(fd, basename(path)), within(fd, name));
        this.said.push(
          `castellan: \`${path}\` makes other programs run or agents do things, and nobody decided that: it is \`${name}\` now; write_file asks for it`,
        );
      } finally {
        closeSync(fd);
      }
    } catch {
      // It is gone again, or another of the same name is there: the next look finds it.
      this.said.push(`castellan: \`${path}\` was made, which nobody decided, and could not be moved aside: look at it`);
    }
  }
}
