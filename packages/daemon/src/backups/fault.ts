// Why a copy could not be made, read or put back: one line and what to do.
export type CopyFaultCode =
  /** It was cut, changed, or is none. */
  | 'not-whole'
  | 'wrong-passphrase'
  | 'other-version'
  /** What was said is not usable: a folder that is not there, a file that is. */
  | 'unusable'
  /** Something stands in the way that a person decides about. */
  | 'in-the-way'
  /** The disk, or another program. */
  | 'failed';

export class CopyFault extends Error {
  override readonly name = 'CopyFault';
  readonly code: CopyFaultCode;
  readonly hints: readonly string[];

  constructor(code: CopyFaultCode, message: string, hints: readonly string[]) {
    super(message);
    this.code = code;
    this.hints = hints;
  }

  /** 64 where what was given is wrong, 1 where it failed. */
  get exitCode(): 1 | 64 {
    return this.code === 'failed' || this.code === 'not-whole' ? 1 : 64;
  }
}
