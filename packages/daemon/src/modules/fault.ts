// What people do with modules answers with a value: done, or why not and what to do.
export type FaultCode = 'unknown' | 'bad' | 'conflict' | 'failed';
export interface ModuleFault {
  readonly ok: false;
  readonly code: FaultCode;
  /** One line: lower case, no full stop. */
  readonly message: string;
  readonly hint: string;
}
export type Answer<T> = { readonly ok: true; readonly value: T } | ModuleFault;

export const fault = (code: FaultCode, message: string, hint: string): ModuleFault => ({
  ok: false,
  code,
  message,
  hint,
});
export const done = <T>(value: T): Answer<T> => ({ ok: true, value });
