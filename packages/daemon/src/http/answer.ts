// What a handler gives back, and how an expected failure is written.
import { type Actor, API_ERRORS, type ApiError, type ApiErrorCode, type Fault } from '@castellan/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** An expected failure: thrown inside a handler, written as an ApiError. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly body: ApiError;

  constructor(error: ApiErrorCode, message: string, more: Partial<Omit<ApiError, 'error' | 'message'>> = {}) {
    super(message);
    this.body = { error, message, ...more };
  }

  get status(): number {
    return API_ERRORS[this.body.error];
  }
}

export const badRequest = (faults: readonly Fault[]): Refused =>
  new Refused(
    'bad_request',
    faults[0] === undefined
      ? 'bad request'
      : `${faults[0].path === '' ? 'body' : `\`${faults[0].path}\``}: ${faults[0].message}`,
    { faults: [...faults] },
  );

export interface Context<Body, Query> {
  readonly actor: Actor;
  readonly params: { readonly [name: string]: string };
  readonly body: Body;
  readonly query: Query;
  readonly headers: { readonly [name: string]: string | undefined };
  /** Ends when whoever asked has gone away. */
  readonly gone: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
