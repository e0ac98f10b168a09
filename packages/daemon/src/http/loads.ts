// Bodies on their way, counted in bytes for each who is known: a body that never ends is held in memory until it is given up,
// and one credential opens a thousand connections (D1). Whoever is nobody is let send little (server.ts).
import { Transform } from 'node:stream';
import type { Actor } from '@castellan/contract';
import { actorKey } from './live/index.ts';

/** The longest request to a model, and two of the longest answers of tools. */
const MOST = 96 * 1_048_576;

export interface Load {
  /** False: that would be too much; nothing was added. */
  add(bytes: number): boolean;
  /** It has been read, or given up. */
  end(): void;
}

export class Loads {
  readonly #most: number;
  readonly #held = new Map<string, number>();

  constructor(most = MOST) {
    this.#most = most;
  }

  of(actor: Actor): Load {
    if (actor.kind === 'nobody') return { add: () => true, end: () => undefined };
    const key = actorKey(actor);
    let mine = 0;
    let isOver = false;
    const keep = (bytes: number): void => {
      if (bytes > 0) this.#held.set(key, bytes);
      else this.#held.delete(key);
    };
    return {
      add: (bytes) => {
        const held = this.#held.get(key) ?? 0;
        if (isOver || held + bytes > this.#most) return false;
        mine += bytes;
        keep(held + bytes);
        return true;
      },
      end: () => {
        if (isOver) return;
        isOver = true;
        keep((this.#held.get(key) ?? 0) - mine);
      },
    };
  }
}

/** Counts a body whose length was not said. @param over made where it is too much. */
export const counted = (load: Load, over: () => Error): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (load.add(chunk.length)) done(null, chunk);
      else done(over());
    },
  });
