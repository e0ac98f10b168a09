// What a command puts in a place that is kept, where nothing was before (or a link, which cannot be held): moved aside at once, never
// deleted, and told. INVARIANT: it is moved within the very folder it lies in; no link on the way there is followed.
import { closeSync, lstatSync, readlinkSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isRepository } from '../confine/kept.ts';
import { openDecided, within } from './inside/open.ts';

/** null: nothing is there. A link as what it says; what else is there is held by the walls. */
function standing(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? `link ${readlinkSync(path)}` : 'held';
  } catch {
    return null;
  }
}

/** More often than this nobody needs it. */
const MOST = 5;

export class Aside {
  readonly #before: ReadonlyMap<string, string | null>;
  readonly #decided: (path: string) => boolean;
  /** One line for each that was moved. */
  readonly said: string[] = [];

  /** @param decided whether somebody decided since then that it be written. */
  constructor(kept: readonly string[], decided: (path: string) => boolean) {
    this.#before = new Map(kept.map((path) => [path, standing(path)] as const).filter(([, was]) => was !== 'held'));
    this.#decided = decided;
  }

  /** @returns false: it is made again and again. */
  look(): boolean {
    for (const [path, was] of this.#before) {
      const is = standing(path);
      if (is === null || is === was || this.#decided(path) || isRepository(path)) continue;
      this.#move(path);
    }
    return this.said.length <= MOST;
  }

  #move(path: string): void {
    const name = `${basename(path)}.castellan-aside-${this.said.length + 1}`;
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
