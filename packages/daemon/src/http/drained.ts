// A refusal that is said before the body was read. Whoever sends it would meet a connection that is gone, in the middle of writing,
// and could not tell our no from nobody being there: hook commands then say that the daemon broke off.
import type { IncomingMessage } from 'node:http';
import { HOOK_BODY_BYTES } from './body.ts';

/** Long enough for an event that is on its way, and nothing that a slow sender gains by: a slow head is waited for longer. */
const MOST_MS = 2000;

/**
 * Waits until the rest of the body came, and throws it away. Never rejects: a sender may leave meanwhile.
 * @returns false where it is too long or too slow: whoever answers then ends the connection, or the rest would be read all the same.
 */
export function drained(request: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    if (request.readableEnded || request.destroyed) return resolve(request.readableEnded);
    let left = HOOK_BODY_BYTES;
    const end = (isWhole: boolean): void => {
      clearTimeout(timer);
      request.off('data', count);
      resolve(isWhole);
    };
    const count = (chunk: Uint8Array): void => {
      left -= chunk.length;
      if (left < 0) end(false);
    };
    // What came while this process did something else is read before its time is over.
    const timer = setTimeout(() => setImmediate(end, false), MOST_MS);
    request.once('end', () => end(true));
    for (const broken of ['error', 'close'] as const) request.once(broken, () => end(false));
    request.on('data', count).resume();
  });
}
