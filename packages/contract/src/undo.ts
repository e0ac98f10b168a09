// Undo (U1): what can be put back of what calls did to files, what a person is shown of it first, and what came of it.
import { z } from 'zod';
import { changeSchema } from './approval.ts';
import { agentIdSchema, callIdSchema, digestSchema, instantSchema, taskIdSchema } from './ids.ts';
import { reversibilitySchema } from './reversibility.ts';

/** How much is kept of what calls change, and for how long. */
export const undoConfigSchema = z.strictObject({
  enabled: z.boolean().default(true),
  /** A call whose files cannot be kept is refused; otherwise it runs and its card and record say that it cannot be undone. */
  required: z.boolean().default(false),
  /** A file that is larger is not kept. */
  maxFileMegabytes: z.int().min(1).max(10_000).default(50),
  /** What one call may have kept at most. */
  maxCallMegabytes: z.int().min(1).max(100_000).default(256),
  maxCallFiles: z.int().min(1).max(100_000).default(5000),
  /** Beyond it what was kept longest ago goes. */
  maxTotalMegabytes: z.int().min(64).max(10_000_000).default(2048),
  days: z.int().min(1).max(3650).default(14),
});
export type UndoConfig = Readonly<z.output<typeof undoConfigSchema>>;

/** One call of which something is kept. */
export const undoableSchema = z.strictObject({
  call: callIdSchema,
  task: taskIdSchema,
  taskTitle: z.string(),
  agent: agentIdSchema,
  agentName: z.string(),
  at: instantSchema,
  /** `module/tool`; `castellan/undo` for an undo, which can be undone like any other. */
  what: z.string(),
  /** How many paths are kept of it, and how many of its could not be. */
  paths: z.int().nonnegative(),
  notKept: z.int().nonnegative(),
  /** The first of them, redacted. */
  some: z.array(z.string()).max(5).readonly(),
});
export type Undoable = Readonly<z.output<typeof undoableSchema>>;
export const undoListSchema = z.strictObject({
  enabled: z.boolean(),
  /** Newest first. */
  calls: z.array(undoableSchema).readonly(),
  /** Bytes on disk, and the most there may be. */
  bytes: z.int().nonnegative(),
  maxBytes: z.int().nonnegative(),
});
export type UndoList = Readonly<z.output<typeof undoListSchema>>;
export const undoListQuerySchema = z.strictObject({
  task: taskIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

const UNDO_TARGET = z.union([callIdSchema, taskIdSchema]);
export const undoTargetSchema = UNDO_TARGET;
export type UndoTarget = z.output<typeof UNDO_TARGET>;

/** Paths, absolute; one that is a folder means all below it. Empty: everything. */
const only = z.array(z.string().min(1).max(4096)).max(1000).default([]);

export const undoPlanRequestSchema = z.strictObject({ of: undoTargetSchema, only });
export type UndoPlanRequest = Readonly<z.output<typeof undoPlanRequestSchema>>;

/** One path, and what undoing would make of it. */
export const undoStepSchema = z.strictObject({
  path: z.string(),
  /**
   * put-back: the file or link as it was. remove: it was not there. make-folder: the folder is gone. mode: only its mode.
   * none: nothing to do.
   */
  action: z.enum(['put-back', 'remove', 'make-folder', 'mode', 'none']),
  /**
   * ready: it will be done. same: it is as it was. conflict: `why` says what stands against it; it is left alone. lost: what
   * it was is not kept.
   */
  state: z.enum(['ready', 'same', 'conflict', 'lost']),
  why: z.string().optional(),
  /** What would change, from what is there now: redacted, bounded. Only where it is `ready` and was asked for. */
  change: changeSchema.optional(),
});
export type UndoStep = Readonly<z.output<typeof undoStepSchema>>;

export const undoPlanSchema = z.strictObject({
  of: undoTargetSchema,
  /** Of what would be done, path by path: an undo does this or nothing. */
  digest: digestSchema,
  steps: z.array(undoStepSchema).readonly(),
  /** How many of each state. */
  ready: z.int().nonnegative(),
  same: z.int().nonnegative(),
  conflicts: z.int().nonnegative(),
  lost: z.int().nonnegative(),
  /** What no undo reaches, one line each: mail that was sent, the history of a repository. */
  beyond: z.array(z.string()).readonly(),
});
export type UndoPlan = Readonly<z.output<typeof undoPlanSchema>>;

export const undoRunRequestSchema = z.strictObject({
  of: undoTargetSchema,
  only,
  /** Of the plan that the person saw. */
  digest: digestSchema,
  /** Leaves conflicts alone and does the rest; otherwise one conflict stops everything before it begins. */
  skipConflicts: z.boolean().default(false),
});
export type UndoRunRequest = Readonly<z.output<typeof undoRunRequestSchema>>;

export const undoResultSchema = z.strictObject({
  /** The undo is a call itself: `castellan undo` of it takes it back. */
  call: callIdSchema,
  done: z.int().nonnegative(),
  /** What moved while it was done, or could not be written. */
  failed: z.array(z.strictObject({ path: z.string(), why: z.string() })).readonly(),
  skipped: z.int().nonnegative(),
  reversibility: reversibilitySchema.optional(),
});
export type UndoResult = Readonly<z.output<typeof undoResultSchema>>;
