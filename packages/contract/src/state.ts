// daemon/state.json: how a local program finds the running daemon. 0600; the token dies with the daemon (A1, A3).
import { z } from 'zod';
import { instantSchema } from './ids.ts';
import { parserOf } from './result.ts';

export const daemonStateSchema = z.strictObject({
  version: z.string(),
  pid: z.int().positive(),
  startedAt: instantSchema,
  port: z.int(),
  addresses: z.array(z.string()),
  socket: z.string(),
  token: z.string().regex(/^castellan_d_[0-9a-f]{64}$/),
});
export type DaemonState = Readonly<z.output<typeof daemonStateSchema>>;
export const parseDaemonState = parserOf(daemonStateSchema);

/** `castellan_m_<agent id's tail>_<64 hex>`: an agent's model key, good for the broker only, kept hashed. */
export const modelKeyPattern = /^castellan_m_([0-9a-z]{6,40})_([0-9a-f]{64})$/;

/** `castellan_a_<agent id's tail>_<64 hex>`: an agent's scoped credential, kept hashed by the daemon. */
export const credentialPattern = /^castellan_a_([0-9a-z]{6,40})_([0-9a-f]{64})$/;
