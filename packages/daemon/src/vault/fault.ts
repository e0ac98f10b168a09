// Why the vault did not do what it was asked: a closed set of codes. INVARIANT: no message quotes what was sent.

export type VaultFaultCode =
  | 'unknown'
  | 'exists'
  | 'bad-value'
  | 'too-much'
  | 'empty'
  | 'locked'
  | 'damaged'
  | 'not-damaged'
  | 'wrong-passphrase'
  | 'too-soon'
  | 'no-key-place'
  | 'bad-backup'
  | 'not-written'
  | 'not-recorded';

export interface VaultFault {
  readonly ok: false;
  readonly code: VaultFaultCode;
  readonly message: string;
  readonly hint: string;
}

export const fault = (code: VaultFaultCode, message: string, hint: string): VaultFault => ({
  ok: false,
  code,
  message,
  hint,
});
