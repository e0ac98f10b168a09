// Modules that are MCP servers, as people and the gateway see them: what was accepted, what is offered now, what differs.
// INVARIANT: nothing here carries a value of a secret; `${secret:NAME}` stands as it is written.
import { z } from 'zod';
import { digestSchema, instantSchema, moduleNameSchema } from './ids.ts';
import { moduleSandboxSchema } from './isolation.ts';
import { jsonObjectSchema } from './json.ts';
import { levelSchema } from './level.ts';
import { manifestSchema, mcpHttpSchema, mcpProcessSchema } from './manifest.ts';
import { parserOf } from './result.ts';

/**
 * What a server may ask for or be asked beside its own tools, as tools of its module: a colon stands in no name of MCP, so
 * no server can offer a tool of this name. The first four are asked by the agent, the others by the server.
 */
export const MCP_TOOLS = {
  readResource: 'mcp:read-resource',
  subscribe: 'mcp:subscribe',
  getPrompt: 'mcp:get-prompt',
  complete: 'mcp:complete',
  sampling: 'mcp:sampling',
  elicitation: 'mcp:elicitation',
  roots: 'mcp:roots',
} as const;
export type McpTool = (typeof MCP_TOOLS)[keyof typeof MCP_TOOLS];

export const definitionKindSchema = z.enum(['tool', 'prompt', 'resource', 'template']);
export type DefinitionKind = z.output<typeof definitionKindSchema>;

/** One thing a server offers, exactly as it said it (`tools/list` and its siblings), and the digest of that. */
export const definitionSchema = z.strictObject({
  kind: definitionKindSchema,
  /** A tool's or prompt's name, a resource's URI, a template's pattern. */
  name: z.string().min(1).max(2048),
  digest: digestSchema,
  definition: jsonObjectSchema,
});
export type Definition = Readonly<z.output<typeof definitionSchema>>;

/** What a description may be up to. Shown to the person; never the only defence. */
export const findingSchema = z.strictObject({
  kind: z.enum(['instruction', 'hidden-text', 'exfiltration', 'look-alike', 'shadowing', 'annotation', 'schema']),
  definition: definitionKindSchema,
  name: z.string(),
  /** One line: what was found. */
  text: z.string(),
  /** The words it was found in, with what cannot be seen made visible. */
  excerpt: z.string().max(400).optional(),
});
export type Finding = Readonly<z.output<typeof findingSchema>>;

/** Who a server is: the file and arguments that are started, or the address that is reached. */
export const serverIdentitySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('process'),
    /** Absolute path of what is started. */
    command: z.string(),
    /** Of the program, or of the script that a runtime is given, with the arguments. */
    digest: digestSchema,
  }),
  z.strictObject({
    kind: z.literal('http'),
    /** Scheme, host and port. */
    origin: z.string(),
    /** SHA-256 of the certificate's public key where the connection is TLS. */
    key: digestSchema.nullable(),
    /** Hosts that a person named for its sign-in, sorted; absent: none was named. */
    signInHosts: z.array(z.string()).optional(),
  }),
]);
export type ServerIdentity = Readonly<z.output<typeof serverIdentitySchema>>;

/** `modules/NAME.lock.json`: what a person accepted of a server. Without it a server offers nothing. */
export const moduleLockSchema = z.strictObject({
  schema: z.literal('castellan/module-lock/v1'),
  module: moduleNameSchema,
  identity: serverIdentitySchema,
  server: z.strictObject({ name: z.string(), version: z.string() }),
  /** What the server says of itself to a model, accepted with the rest. */
  instructions: z.string().max(20_000).nullable(),
  /** Capabilities it declared. */
  capabilities: jsonObjectSchema,
  definitions: z.array(definitionSchema),
  acceptedAt: instantSchema,
  acceptedBy: z.string(),
});
export type ModuleLock = Readonly<z.output<typeof moduleLockSchema>>;
export const parseModuleLock = parserOf(moduleLockSchema);

/** One difference between what was accepted and what is offered now. */
export const differenceSchema = z.strictObject({
  change: z.enum([
    'added',
    'changed',
    'removed',
    'renamed',
    'look-alike',
    'shadowing',
    'unusable',
    'identity',
    'instructions',
  ]),
  definition: definitionKindSchema.nullable(),
  name: z.string(),
  /** Of `renamed`: its name before. Of `look-alike` and `shadowing`: what it could be taken for, with its module. */
  other: z.string().optional(),
  /** One line for a person. */
  text: z.string(),
  /** What changed, as lines that begin with `-`, `+` or a blank. */
  lines: z.array(z.string()),
});
export type Difference = Readonly<z.output<typeof differenceSchema>>;

/**
 * unused: it has not been needed. starting, ready, stopped. backing-off: it crashed and is started again at `retryAt`.
 * needs-sign-in: its address wants OAuth (M6). held: it is another server than was accepted. refused: its manifest names
 * tools that it does not have (P7). unaccepted: nobody accepted it yet.
 */
export const serverStateSchema = z.enum([
  'unused',
  'starting',
  'ready',
  'stopped',
  'backing-off',
  'needs-sign-in',
  'held',
  'refused',
  'unaccepted',
]);
export type ServerState = z.output<typeof serverStateSchema>;

export const offeredSchema = z.strictObject({
  kind: definitionKindSchema,
  name: z.string(),
  /** What an agent calls it. */
  shownAs: z.string(),
  title: z.string(),
  description: z.string(),
  digest: digestSchema,
  /** accepted; or held back until a person accepts the difference. */
  state: z.enum(['accepted', 'quarantined']),
  /** How the manifest sorts it; null where it does not. */
  class: z.enum(['safe', 'critical', 'by-effects']).nullable(),
  level: levelSchema.nullable(),
  findings: z.array(findingSchema),
});

export const moduleSummarySchema = z.strictObject({
  name: moduleNameSchema,
  title: z.string(),
  /** built-in: tools of an agent itself. */
  kind: z.enum(['built-in', 'mcp', 'mcp-http', 'script']),
  source: z.string(),
  manifest: digestSchema,
  /** Whether the manifest is believed (P10). */
  accepted: z.boolean(),
  level: levelSchema,
  tools: z.int(),
  quarantined: z.int(),
  findings: z.int(),
  state: serverStateSchema.nullable(),
  /** One line: why it is not ready; null where nothing is wrong. */
  why: z.string().nullable(),
  /** Walls around its server, and what it may reach from within; null: it runs without. */
  sandbox: moduleSandboxSchema.nullable(),
});
export type ModuleSummary = Readonly<z.output<typeof moduleSummarySchema>>;
export const moduleListSchema = z.strictObject({ modules: z.array(moduleSummarySchema) });

export const moduleHealthSchema = z.strictObject({
  /** Running servers: one a session that uses it. */
  running: z.int(),
  startedAt: instantSchema.nullable(),
  retryAt: instantSchema.nullable(),
  crashes: z.int(),
  /** Answered and failed requests, and their median time in milliseconds, since the daemon started. */
  answered: z.int(),
  failed: z.int(),
  medianMs: z.number().nullable(),
  /** The latest lines of its standard error, redacted. */
  stderr: z.array(z.string()),
  protocol: z.string().nullable(),
});
export type ModuleHealth = Readonly<z.output<typeof moduleHealthSchema>>;

/** Everything the page of one module shows. */
export const moduleViewSchema = moduleSummarySchema.extend({
  manifestText: manifestSchema,
  start: z.discriminatedUnion('kind', [mcpProcessSchema, mcpHttpSchema]).nullable(),
  lock: moduleLockSchema.omit({ definitions: true, capabilities: true }).nullable(),
  offered: z.array(offeredSchema),
  /** What was found in what it tells the model, as it says it now; what was found elsewhere stands beside it in `offered`. */
  instructionFindings: z.array(findingSchema),
  differences: z.array(differenceSchema),
  /** Of what is offered now with its differences: what `accept` must name. Null: nothing to accept. */
  pending: digestSchema.nullable(),
  lints: z.array(z.string()),
  health: moduleHealthSchema.nullable(),
  signIn: z
    .strictObject({ needed: z.boolean(), since: instantSchema.nullable(), scopes: z.array(z.string()) })
    .nullable(),
  lastCalls: z.array(
    z.strictObject({
      call: z.string(),
      tool: z.string(),
      agentName: z.string(),
      at: instantSchema,
      outcome: z.string(),
      summary: z.string(),
    }),
  ),
});
export type ModuleView = Readonly<z.output<typeof moduleViewSchema>>;

/** How a new server is named and started, before anything of it runs. */
export const modulePlanRequestSchema = z.strictObject({
  name: moduleNameSchema,
  title: z.string().min(1).max(80).optional(),
  start: z.discriminatedUnion('kind', [mcpProcessSchema, mcpHttpSchema]),
  /** The shipped module that the person says this program is, where only the name of its file speaks for it. */
  sortAs: moduleNameSchema.optional(),
  /** Walls around its server, from the first look on: only for one that is started here. */
  sandbox: moduleSandboxSchema.optional(),
  /** Starts the server to see what it offers. Without it the plan only says what would be started, and resolves packages. */
  look: z.boolean(),
});
/** What would be added. Nothing is kept of it but what `id` names, for ten minutes. */
export const modulePlanSchema = z.strictObject({
  id: z.string(),
  manifest: manifestSchema,
  /** A shipped manifest that sorts these very tools; null: none does. */
  sortedBy: z.string().nullable(),
  /** A shipped manifest that is of programs of this file name, as any may have: it sorts nothing unless `sortAs` says so. */
  byFileName: z.strictObject({ module: z.string(), program: z.string() }).nullable(),
  /** One line a step: what was resolved, installed, started. */
  steps: z.array(z.string()),
  /** Absent until it was looked at. */
  lock: moduleLockSchema.nullable(),
  findings: z.array(findingSchema),
  differences: z.array(differenceSchema),
  lints: z.array(z.string()),
  needsSignIn: z.boolean(),
  sandbox: moduleSandboxSchema.nullable(),
});
export type ModulePlan = Readonly<z.output<typeof modulePlanSchema>>;
export const moduleAddSchema = z.strictObject({
  plan: z.string().max(100),
  /** Tools that the person says are safe; every other tool that no shipped manifest sorts is critical, per call. */
  safe: z.array(z.string()).default([]),
});
export const moduleAcceptSchema = z.strictObject({ pending: digestSchema });
export const moduleSignInSchema = z.strictObject({
  /** Where the person's browser goes; null: signed in already. */
  open: z.string().nullable(),
  /** Where it leads, by host, for the person to read before the browser is opened. */
  hosts: z
    .strictObject({
      server: z.string(),
      /** Where the browser goes. */
      browser: z.string(),
      /** Where the code goes, and the tokens come from. */
      code: z.string(),
    })
    .nullable(),
  /** A client that was registered by hand, and the address that must be registered with it for the way back. */
  client: z.strictObject({ id: z.string(), redirect: z.string() }).nullable(),
});
export type ModuleSignIn = Readonly<z.output<typeof moduleSignInSchema>>;
/** A client's server that now stands behind the gateway, or does not any more: for the ledger. */
export const moduleMovedSchema = z.strictObject({
  module: moduleNameSchema,
  client: z.string().min(1).max(80),
  file: z.string().min(1).max(4096),
  direction: z.enum(['in', 'out']),
});
