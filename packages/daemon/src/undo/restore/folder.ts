// A folder held open by what it is, not by what it is called. INVARIANT: it counts as opened only when the kernel says that the
// descriptor is that very path: whoever swaps a folder on the way for a link finds nothing written behind it.
import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { byDescriptor, hasDescriptors, realOf } from '../real.ts';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Why a path is left as it is. */
export class Elsewhere extends Error {}

export class Folder implements Disposable {
  readonly path: string;
  readonly #fd: number;

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  /** @throws Elsewhere where the path leads to another one. @throws the system's error */
  static open(path: string): Folder {
    const fd = openSync(path, FOLDER);
    if (realOf(fd, path) === path) return new Folder(path, fd);
    closeSync(fd);
    throw new Elsewhere('a folder on the way leads elsewhere now');
  }

  /** With the folders on the way to it, where they are missing. */
  static make(path: string): Folder {
    try {
      return Folder.open(path);
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing || path === dirname(path)) throw notFolder(error);
    }
    using above = Folder.make(dirname(path));
    mkdirSync(above.at(basename(path)), 0o755);
    return Folder.open(path);
  }

  /** A name in this folder, whatever becomes of its path. */
  at(name: string): string {
    return hasDescriptors ? join(byDescriptor(this.#fd), name) : join(this.path, name);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

function notFolder(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ELOOP') return new Elsewhere('there is a link in the place of a folder on the way');
  return code === 'ENOTDIR' ? new Elsewhere('there is no folder any more where one stood') : error;
}
