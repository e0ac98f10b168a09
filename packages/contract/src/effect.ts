// An effect is one thing a call would do. What cannot be told is an effect too: `unknown`, never cheaper than the worst.
import { z } from 'zod';

export const EFFECT_KINDS = [
  'read',
  'write',
  'delete',
  'execute',
  'connect',
  'send',
  'spend',
  'escalate',
  'change-safety',
  'unknown',
] as const;
export const effectKindSchema = z.enum(EFFECT_KINDS);
export type EffectKind = z.output<typeof effectKindSchema>;

export const targetKindSchema = z.enum(['path', 'host', 'command', 'recipient', 'text']);
export type TargetKind = z.output<typeof targetKindSchema>;

/**
 * Where a target lies. Paths: workspace (the call's project), temp, home, system (read-mostly parts such as /usr and
 * /etc), device, castellan (the state folder), agent-config (an agent's hooks and settings), elsewhere. Hosts: loopback,
 * private, metadata, public, unresolved. Everything else: none.
 */
export const placeSchema = z.enum([
  'workspace',
  'temp',
  'home',
  'system',
  'device',
  'castellan',
  'agent-config',
  'elsewhere',
  'loopback',
  'private',
  'metadata',
  'public',
  'unresolved',
  'none',
]);
export type Place = z.output<typeof placeSchema>;

/**
 * What a target is, beyond where it lies: what rules are about. Absent: an ordinary file, host, command or text.
 * Files: names (only names, sizes and times, no contents), credentials (keys, tokens, password stores), shell-startup (what
 * a shell, a login or a desktop runs by itself), repository (a version-control folder: its hooks, its configuration),
 * permissions (modes and owners). Version control: worktree (changes not committed yet), history (commits, branches and
 * stashes here), remote-history (what others have already). Systems: database, disk, container, cluster, cloud, process,
 * service, schedule, account, network, system-package, power. Code that runs: project-code, package-code (what an install
 * brings along), downloaded-code, inline-code (a program in an argument). What leaves: message, issue, commits, package,
 * api, page. Agents: agent-session. Ours: fault (the
 * analysis itself failed, so that nothing is known).
 */
export const RESOURCES = [
  'names',
  'credentials',
  'shell-startup',
  'repository',
  'permissions',
  'worktree',
  'history',
  'remote-history',
  'database',
  'disk',
  'container',
  'cluster',
  'cloud',
  'process',
  'service',
  'schedule',
  'account',
  'network',
  'system-package',
  'power',
  'project-code',
  'package-code',
  'downloaded-code',
  'inline-code',
  'message',
  'issue',
  'commits',
  'package',
  'api',
  'page',
  'agent-session',
  'fault',
] as const;
export const resourceSchema = z.enum(RESOURCES);
export type Resource = z.output<typeof resourceSchema>;

/**
 * certain: where that part of the call runs, it does this and to nothing else (a branch that may not run is still certain:
 * `note` says so). possible: it may, or it may do it to something else. unknown: it could not be told.
 */
export const certaintySchema = z.enum(['certain', 'possible', 'unknown']);
export type Certainty = z.output<typeof certaintySchema>;

export const effectSchema = z.strictObject({
  kind: effectKindSchema,
  /** Canonical: a real absolute path, a punycode host (`host:port` where a port is known), a command name, a recipient. */
  target: z.string(),
  targetKind: targetKindSchema,
  place: placeSchema,
  certainty: certaintySchema,
  resource: resourceSchema.optional(),
  /** A write that can be taken back: the file is new, or version control holds exactly the bytes it has now. */
  undoable: z.boolean().optional(),
  /** Everything below the target is meant too. */
  recursive: z.boolean().optional(),
  /** Start and end (UTF-16 units) in the command text the effect was read from. */
  span: z.tuple([z.int(), z.int()]).readonly().optional(),
  /** What could not be told, or why this counts: one line for a person. */
  note: z.string().optional(),
});
export type Effect = Readonly<z.output<typeof effectSchema>>;
