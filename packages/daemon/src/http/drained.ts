// A refusal that is said before the body was read. Whoever sends it would meet a connection that is gone, in the middle of writing,
// and could not tell our no from nobody being there: hook commands then say that the daemon broke off.
import type { IncomingMessage } from 'node:http';
import { HOOK_BODY_BYTES } from './body.ts';

/** Long enough for an event that is on its way, and nothing that a slow sender gains by: a slow head is waited for longer. */
const MOST_MS = 2000;

/** Resolves once the rest of the body came, and was thrown away; or where it is too long, too slow, or breaks off. Never rejects. */
export function drained(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (request.readableEnded || request.destroyed) return resolve();
    let left = HOOK_BODY_BYTES;
    const enough = (): void => {
      clearTimeout(timer);
      request.off('data', count);
      resolve();
    };
    const count = (chunk: Uint8Array): void => {
      left -= chunk.length;
      if (left < 0) enough();
    };
    const timer = setTimeout(enough, MOST_MS);
    for (const over of ['end', 'error', 'close'] as const) request.once(over, enough);
    request.on('data', count).resume();
  });
}
