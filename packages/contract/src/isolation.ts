// Walls around programs and the one way out of them: what a person may choose, and where the sockets of a confined program lie.
import { z } from 'zod';
import { type AgentId, agentIdSchema, callIdSchema, instantSchema, moduleNameSchema, sessionIdSchema } from './ids.ts';

/**
 * Hosts that may be reached: `example.org` (ports 443 and 80), `example.org:8443`, `*.example.org` (all below it, not itself),
 * `192.0.2.7:5432`, `[2001:db8::1]:443`. Lower case; nothing else is a wildcard.
 */
export const hostRuleSchema = z
  .string()
  .max(300)
  .regex(
    /^(?:(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*|\[[0-9a-f:.]{2,45}\])(?::(?:[1-9]\d{0,4}))?$/,
    { error: 'a host, perhaps with a port: example.org, example.org:8443, *.example.org, [2001:db8::1]:443' },
  );
const hostsSchema = z.array(hostRuleSchema).max(500).default([]);
const pathSchema = z
  .string()
  .max(1000)
  .regex(/^(?:\/|~\/)/, { error: 'an absolute path, or one that begins with `~/`' });
const pathsSchema = z.array(pathSchema).max(100).default([]);

/** What confined programs may reach (I4). A host that is not listed is a question to a person, or refused at once. */
export const networkConfigSchema = z.strictObject({
  /** For every confined program. */
  allow: hostsSchema,
  /** For one agent, by its name. */
  agents: z.record(z.string().min(1).max(100), hostsSchema).default({}),
  /** Hosts of this machine and its network that are listed above and may really be reached: `localhost:5432`. */
  privateHosts: hostsSchema,
  /** A host that nobody listed: ask a person, or deny. */
  newHosts: z.enum(['ask', 'deny']).default('ask'),
  /** At a time, for one agent or server. */
  connections: z.int().min(1).max(10_000).default(256),
  /** Both ways together, for one connection. */
  megabytes: z.int().min(1).max(1_048_576).default(4096),
  /** A connection over which nothing goes is closed. */
  idleSeconds: z.int().min(5).max(86_400).default(600),
});
export type NetworkConfig = Readonly<z.output<typeof networkConfigSchema>>;

/** Walls around agents (I2). */
export const sandboxConfigSchema = z.strictObject({
  /** asked: `castellan run --sandbox` has walls. always: `castellan run` starts nothing without them. */
  runs: z.enum(['asked', 'always']).default('asked'),
  /** Further folders and files that a confined agent may read, or change: beside its project, its own folder, and programs. */
  read: pathsSchema,
  write: pathsSchema,
  /** Of everything one run starts, in memory; null: half of the machine. */
  megabytes: z.int().min(128).max(1_048_576).nullable().default(null),
  processes: z.int().min(16).max(100_000).default(2048),
});
export type SandboxConfig = Readonly<z.output<typeof sandboxConfigSchema>>;

/** Walls around an MCP server (M4). Without this it runs as it always did. */
export const moduleSandboxSchema = z.strictObject({
  /** Hosts it may reach. */
  network: hostsSchema,
  read: pathsSchema,
  write: pathsSchema,
});
export type ModuleSandbox = Readonly<z.output<typeof moduleSandboxSchema>>;

/** What a module's server may touch, in one line. @param sandbox null: it has no walls. */
export function moduleReach(sandbox: ModuleSandbox | null): string {
  if (sandbox === null) return 'without walls: whatever you may touch yourself';
  const { network, read, write } = sandbox;
  const parts = [
    read.length === 0 ? 'reads its own package alone' : `reads its own package and ${read.join(', ')}`,
    write.length === 0 ? 'changes a folder of its own alone' : `changes ${write.join(', ')} and a folder of its own`,
    network.length === 0 ? 'reaches no host' : `reaches ${network.join(', ')}`,
  ];
  return `within walls: ${parts.join('; ')}`;
}

/** Where one agent's own sockets lie: which one somebody speaks over says who it is. */
export interface AgentSockets {
  /** A folder of its own, so that nothing else can be reached from it. */
  readonly folder: string;
  /** The agent API, for this agent alone. */
  readonly gate: string;
  /** The way out: CONNECT, plain HTTP and SOCKS5. */
  readonly egress: string;
}

/** @param home the state folder. */
export function agentSocketsOf(home: string, agent: AgentId): AgentSockets {
  const folder = `${home}/sockets/${agent}`;
  return { folder, gate: `${folder}/gate.sock`, egress: `${folder}/egress.sock` };
}

/** The way out of one module's server. @param module its name. */
export const moduleEgressOf = (home: string, module: string): string => `${home}/sockets/module-${module}.sock`;

/** A connection of a confined program, when it is over or was refused (I4). */
export const connectionRecordSchema = z.strictObject({
  kind: z.literal('connection'),
  at: instantSchema,
  agent: agentIdSchema.optional(),
  session: sessionIdSchema.optional(),
  /** The module whose server it was. */
  module: moduleNameSchema.optional(),
  host: z.string().max(300),
  port: z.int().min(0).max(65_535),
  /** It went to; absent: nowhere. */
  address: z.string().max(64).optional(),
  by: z.enum(['connect', 'http', 'socks5']),
  outcome: z.enum(['closed', 'refused', 'failed', 'cut']),
  /** The call that decided it; absent where an earlier one of the same session did. */
  call: callIdSchema.optional(),
  sentBytes: z.int().nonnegative(),
  receivedBytes: z.int().nonnegative(),
  durationMs: z.number().nonnegative(),
  /** Why it was refused, failed or cut. */
  text: z.string().max(1000).optional(),
});
export type ConnectionRecord = Readonly<z.output<typeof connectionRecordSchema>>;
