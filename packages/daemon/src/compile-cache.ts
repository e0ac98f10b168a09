// Compiled code is kept between starts, and only where nobody else can write: whoever can change such a cache runs code as
// us. A state folder that is not there yet, or not ours alone, gets no cache.
import { lstatSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

export function keepCompiledCode(home: string): void {
  const folder = lstatSync(home, { throwIfNoEntry: false });
  const ours = folder?.isDirectory() === true && folder.uid === process.getuid?.() && (folder.mode & 0o077) === 0;
  if (ours) enableCompileCache(join(home, 'cache'));
}
