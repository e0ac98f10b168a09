// Many messages, one system call: what is written while one thing leads to another leaves together, before anything else is
// heard.
import type { Writable } from 'node:stream';

/** To be called before a write. */
export function together(stream: Pick<Writable, 'cork' | 'uncork' | 'writableCorked'>): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}
