// One route of the local API as data: how it is reached, who may, what goes in and what comes out.
import type { z } from 'zod';
import type { Permission } from './actor.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path with `:name` parameters. */
  readonly path: string;
  readonly permission: Permission;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Where a body may be longer than a call's. */
  readonly maxBodyBytes?: number;
  /** Absent: the answer is not JSON of ours (an event stream, an agent's own protocol, nothing). */
  readonly response?: z.ZodType;
  /** Answers before set-up is done (A7); every other route says `setup_required`. */
  readonly beforeSetup?: true;
}
