// Reads a small regular file, and nothing else: not through a link, and never waiting for a pipe that was put in its place.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

export interface RegularFile {
  readonly stats: Stats;
  readonly bytes: Buffer;
}

/** undefined: not there, no regular file, or longer than `limit`. Throws what the system throws. */
export function readRegular(path: string, limit: number): RegularFile | undefined {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > limit) return undefined;
    // One byte more, to see a file that grows.
    const bytes = Buffer.alloc(stats.size + 1);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return length === stats.size ? { stats, bytes: bytes.subarray(0, length) } : undefined;
  } finally {
    closeSync(descriptor);
  }
}
