// What the broker answers when a request does not go through: one line and what to do about it, in the shape of the API
// that was spoken, so that every client shows it to its user.
import type { ModelApi } from '@castellan/contract';

export interface Failure {
  readonly kind: 'failure';
  readonly status: number;
  /** One line: lower case, no full stop. */
  readonly message: string;
  readonly hint?: string;
  /** Whether asking again soon may help: clients go on for minutes where it cannot. */
  readonly again?: boolean;
}

export const failure = (status: number, message: string, hint?: string, again = false): Failure => ({
  kind: 'failure',
  status,
  message,
  ...(hint !== undefined && { hint }),
  again,
});

/** The error types of the two APIs, by HTTP status. */
const TYPES: Readonly<Record<ModelApi, Readonly<Record<number, string>>>> = {
  anthropic: {
    400: 'invalid_request_error',
    401: 'authentication_error',
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    504: 'timeout_error',
  },
  openai: {
    400: 'invalid_request_error',
    401: 'authentication_error',
    403: 'permission_error',
    404: 'invalid_request_error',
    413: 'invalid_request_error',
    504: 'timeout_error',
  },
};
const OTHERWISE: Readonly<Record<ModelApi, string>> = { anthropic: 'api_error', openai: 'server_error' };

export const failureLine = ({ message, hint }: Pick<Failure, 'message' | 'hint'>): string =>
  `castellan: ${message}${hint === undefined ? '' : `; ${hint}`}`;

function errorValue(api: ModelApi, failed: Failure): unknown {
  const type = TYPES[api][failed.status] ?? OTHERWISE[api];
  const message = failureLine(failed);
  return api === 'anthropic'
    ? { type: 'error', error: { type, message } }
    : { error: { message, type, param: null, code: 'castellan' } };
}

export const failureBody = (api: ModelApi, failed: Failure): string => JSON.stringify(errorValue(api, failed));

/** Both families of clients are made by one generator, which reads this header before it tries again. */
export const failureHeaders = ({ again }: Failure): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  ...(again !== true && { 'x-should-retry': 'false' }),
});

/** The same within a stream that has begun: what was half written is ended first. */
export const failureEvent = (api: ModelApi, failed: Failure): string =>
  `\n\n${api === 'anthropic' ? 'event: error\n' : ''}data: ${failureBody(api, failed)}\n\n`;
