// A grant: a person's bounded permission for future calls of one agent. INVARIANT: it always ends.
import { z } from 'zod';
import { effectKindSchema, resourceSchema, targetKindSchema } from './effect.ts';
import {
  agentIdSchema,
  grantIdSchema,
  instantSchema,
  moduleNameSchema,
  sessionIdSchema,
  taskIdSchema,
  toolNameSchema,
} from './ids.ts';
import { callScriptSchema } from './script.ts';

/** The longest a grant may live: 30 days, in milliseconds. */
export const MAX_GRANT_MS = 30 * 24 * 3600 * 1000;

/** One constraint on one argument: its text equals, starts with, or matches a glob (`*` within, `**` across `/`). */
export const argumentPatternSchema = z.strictObject({
  name: z.string().min(1),
  match: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('equals'), value: z.json() }),
    z.strictObject({ kind: z.literal('prefix'), value: z.string().min(1) }),
    z.strictObject({ kind: z.literal('glob'), value: z.string().min(1).max(500) }),
  ]),
});
export type ArgumentPattern = Readonly<z.output<typeof argumentPatternSchema>>;

/** A family of effects: this kind, on this target or below this folder. */
export const effectFamilySchema = z.strictObject({
  kind: effectKindSchema,
  targetKind: targetKindSchema,
  /** A path covers itself and everything below it; a host, a recipient or a command covers itself only. */
  target: z.string().min(1),
  /** Only what has this resource; without one, only what has none: a yes to files is no yes to keys among them. */
  resource: resourceSchema.optional(),
});
export type EffectFamily = Readonly<z.output<typeof effectFamilySchema>>;

export const grantScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('session'), session: sessionIdSchema }),
  z.strictObject({ kind: z.literal('task'), task: taskIdSchema }),
  z.strictObject({ kind: z.literal('project'), workspace: z.string().min(1) }),
  z.strictObject({ kind: z.literal('agent') }),
]);
export type GrantScope = Readonly<z.output<typeof grantScopeSchema>>;

/** A version of a script, whichever run of it. */
const grantScriptSchema = callScriptSchema.pick({ name: true, digest: true });

export const grantSchema = z.strictObject({
  id: grantIdSchema,
  agent: agentIdSchema,
  scope: grantScopeSchema,
  module: moduleNameSchema,
  tool: toolNameSchema,
  arguments: z.array(argumentPatternSchema).default([]),
  /** When present, the very folder the call must run in: `./build.sh` is another program elsewhere. */
  cwd: z.string().min(1).max(4096).optional(),
  /** When present, only what this version of this script does: nothing its agent does itself, and no other script. */
  script: grantScriptSchema.optional(),
  /** When present, every effect of the call that is not safe must be certain and lie in one of these families. */
  families: z.array(effectFamilySchema).optional(),
  /** null: as often as needed until it ends. */
  usesLeft: z.int().nonnegative().nullable(),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  revokedAt: instantSchema.nullable(),
  createdBy: z.string(),
  /** What it newly allows, in one sentence. */
  text: z.string(),
});
export type Grant = Readonly<z.output<typeof grantSchema>>;

/** What a person sends to make a grant; the daemon adds id, times and who. */
export const grantRequestSchema = grantSchema
  .pick({
    agent: true,
    scope: true,
    module: true,
    tool: true,
    arguments: true,
    cwd: true,
    script: true,
    families: true,
  })
  .extend({
    uses: z.int().min(1).max(10_000).nullable().default(null),
    minutes: z
      .number()
      .positive()
      .max(MAX_GRANT_MS / 60_000),
  });
export type GrantRequest = Readonly<z.output<typeof grantRequestSchema>>;

/** A width offered beside an approval, with what it would newly allow. */
export const grantSuggestionSchema = z.strictObject({ key: z.string(), text: z.string(), grant: grantRequestSchema });
export type GrantSuggestion = Readonly<z.output<typeof grantSuggestionSchema>>;
