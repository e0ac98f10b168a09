// The log's files: `castellan.log`, and the full ones beside it. Rotated by the daemon itself, so that no other program has to be let
// into the folder. INVARIANT: 0600, through no link, and never more than so many bytes together.
import { closeSync, constants, fchmodSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { LOG_FILE_BYTES, LOG_FILES } from '@castellan/contract';

export class LogFile {
  readonly #path: string;
  readonly #most: number;
  #file: number | null;
  #size: number;

  private constructor(path: string, most: number, file: number, size: number) {
    this.#path = path;
    this.#most = most;
    this.#file = file;
    this.#size = size;
  }

  /** @param most bytes of one file. @throws when it cannot be opened. */
  static open(path: string, most = LOG_FILE_BYTES): LogFile {
    const { file, size } = opened(path);
    return new LogFile(path, most, file, size);
  }

  /** @throws when it cannot be written. */
  write(text: string): void {
    const bytes = Buffer.from(text);
    if (this.#size > 0 && this.#size + bytes.length > this.#most) this.#rotate();
    if (this.#file === null) this.#reopen();
    if (this.#file === null) return;
    let at = 0;
    while (at < bytes.length) at += writeSync(this.#file, bytes, at);
    this.#size += bytes.length;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #rotate(): void {
    this.close();
    rmSync(`${this.#path}.${LOG_FILES - 1}`, { force: true });
    for (let n = LOG_FILES - 2; n >= 0; n -= 1)
      moved(n === 0 ? this.#path : `${this.#path}.${n}`, `${this.#path}.${n + 1}`);
    this.#reopen();
  }

  #reopen(): void {
    const { file, size } = opened(this.#path);
    this.#file = file;
    this.#size = size;
  }
}

function opened(path: string): { readonly file: number; readonly size: number } {
  const file = openSync(
    path,
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    0o600,
  );
  const stat = fstatSync(file);
  if (!stat.isFile()) {
    closeSync(file);
    throw new Error(`\`${path}\` is no file`);
  }
  if ((stat.mode & 0o077) !== 0) fchmodSync(file, 0o600);
  return { file, size: stat.size };
}

function moved(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
