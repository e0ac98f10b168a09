// Errors of the local API: a closed set of codes, each with its HTTP status.
import { z } from 'zod';

export const API_ERRORS = {
  bad_request: 400,
  not_authenticated: 401,
  not_permitted: 403,
  wrong_host: 403,
  wrong_origin: 403,
  wrong_credentials: 401,
  factor_required: 403,
  no_csrf: 403,
  not_found: 404,
  already_resolved: 409,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  not_recorded: 503,
  setup_required: 503,
  not_ready: 503,
  shutting_down: 503,
  failed: 500,
} as const;
export type ApiErrorCode = keyof typeof API_ERRORS;
const codes = Object.keys(API_ERRORS) as [ApiErrorCode, ...ApiErrorCode[]];

export const apiErrorSchema = z.strictObject({
  error: z.enum(codes),
  /** One line: lower case, no full stop. */
  message: z.string(),
  hint: z.string().optional(),
  faults: z.array(z.strictObject({ path: z.string(), message: z.string(), hint: z.string().optional() })).optional(),
  /** With already_resolved: who decided and when. */
  by: z.string().optional(),
  at: z.int().optional(),
  /** With rate_limited: seconds, as in Retry-After. */
  retryAfter: z.int().nonnegative().optional(),
});
export type ApiError = Readonly<z.output<typeof apiErrorSchema>>;
