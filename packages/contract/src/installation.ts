// `install.json` of an installation with two users: who is who, and where everything lies. Root writes it, everybody may read it.
// INVARIANT: nothing in it is secret, and nothing in it is believed unless the file is root's and nobody else could have written it.
import { z } from 'zod';
import { parserOf } from './result.ts';

const absolute = z
  .string()
  .min(2)
  .max(1000)
  .regex(/^\/[^\0]*$/);
const idSchema = z.int().min(1).max(2_147_483_647);
const nameSchema = z.string().min(1).max(64);
const userSchema = z.strictObject({ name: nameSchema, uid: idSchema, gid: idSchema });

export const installationSchema = z.strictObject({
  schema: z.literal('castellan/installation/v1'),
  /** Root's folder that holds all others: `/var/lib/castellan`. */
  root: absolute,
  /** The state folder (CASTELLAN_HOME), 0700 of the system user. */
  home: absolute,
  /** Owns secrets, configuration, ledger and daemon. */
  system: userSchema,
  /** What agents are. */
  agent: userSchema,
  /** What MCP servers are: they hold keys that agents must not read. */
  server: userSchema,
  /** Of system user and agents: what one writes for the other. */
  shared: z.strictObject({ name: nameSchema, gid: idSchema }),
  /** Home folders of their own. */
  homes: z.strictObject({ system: absolute, agent: absolute, server: absolute }),
  /** The launcher's socket. */
  socket: absolute,
  launcher: z.strictObject({ path: absolute, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  enter: absolute,
  /** What the launcher starts as the daemon. */
  daemon: z.strictObject({ node: absolute, flags: z.array(z.string().max(100)).max(10), main: absolute }),
  /** The unit of systemd; null: somebody else starts the launcher. */
  unit: absolute.nullable(),
  /** Folders that agents may work in. */
  projects: z.array(absolute).max(200),
  limits: z.strictObject({ processes: z.int().min(8).max(1_000_000), files: z.int().min(16).max(1_048_576) }),
  /** What was not there before: taken away again by `castellan system uninstall`, and nothing else. */
  made: z.strictObject({
    users: z.array(nameSchema).max(3),
    groups: z.array(nameSchema).max(4),
    /** Access lists that were given entries: projects with all in them (`deep`) and the folders above. `whole`: there was none before. */
    lists: z.array(z.strictObject({ path: absolute, deep: z.boolean(), whole: z.boolean() })).max(5000),
  }),
});
export type Installation = Readonly<z.output<typeof installationSchema>>;
export const parseInstallation = parserOf(installationSchema);
