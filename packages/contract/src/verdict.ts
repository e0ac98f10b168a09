// A verdict: the outcome with every reason that applied, the deciding one first. It is data for a person, an agent and the ledger.
import { z } from 'zod';
import { digestSchema } from './ids.ts';
import { outcomeSchema, scopeSchema } from './level.ts';

/** Where a reason comes from. `floor` sources can only tighten; `base` sources are tried in this order; `advice` never decides. */
export const REASON_SOURCES = [
  'panic',
  'critical-rule',
  'user-deny',
  'module-deny',
  'strict-rule',
  'profile',
  'client',
  'turn',
  'error',
  'grant',
  'tool-override',
  'safe-call',
  'module-level',
  'preset',
  'default',
  'guideline',
] as const;
export const reasonSourceSchema = z.enum(REASON_SOURCES);
export type ReasonSource = z.output<typeof reasonSourceSchema>;

export const reasonSchema = z.strictObject({
  source: reasonSourceSchema,
  part: z.enum(['floor', 'base', 'advice']),
  /** Rule id, grant id, `module/tool`, preset name: what to look up. */
  id: z.string(),
  /** The outcome this reason asks for; null for advice. */
  outcome: outcomeSchema.nullable(),
  /** One plain sentence. */
  text: z.string(),
  /** What would change it. */
  remedy: z.string().optional(),
});
export type Reason = Readonly<z.output<typeof reasonSchema>>;

export const toolClassSchema = z.enum(['safe', 'critical', 'unclassified']);
export type ToolClass = z.output<typeof toolClassSchema>;

export const verdictSchema = z.strictObject({
  outcome: outcomeSchema,
  /** Never empty; the first one decided. */
  reasons: z.array(reasonSchema).min(1).readonly(),
  toolClass: toolClassSchema,
  /** per-task only when no Critical or Strict rule matched and nothing is unclassified. */
  scope: scopeSchema,
  /** Digest of the policy that decided. */
  policy: digestSchema,
  /** Id of the grant that made it `allow`, when one did: its use must be counted. */
  grant: z.string().optional(),
});
export type Verdict = Readonly<z.output<typeof verdictSchema>>;
