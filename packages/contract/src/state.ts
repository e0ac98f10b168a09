// daemon/state.json: how a local program finds the running daemon. 0600; the token dies with the daemon (A1, A3).
import { z } from 'zod';
import { instantSchema } from './ids.ts';
import { userNameSchema } from './person.ts';
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

/** One terminal's sign-in. `access` is a JWT that dies with the daemon; `refresh` is used once and replaced. */
const cliSessionSchema = z.strictObject({
  terminal: z.string().min(1).max(100),
  name: userNameSchema,
  access: z.string().min(1).max(4096),
  refresh: z.string().min(1).max(4096),
  startedAt: instantSchema,
  usedAt: instantSchema,
});
export type CliSession = Readonly<z.output<typeof cliSessionSchema>>;

/** daemon/cli-session.json: who is signed in on the command line, and in which terminal. 0600. */
export const cliSessionsSchema = z.strictObject({
  version: z.literal(1),
  /** Who signed in last: what the next sign-in suggests. */
  name: userNameSchema.nullable(),
  sessions: z.array(cliSessionSchema).max(32).readonly(),
});
export type CliSessions = Readonly<z.output<typeof cliSessionsSchema>>;
export const parseCliSessions = parserOf(cliSessionsSchema);

/** `castellan_m_<agent id's tail>_<64 hex>`: an agent's model key, good for the broker only, kept hashed. */
export const modelKeyPattern = /^castellan_m_([0-9a-z]{6,40})_([0-9a-f]{64})$/;

/** `castellan_a_<agent id's tail>_<64 hex>`: an agent's scoped credential, kept hashed by the daemon. */
export const credentialPattern = /^castellan_a_([0-9a-z]{6,40})_([0-9a-f]{64})$/;
