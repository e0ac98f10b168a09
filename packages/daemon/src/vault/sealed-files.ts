// The sealed vault on disk, and the generation before it. INVARIANT: what stands there is replaced in one step or not at all,
// and a file that could not be opened is never written over: it is put aside.
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_SEALED_CHARACTERS } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { type OwnFile, readOwnFile } from '../own-file.ts';

const BOUNDS = { maxBytes: MAX_SEALED_CHARACTERS, mode: 'repair' } as const;

export class SealedFiles {
  readonly path: string;
  readonly previousPath: string;

  /** @param folder held by this process alone: what was half written in it is a dead one's, and is cleared away. */
  constructor(folder: string) {
    this.path = join(folder, 'vault.sealed');
    this.previousPath = join(folder, 'vault.previous');
    for (const name of readdirSync(folder))
      if (/^\.vault\.(?:sealed|previous)\..+\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
  }

  read(): OwnFile {
    return readOwnFile(this.path, BOUNDS);
  }

  readPrevious(): OwnFile {
    return readOwnFile(this.previousPath, BOUNDS);
  }

  /** @throws the system's error; what stood there then stands there still. */
  write(text: string): void {
    const before = this.read();
    if (before.kind === 'text') writeFileAtomic(this.previousPath, before.text, 0o600);
    this.#replace(text);
  }

  /** Under a new key nothing may be left that the old one opens. @throws the system's error; nothing has changed then. */
  writeBoth(text: string): void {
    this.#replace(text);
    try {
      writeFileAtomic(this.previousPath, text, 0o600);
    } catch {
      rmSync(this.previousPath, { force: true });
    }
  }

  /** @throws the system's error; nothing has changed then. */
  takePrevious(text: string): void {
    const aside = putAside(this.path);
    try {
      this.#replace(text);
    } catch (error) {
      if (aside !== null) renameSync(aside, this.path);
      throw error;
    }
  }

  /** Both generations keep existing under other names. @throws the system's error */
  putBothAside(): void {
    putAside(this.path);
    putAside(this.previousPath);
  }

  #replace(text: string): void {
    try {
      writeFileAtomic(this.path, text, 0o600);
    } catch (error) {
      // It may have been the last step that failed, when the new text stood there already: memory follows the disk.
      const now = this.read();
      if (now.kind !== 'text' || now.text !== text) throw error;
    }
  }
}

/** @returns the name it has now, or null where there was nothing. */
function putAside(path: string): string | null {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
  for (let n = 1; ; n += 1) {
    const aside = `${path}.damaged-${n}`;
    if (existsSync(aside)) continue;
    renameSync(path, aside);
    return aside;
  }
}
