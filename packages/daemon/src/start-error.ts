// Why the daemon did not start: one clear line, what to do, and the exit code. Nothing is left half-started.
export type StartErrorCode =
  | 'state-not-owned'
  | 'state-unusable'
  | 'disk-full'
  | 'in-use'
  | 'port-taken'
  | 'not-loopback'
  | 'bad-policy'
  | 'remote-unusable'
  | 'newer-state'
  | 'upgrade-failed'
  | 'ledger-damaged';

const USER_ERRORS: ReadonlySet<StartErrorCode> = new Set<StartErrorCode>([
  'bad-policy',
  'not-loopback',
  'remote-unusable',
  'newer-state',
]);

export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;
  readonly hints: readonly string[];
  /** 64 where the user wrote something wrong, 1 where the machine failed. */
  readonly exitCode: 1 | 64;

  constructor(code: StartErrorCode, message: string, hints: readonly string[]) {
    super(message);
    this.code = code;
    this.hints = hints;
    this.exitCode = USER_ERRORS.has(code) ? 64 : 1;
  }
}

export const errnoOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

/** SQLite's own numbers, without the part that says more than we ask. */
const SQLITE: Readonly<Record<number, 'full' | 'unwritable' | 'damaged'>> = {
  8: 'unwritable',
  10: 'full',
  11: 'damaged',
  13: 'full',
  14: 'unwritable',
  26: 'damaged',
};
const ERRNO: Readonly<Record<string, 'full' | 'unwritable'>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  'disk-full': 'full',
  EROFS: 'unwritable',
  EACCES: 'unwritable',
  EPERM: 'unwritable',
  'read-only': 'unwritable',
};

/** What the machine did to us while starting, in words; null when it is none of the machine's known ways to fail. */
export function startErrorOf(error: unknown, folder: string): StartError | null {
  if (error instanceof StartError) return error;
  const sqlite = error instanceof Error && 'errcode' in error ? SQLITE[Number(error.errcode) & 0xff] : undefined;
  const fault: 'full' | 'unwritable' | 'damaged' | undefined = sqlite ?? ERRNO[errnoOf(error)];
  switch (fault) {
    case 'full':
      return new StartError('disk-full', `the disk that holds \`${folder}\` is full`, [
        'free some space, then start again',
      ]);
    case 'unwritable':
      return new StartError('state-unusable', `cannot write the state folder \`${folder}\` (${errnoOf(error)})`, [
        'make it and what is in it writable, or set CASTELLAN_HOME to a folder that is',
      ]);
    case 'damaged':
      return new StartError('state-unusable', `\`castellan.db\` in \`${folder}\` is damaged`, [
        '`castellan restore` a copy, or `castellan recover-database` makes it again from the ledger',
      ]);
    case undefined:
      return null;
  }
}
