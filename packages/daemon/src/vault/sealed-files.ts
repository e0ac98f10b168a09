// The sealed vault on disk, and the generation before it. INVARIANT: what stands there is replaced in one step or not at all,
// and a file that could not be opened is never written over: it is put aside.
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_SEALED_CHARACTERS } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { sha256 } from '../digest.ts';
import { type OwnFile, readOwnFile } from '../own-file.ts';

const BOUNDS = { maxBytes: MAX_SEALED_CHARACTERS, mode: 'repair' } as const;

/** Nothing was written: what stands there is not what was read, and may be a person's. */
export class ChangedOutside extends Error {}

export class SealedFiles {
  readonly path: string;
  readonly previousPath: string;
  #seen = '';
  #signature = '';

  /** @param folder held by this process alone: what was half written in it is a dead one's, and is cleared away. */
  constructor(folder: string) {
    this.path = join(folder, 'vault.sealed');
    this.previousPath = join(folder, 'vault.previous');
    for (const name of readdirSync(folder))
      if (/^\.vault\.(?:sealed|previous)\..+\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
  }

  /** From here on this is what is known to stand there. */
  read(): OwnFile {
    const signature = signatureOf(this.path);
    const file = this.#look();
    this.#saw(markOf(file), signature);
    return file;
  }

  /** What was read or written last. */
  get mark(): string {
    return this.#seen;
  }

  /** Whether something else stands there now. Costs one look at the folder where nothing has happened. */
  isAnother(): boolean {
    const signature = signatureOf(this.path);
    if (signature === this.#signature) return false;
    if (markOf(this.#look()) !== this.#seen) return true;
    this.#signature = signature;
    return false;
  }

  readPrevious(): OwnFile {
    return readOwnFile(this.previousPath, BOUNDS);
  }

  /** @throws ChangedOutside or the system's error; what stood there then stands there still. */
  write(text: string): void {
    const before = this.#look();
    if (markOf(before) !== this.#seen) throw new ChangedOutside();
    if (before.kind === 'text') writeFileAtomic(this.previousPath, before.text, 0o600);
    this.#replace(text);
  }

  /** Under a new key nothing may be left that the old one opens. @throws as `write` does; nothing has changed then. */
  writeBoth(text: string): void {
    if (markOf(this.#look()) !== this.#seen) throw new ChangedOutside();
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
      const now = this.#look();
      if (now.kind !== 'text' || now.text !== text) throw error;
    }
    // Without a signature: whoever changed it in this moment is found by the next look.
    this.#saw(markOf({ kind: 'text', text }), '');
  }

  #look(): OwnFile {
    return readOwnFile(this.path, BOUNDS);
  }

  #saw(mark: string, signature: string): void {
    this.#seen = mark;
    this.#signature = signature;
  }
}

const markOf = (file: OwnFile): string =>
  file.kind === 'text' ? sha256(file.text) : file.kind === 'none' ? '' : `unusable: ${file.text}`;

function signatureOf(path: string): string {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.ctimeNs}`;
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
