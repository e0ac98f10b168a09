// What asking the daemon can give: the answer, or one of three ways it did not come. Expected failures are values.
import { type ApiError, faultLine } from '@castellan/contract';

export type ClientError =
  /** Nothing spoke to us: not running, refused, connection lost before the answer was whole. */
  | { readonly kind: 'unreachable'; readonly message: string; readonly hint: string }
  /** The daemon said no, in its own words. */
  | { readonly kind: 'api'; readonly status: number; readonly error: ApiError }
  /** Something answered, but not in this version's words: it is not believed. */
  | { readonly kind: 'unintelligible'; readonly message: string; readonly hint: string };

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ClientError };

/** One line for a person, and what to do about it where something can be done. */
export function errorLines(error: ClientError): { readonly message: string; readonly hints: readonly string[] } {
  switch (error.kind) {
    case 'unreachable':
    case 'unintelligible':
      return { message: error.message, hints: [error.hint] };
    case 'api': {
      // A single fault is often the message itself: said once is enough.
      const faults = (error.error.faults ?? [])
        .map(({ path, message }) => faultLine({ path, message }))
        .filter((text) => text !== error.error.message);
      return {
        message: error.error.message,
        hints: [...faults, ...(error.error.hint === undefined ? [] : [error.error.hint])],
      };
    }
  }
}
