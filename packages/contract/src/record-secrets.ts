// Records of secrets and of what they were used for: the vault, each use, each request to a model (L5, X1). Never a value.
import { z } from 'zod';
import { agentIdSchema, instantSchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { upstreamNameSchema } from './model.ts';
import { secretNameSchema } from './secret.ts';

/** What became of a secret, and each use of it: never its value. */
export const secretRecordSchema = z.strictObject({
  kind: z.literal('secret'),
  at: instantSchema,
  secret: secretNameSchema,
  change: z.enum(['added', 'rotated', 'changed', 'removed', 'restored', 'used', 'refused', 'expired']),
  /** Who did it or for whom it was used: `person:mia`, `model:agent_…`. */
  by: z.string(),
  host: z.string().optional(),
  fingerprint: z.string().optional(),
  text: z.string().optional(),
});
export const vaultRecordSchema = z.strictObject({
  kind: z.literal('vault'),
  at: instantSchema,
  change: z.enum([
    'made',
    'opened',
    'unlocked',
    'unlock-failed',
    'key-changed',
    'backed-up',
    'restored',
    'damaged',
    'recovered',
  ]),
  by: z.string(),
  text: z.string(),
});
/** One request through the broker. */
export const modelRecordSchema = z.strictObject({
  kind: z.literal('model'),
  at: instantSchema,
  agent: agentIdSchema,
  task: taskIdSchema.optional(),
  session: sessionIdSchema.optional(),
  upstream: upstreamNameSchema,
  host: z.string(),
  path: z.string(),
  model: z.string().optional(),
  /** HTTP status of the upstream; 0 where it was never reached. */
  status: z.int().nonnegative(),
  inputTokens: z.int().nonnegative().optional(),
  outputTokens: z.int().nonnegative().optional(),
  /** How many secrets were taken out of the request. */
  redacted: z.int().nonnegative(),
  durationMs: z.number().nonnegative(),
  /** Why it was refused or failed. */
  text: z.string().optional(),
});
