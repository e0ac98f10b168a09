// The errors of this package: a closed union of codes, so that a caller can say which of them denies an action and why.

/**
 * - `disk-full`, `read-only`, `io`: the disk failed; the log is in the state `failed` until it is opened again;
 * - `closed`: the log was closed; `too-large`: the entry exceeds 65,535 bytes (nothing else is affected);
 * - `in-use`: another process has the log open; `wrong-key`: the folder belongs to another signing key;
 * - `tampered`: the files contradict each other in a way no crash explains.
 */
export type LedgerErrorCode =
  | 'disk-full'
  | 'read-only'
  | 'io'
  | 'closed'
  | 'too-large'
  | 'in-use'
  | 'wrong-key'
  | 'tampered';

/** The codes a failing disk leads to. */
export type DiskErrorCode = Extract<LedgerErrorCode, 'disk-full' | 'read-only' | 'io'>;

const HINTS: Record<LedgerErrorCode, string> = {
  'disk-full': 'free space on the disk of the ledger folder, then open the ledger again',
  'read-only': 'make the ledger folder writable for its owner, then open the ledger again',
  io: 'check the disk (dmesg, smartctl), then open the ledger again; what was acknowledged is kept',
  closed: 'open the ledger again before appending',
  'too-large': 'keep the payload elsewhere and append its digest',
  'in-use': 'stop the other process, or use the one that already has the ledger open',
  'wrong-key': 'use the signing key that belongs to this folder, or start a new folder',
  tampered: 'keep the folder as evidence, run a verification on it, and start a new ledger',
};

/** What `append` rejects with. `message` is one line; `hint` says what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;
  readonly hint: string;

  constructor(code: LedgerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = HINTS[code];
  }
}

const DISK_CODES: Readonly<Record<string, DiskErrorCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
};

/** Names what went wrong with the disk. Anything not recognised is `io`: it must not look like something to wait out. */
export function toLedgerError(error: unknown, doing: string): LedgerError {
  if (error instanceof LedgerError) return error;
  const errno = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const code = DISK_CODES[errno] ?? 'io';
  return new LedgerError(code, `${doing} failed with \`${errno}\``, { cause: error });
}
