// Why the daemon did not start: one clear line, what to do, and the exit code. Nothing is left half-started.
export type StartErrorCode =
  | 'state-not-owned'
  | 'state-unusable'
  | 'disk-full'
  | 'in-use'
  | 'port-taken'
  | 'not-loopback'
  | 'bad-policy'
  | 'ledger-damaged';

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
    this.exitCode = code === 'bad-policy' || code === 'not-loopback' ? 64 : 1;
  }
}

export const errnoOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
