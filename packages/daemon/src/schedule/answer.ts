// What people do with schedules answers with a value: done, or why not and what to do.
export interface ScheduleFault {
  readonly ok: false;
  readonly code: 'unknown' | 'bad' | 'conflict' | 'too-much' | 'not-recorded';
  /** The field it is about. */
  readonly path?: string;
  readonly message: string;
  readonly hint: string;
}
export type Answer<T> = { readonly ok: true; readonly value: T } | ScheduleFault;

export const done = <T>(value: T): Answer<T> => ({ ok: true, value });
export const fault = (code: ScheduleFault['code'], message: string, hint: string, path?: string): ScheduleFault => ({
  ok: false,
  code,
  message,
  hint,
  ...(path !== undefined && { path }),
});
export const UNKNOWN = fault('unknown', 'no such schedule', '`castellan schedule list` shows them');
