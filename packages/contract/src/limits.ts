// Profiles and budgets: named ways to tighten, and how much an agent may do before a person is asked. INVARIANT: nothing
// here can loosen; every value only ever adds a floor.
import { z } from 'zod';
import { instantSchema } from './ids.ts';

/**
 * safe: what changes anything asks. auto: no tightening. plan and review: nothing is changed, sent or deleted (review may
 * run known commands). research: only reading and the web. ci: nobody can be asked, so what would ask is refused.
 * dangerous: no tightening either; Critical and Strict rules hold as ever.
 */
export const PROFILES = ['safe', 'auto', 'plan', 'review', 'research', 'dangerous', 'ci'] as const;
export const profileSchema = z.enum(PROFILES);
export type Profile = z.output<typeof profileSchema>;

export const autonomySchema = z.int().min(1).max(5);
export type Autonomy = z.output<typeof autonomySchema>;

const count = z.int().positive().nullable();

/** Limits of one stretch of work. null: no limit. `pause`: from there on a person is asked; `stop`: everything is refused. */
export const budgetSchema = z.strictObject({
  /** Calls that were decided, whatever came of them. */
  calls: z.strictObject({ warn: count, pause: count, stop: count }).partial().default({}),
  /** Minutes since it began. */
  minutes: z.strictObject({ pause: count, stop: count }).partial().default({}),
  /** Tokens, where the agent reports them. */
  tokens: z.strictObject({ pause: count, stop: count }).partial().default({}),
});
export type Budget = Readonly<z.output<typeof budgetSchema>>;

/** At most `calls` of what `of` names in one `per`, counted exactly; more are refused. */
export const quotaSchema = z.strictObject({
  /** `agent`, or tools as `module/tool` with `*`. */
  of: z.union([z.literal('agent'), z.string().regex(/^[^/]+\/[^/]+$/)]),
  per: z.enum(['task', 'hour', 'day']),
  calls: z.int().positive(),
});
export type Quota = Readonly<z.output<typeof quotaSchema>>;

export const limitsSchema = z.strictObject({
  /** From one prompt of the user to the next; where no prompts are seen, the session. */
  turn: budgetSchema.optional(),
  task: budgetSchema.optional(),
  /** How often the same refused call may come again: told the remedy, then paused, then stopped. */
  retries: z
    .strictObject({
      remind: z.int().min(2).default(2),
      pause: z.int().min(2).nullable().default(3),
      stop: z.int().min(2).nullable().default(5),
    })
    .prefault({}),
  /** How often the same call may run again and again with nothing between: advised against, then paused. */
  repeats: z
    .strictObject({
      advise: z.int().min(2).nullable().default(5),
      pause: z.int().min(2).nullable().default(20),
    })
    .prefault({}),
  quotas: z.array(quotaSchema).default([]),
});
export type Limits = Readonly<z.output<typeof limitsSchema>>;

/** Whether a session may go on. paused: each call needs a person until one is approved. stopped: every call is refused. */
export const heldSchema = z.enum(['free', 'paused', 'stopped']);
export type Held = z.output<typeof heldSchema>;

/** What one stretch of work has used of what it may. */
export const spentSchema = z.strictObject({
  calls: z.int().nonnegative(),
  since: instantSchema,
  tokens: z.int().nonnegative(),
  /** What it began with: the session, a prompt of the user, or a person who let it go on. */
  began: z.enum(['session', 'prompt', 'answer']),
});
export type Spent = Readonly<z.output<typeof spentSchema>>;
