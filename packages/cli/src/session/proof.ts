// A second factor as it is typed. A passkey cannot be.
import type { FactorProof } from '@castellan/contract';

/** Six digits of an app, or a recovery code; undefined when it can be neither. */
export function proofOf(typed: string): FactorProof | undefined {
  const code = typed.replace(/\s/g, '');
  if (/^\d{6}$/.test(code)) return { kind: 'totp', code };
  return code.length >= 8 && code.length <= 40 ? { kind: 'recovery', code } : undefined;
}
