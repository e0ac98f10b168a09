// What a browser is told as it happens, over one WebSocket: each message has a number, so that a page that was away can say
// what it saw last and is told the rest, or is told everything anew.
import { z } from 'zod';
import { liveEventSchema } from './event.ts';
import { instantSchema, moduleNameSchema, terminalIdSchema } from './ids.ts';

/** A single-use key to one socket, good for 30 s (A4). */
export const ticketRequestSchema = z.discriminatedUnion('for', [
  z.strictObject({ for: z.literal('live') }),
  z.strictObject({ for: z.literal('terminal'), terminal: terminalIdSchema }),
]);
export const ticketSchema = z.strictObject({ ticket: z.string(), expiresAt: instantSchema });

/** Query of the sockets. `epoch` and `seen`: of the last message a page had; without them it is told everything. */
export const socketQuerySchema = z.strictObject({
  token: z.string().max(200).optional(),
  epoch: z.string().max(40).optional(),
  seen: z.coerce.number().int().nonnegative().optional(),
});

/** Query of the socket of `castellan mcp`. */
export const mcpQuerySchema = z.strictObject({
  /** Of one module alone, names as its server says them; absent: every module. */
  module: moduleNameSchema.optional(),
  /** Absolute: the folder the client works in. Absent: none is known, and an empty one of the agent's own is taken. */
  workspace: z.string().startsWith('/').max(4096).optional(),
  /** What this run calls itself, for the record alone: nothing is looked up by it. */
  session: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,100}$/)
    .optional(),
});
export type McpQuery = Readonly<z.output<typeof mcpQuerySchema>>;

export const liveMessageSchema = z.strictObject({
  /** Of this daemon's run: numbers of another one mean nothing. */
  epoch: z.string(),
  /** Grows by one with each message but `hello`, which stands at the number it is true for. */
  seq: z.int().nonnegative(),
  event: liveEventSchema,
});
export type LiveMessage = Readonly<z.output<typeof liveMessageSchema>>;
