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

/** certain: it will. possible: it may, depending on what only the run shows. unknown: it could not be told. */
export const certaintySchema = z.enum(['certain', 'possible', 'unknown']);
export type Certainty = z.output<typeof certaintySchema>;

export const effectSchema = z.strictObject({
  kind: effectKindSchema,
  /** Canonical: a real absolute path, a punycode host (`host:port` where a port is known), a command name, a recipient. */
  target: z.string(),
  targetKind: targetKindSchema,
  place: placeSchema,
  certainty: certaintySchema,
  /** Everything below the target is meant too. */
  recursive: z.boolean().optional(),
  /** Start and end (UTF-16 units) in the command text the effect was read from. */
  span: z.tuple([z.int(), z.int()]).readonly().optional(),
  /** What could not be told, or why this counts: one line for a person. */
  note: z.string().optional(),
});
export type Effect = Readonly<z.output<typeof effectSchema>>;
