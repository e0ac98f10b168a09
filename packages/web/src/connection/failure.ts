// A question to the daemon that failed, as React Query carries it: the daemon's own words and what to do about it.
import { type Answer, type ClientError, errorLines } from '@castellan/client';

export class Failure extends Error {
  readonly error: ClientError;
  readonly hints: readonly string[];
  constructor(error: ClientError) {
    const { message, hints } = errorLines(error);
    super(message);
    this.error = error;
    this.hints = hints;
  }
}

/** @throws Failure, which React Query hands to the page as `error`. */
export function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw new Failure(answer.error);
}

/** The daemon's code, where the failure has one. */
export const codeOf = (error: unknown): string | null =>
  error instanceof Failure && error.error.kind === 'api' ? error.error.error.error : null;

/** Whether nobody is signed in (any more): the sign-in page is the answer, not an error message. */
export const isSignedOut = (error: unknown): boolean => {
  const code = codeOf(error);
  return code === 'not_authenticated' || code === 'no_csrf';
};
