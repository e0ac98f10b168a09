// A call: one attempted use of one tool with concrete arguments. Every surface makes this shape and nothing else.
import { z } from 'zod';
import {
  agentIdSchema,
  callIdSchema,
  type Digest,
  instantSchema,
  moduleNameSchema,
  sessionIdSchema,
  taskIdSchema,
  toolNameSchema,
} from './ids.ts';
import { canonicalJson, jsonObjectSchema } from './json.ts';
import { callScriptSchema } from './script.ts';

/** The largest hook input, request body or argument text accepted, in bytes. Larger input is refused, never cut. */
export const MAX_INPUT_BYTES = 1_048_576;

export const originSchema = z.enum(['hook', 'api', 'mcp', 'script', 'terminal', 'schedule']);
export type Origin = z.output<typeof originSchema>;

export const callSchema = z.strictObject({
  id: callIdSchema,
  agent: agentIdSchema,
  task: taskIdSchema,
  session: sessionIdSchema,
  /** Present when a sub-agent of the session made the call; it inherits the session's permissions and nothing more. */
  subagent: z.strictObject({ id: z.string().max(200), type: z.string().max(200) }).optional(),
  module: moduleNameSchema,
  tool: toolNameSchema,
  arguments: jsonObjectSchema,
  /** Absolute path the call runs in. */
  cwd: z.string().min(1).max(4096),
  /** The project the session was started in: what `workspace` means. Never taken from a tool argument. */
  workspace: z.string().min(1).max(4096),
  origin: originSchema,
  /** Which version of which script makes it, and in which run. */
  script: callScriptSchema.optional(),
  /** The agent's own id of the call, where it has one. */
  externalId: z.string().max(200).optional(),
  at: instantSchema,
});
export type Call = Readonly<z.output<typeof callSchema>>;

/** SHA-256 of UTF-8 text as `sha256:<hex>`; handed in, because contract runs in a browser too. */
export type Sha256 = (text: string) => Digest;

/** What an approval is bound to (H5): agent, session, task, the version of a script and its run, tool and canonical arguments;
 * the folders decide what they mean. */
export type BoundCall = Pick<
  Call,
  'agent' | 'session' | 'task' | 'module' | 'tool' | 'arguments' | 'cwd' | 'workspace' | 'script'
>;

/** The digest of a call. @throws RangeError when the arguments have no canonical form. */
export function callDigest(call: BoundCall, sha256: Sha256): Digest {
  const { agent, session, task, module, tool, cwd, workspace, script } = call;
  const made = script === undefined ? {} : { script };
  return sha256(
    canonicalJson({ agent, arguments: call.arguments, cwd, module, ...made, session, task, tool, workspace }),
  );
}
