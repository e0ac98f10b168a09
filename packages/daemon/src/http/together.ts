// Many messages, one system call: what is written while one thing leads to another leaves together, before anything else is
// heard.
import type { Writable } from 'node:stream';

/** To be called before a write. @param stream a socket; null: it is gone. Node's own answers cannot be held back so. */
export function together(stream: Pick<Writable, 'cork' | 'uncork' | 'writableCorked'> | null): void {
  if (stream === null || stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}
