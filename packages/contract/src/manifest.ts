// A module manifest: a named set of tools, sorted by what they can do, and how to start them (P1).
import { z } from 'zod';
import { effectKindSchema, placeSchema, resourceSchema } from './effect.ts';
import { moduleNameSchema, toolNameSchema } from './ids.ts';
import { scopeSchema } from './level.ts';
import { type Fault, faulty, type Parsed, parserOf } from './result.ts';

/** Where an effect of a tool comes from: an argument (its value, or each element of an array), read as a kind of target. */
export const declaredEffectSchema = z.strictObject({
  kind: effectKindSchema,
  /** Name of the argument that holds the target. Without it the effect has the fixed `target`. */
  from: z.string().optional(),
  target: z.string().optional(),
  /**
   * How the argument's text is read. `shell` analyses a command and replaces this effect by what it finds; `uri` is the
   * address of a server's resource, a file, a machine or a name of its own, and looks at every text of an object; `patch` reads
   * the files between `*** Begin Patch` and `*** End Patch`, and one it cannot read is unknown as a whole.
   */
  as: z.enum(['path', 'url', 'uri', 'host', 'recipient', 'text', 'shell', 'sql', 'patch']).default('text'),
  /** What the target is: `message` for a mail, `database` for a query. */
  resource: resourceSchema.optional(),
  /** The argument may be missing; then the working folder (`path`) or no effect. A missing required one is `unknown`. */
  optional: z.boolean().default(false),
});
export type DeclaredEffect = Readonly<z.output<typeof declaredEffectSchema>>;

const toolBase = {
  name: toolNameSchema,
  /** What the tool does, for a person: "Send an e-mail". */
  label: z.string().min(1).max(120),
  /** One-sentence template with `{argument}` places: "Send an e-mail to {to}". */
  summary: z.string().max(300).optional(),
  effects: z.array(declaredEffectSchema).default([]),
};

export const safeToolSchema = z.strictObject(toolBase);
export const criticalToolSchema = z.strictObject({ ...toolBase, scope: scopeSchema.default('per-call') });
/** An effect that is safe for a by-effects tool: its kind, and the places its target may lie in (none given: anywhere). */
export const safeEffectSchema = z.strictObject({
  kind: effectKindSchema,
  places: z.array(placeSchema).optional(),
  targets: z.array(z.string()).optional(),
  /** An effect on one of these is safe too. An effect with a resource is safe only where its resource is listed. */
  resources: z.array(resourceSchema).optional(),
  /** Only an effect that can be taken back is safe. */
  undoable: z.boolean().default(false),
});
export const byEffectsToolSchema = z.strictObject({
  ...toolBase,
  scope: scopeSchema.default('per-call'),
  safe: z.array(safeEffectSchema).default([]),
});
export type SafeEffect = Readonly<z.output<typeof safeEffectSchema>>;

/** A value of an environment or a header: as it is, or with `${secret:NAME}` where the vault's value is put in at the start. */
const filledInSchema = z.string().max(4096);

const careSchema = {
  /** Seconds one request to the server may take before it is given up. A server that reports progress goes on. */
  timeoutSeconds: z.int().min(1).max(3600).default(60),
  /** Requests to it at a time; the others wait their turn. */
  concurrency: z.int().min(1).max(256).default(16),
};

/** What an unpinned `npx` or `uvx` was resolved to when it was added: nothing else is ever started in its place (M3). */
export const pinnedPackageSchema = z.strictObject({
  ecosystem: z.enum(['npm', 'pypi']),
  name: z.string().min(1).max(214),
  version: z.string().min(1).max(100),
  /** As the registry says it: `sha512-…`, or `sha256:…` of the distribution. */
  integrity: z.string().min(1).max(200),
});
export type PinnedPackage = Readonly<z.output<typeof pinnedPackageSchema>>;

/** A server that runs here as a process and speaks over its standard input and output. */
export const mcpProcessSchema = z.strictObject({
  kind: z.literal('mcp'),
  command: z.string().min(1).max(4096),
  args: z.array(z.string().max(8192)).max(200).default([]),
  /** Given to it beside the allowlist (X4); nothing else of our environment. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), filledInSchema).default({}),
  /** Variables of our own environment that it is given as they are. */
  pass: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).default([]),
  /** Absolute. Absent: an empty folder of its own. The workspace of a session reaches it as roots alone. */
  cwd: z.string().max(4096).optional(),
  package: pinnedPackageSchema.optional(),
  ...careSchema,
});
export type McpProcess = Readonly<z.output<typeof mcpProcessSchema>>;

/** A host as an address has it, with its port where that is not the usual one. No pattern: whoever is meant is named. */
export const signInHostSchema = z
  .string()
  .max(260)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/,
    'write a host: `accounts.example.com`',
  );

/** A server that is reached by Streamable HTTP. */
export const mcpHttpSchema = z.strictObject({
  kind: z.literal('mcp-http'),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), filledInSchema).default({}),
  /** auto: signs in where the server asks for it (M6). off: never. */
  oauth: z.enum(['auto', 'off']).default('auto'),
  scopes: z.array(z.string().max(200)).default([]),
  /** A client registered by hand; absent: dynamic registration. */
  clientId: z.string().min(1).max(500).optional(),
  /** What that client proves itself with, where its authorization server gave it something: a place of the vault. */
  clientSecret: z
    .string()
    .regex(/^\$\{secret:[^}]+\}$/, 'write a place of the vault, as `headers` have it')
    .max(200)
    .optional(),
  /**
   * Where its sign-in may lead, as a person named it: these hosts and no others, whoever they belong to. Absent: hosts of one
   * owner, wherever the server says.
   */
  signInHosts: z.array(signInHostSchema).min(1).max(10).optional(),
  ...careSchema,
});
export type McpHttp = Readonly<z.output<typeof mcpHttpSchema>>;
export type McpStart = McpProcess | McpHttp;

export const startSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('built-in'), agent: z.string() }),
  mcpProcessSchema,
  mcpHttpSchema,
  z.strictObject({ kind: z.literal('script') }),
]);

export const manifestSchema = z.strictObject({
  schema: z.literal('castellan/module/v1'),
  name: moduleNameSchema,
  version: z.string().min(1).max(40),
  title: z.string().min(1).max(80),
  /** Other names this module's server goes by in agents' configurations. */
  aliases: z.array(moduleNameSchema).default([]),
  start: startSchema,
  tools: z.strictObject({
    safe: z.array(safeToolSchema).default([]),
    critical: z.array(criticalToolSchema).default([]),
    byEffects: z.array(byEffectsToolSchema).default([]),
  }),
});
export type Manifest = Readonly<z.output<typeof manifestSchema>>;
export type SafeTool = Readonly<z.output<typeof safeToolSchema>>;
export type CriticalTool = Readonly<z.output<typeof criticalToolSchema>>;
export type ByEffectsTool = Readonly<z.output<typeof byEffectsToolSchema>>;

const parseShape = parserOf(manifestSchema);

/** Parses a manifest; a tool named twice is a fault, because the milder entry would win somewhere. */
export function parseManifest(input: unknown): Parsed<Manifest> {
  const shape = parseShape(input);
  if (!shape.ok) return shape;
  const { safe, critical, byEffects } = shape.value.tools;
  const seen = new Set<string>();
  const faults: Fault[] = [];
  for (const tool of [...safe, ...critical, ...byEffects]) {
    if (seen.has(tool.name))
      faults.push({ path: 'tools', message: `tool \`${tool.name}\` is listed twice`, hint: 'keep the stricter entry' });
    seen.add(tool.name);
  }
  return faults.length === 0 ? shape : faulty(...faults);
}
