// Outcomes, levels and presets. INVARIANT: allow < ask < confirm < deny, and "more restrictive" always means "further right".
import { z } from 'zod';

export const OUTCOMES = ['allow', 'ask', 'confirm', 'deny'] as const;
export const outcomeSchema = z.enum(OUTCOMES);
/** allow: run and record. ask: the agent's own terminal prompt. confirm: wait for a person anywhere. deny: refuse. */
export type Outcome = z.output<typeof outcomeSchema>;
/** What a module or a tool is set to; the same four words. */
export const levelSchema = outcomeSchema;
export type Level = Outcome;

/** The more restrictive of two outcomes. */
export const strictest = (a: Outcome, b: Outcome): Outcome => (OUTCOMES.indexOf(a) >= OUTCOMES.indexOf(b) ? a : b);

export const PRESET_LEVELS = { supervised: 'ask', autonomous: 'confirm', 'full-auto': 'allow' } as const;
export const presetSchema = z.enum(['supervised', 'autonomous', 'full-auto']);
export type Preset = z.output<typeof presetSchema>;

export const scopeSchema = z.enum(['per-call', 'per-task']);
export type Scope = z.output<typeof scopeSchema>;
