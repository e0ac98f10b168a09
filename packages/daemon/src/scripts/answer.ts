// What people and agents do with scripts answers with a value: done, or why not and what to do.
import type { ScriptErrorCode, ScriptFault } from '@castellan/contract';

export type FaultCode =
  | 'unknown'
  | 'bad'
  | 'conflict'
  | 'too-much'
  | 'not-a-person'
  | 'factor-required'
  | 'not-recorded'
  | 'failed';
export interface ScriptsFault {
  readonly ok: false;
  readonly code: FaultCode;
  /** For a machine that reads it. */
  readonly error: ScriptErrorCode;
  /** One line: lower case, no full stop. */
  readonly message: string;
  readonly hint: string;
  /** Of a source. */
  readonly faults: readonly ScriptFault[];
}
export type Answer<T> = { readonly ok: true; readonly value: T } | ScriptsFault;

export const done = <T>(value: T): Answer<T> => ({ ok: true, value });
export const fault = (
  code: FaultCode,
  error: ScriptErrorCode,
  message: string,
  hint: string,
  faults: readonly ScriptFault[] = [],
): ScriptsFault => ({ ok: false, code, error, message, hint, faults });
