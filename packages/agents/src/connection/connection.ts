// What we remember of a connection, in the state folder: which files we edited, how to put each back, what we wrote.
import {
  agentIdSchema,
  connectModeSchema,
  connectorNameSchema,
  connectScopeSchema,
  digestSchema,
  jsonObjectSchema,
} from '@castellan/contract';
import { z } from 'zod';

const commandSchema = z.strictObject({
  file: z.string(),
  args: z.array(z.string()).readonly(),
  env: z.record(z.string(), z.string()).readonly(),
});

export const connectionSchema = z.strictObject({
  schema: z.literal('castellan/connection/v2'),
  /** False: a connect was cut short between two writes; the next connect or disconnect ends what it began. */
  complete: z.boolean(),
  connector: connectorNameSchema,
  agent: agentIdSchema,
  scope: connectScopeSchema,
  mode: connectModeSchema,
  /** off: the client was told to leave out tools of its own. */
  ownTools: z.enum(['kept', 'off']).default('kept'),
  /** The client that was checked; null: an editor. */
  client: z.string().nullable(),
  version: z.string().nullable(),
  port: z.int().positive(),
  timeoutSeconds: z.int().positive(),
  hook: commandSchema,
  gateway: commandSchema,
  /** Folders we made, outermost first; removed again where nothing is left in them. */
  folders: z.array(z.string()),
  files: z.array(
    z.strictObject({
      /** Real path of the edited file. */
      path: z.string(),
      /** Of the bytes we wrote: while they stand, the original can be restored byte by byte. */
      written: digestSchema,
      restore: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('remove') }),
        z.strictObject({ kind: z.literal('bytes'), backup: z.string(), mode: z.int() }),
        /** The file was changed between two connects: only our own entries can be taken out again. */
        z.strictObject({ kind: z.literal('strip') }),
      ]),
      kept: jsonObjectSchema,
    }),
  ),
});
export type Connection = Readonly<z.output<typeof connectionSchema>>;
/** One file of a connection, and the way back. */
export type ConnectedFile = Connection['files'][number];
