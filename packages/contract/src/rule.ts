// A rule file: guardrails in three tiers, each with a reason, a remedy and its own tests (G-U). Users and we write the same.
import { z } from 'zod';
import { originSchema } from './call.ts';
import { effectKindSchema, effectSchema } from './effect.ts';
import { jsonObjectSchema } from './json.ts';
import { flowSchema, labelSchema, pageSchema } from './label.ts';
import { type Fault, faulty, type Parsed, parserOf } from './result.ts';
import { scriptNameSchema } from './script.ts';

export const tierSchema = z.enum(['critical', 'strict', 'guideline']);
export type Tier = z.output<typeof tierSchema>;

/** An executable case beside a rule: this call, with these effects (analysed when absent), must or must not match. */
export const ruleTestSchema = z.strictObject({
  name: z.string().min(1),
  call: z.strictObject({
    tool: z.string().min(1),
    input: jsonObjectSchema.default({}),
    cwd: z.string().default('/home/user/project'),
    /** By which way it comes; absent: a hook. */
    origin: originSchema.optional(),
    /** Of a call that a script makes: its name. */
    script: scriptNameSchema.optional(),
  }),
  effects: z.array(effectSchema).optional(),
  /** What the task brought along, where the rule looks at it. */
  session: z
    .strictObject({
      interactive: z.boolean().default(false),
      flows: z.array(flowSchema).default([]),
      seen: z.array(labelSchema).default([]),
      fresh: z.array(z.string()).default([]),
      page: pageSchema.nullable().default(null),
    })
    .optional(),
  matches: z.boolean(),
});
export type RuleTest = Readonly<z.output<typeof ruleTestSchema>>;

const ruleIdSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/);

const selection = {
  /** What the rule is about; the index is built from it. `tools`: `module/tool` with `*`; `effects`: any of these kinds. */
  on: z
    .strictObject({
      tools: z
        .array(z.string().regex(/^[^/]+\/[^/]+$/))
        .min(1)
        .optional(),
      effects: z.array(effectKindSchema).min(1).optional(),
    })
    .default({}),
  /** CEL over `call`, `effects`, `session`, `module`, `config`; must give a bool. Absent: whatever `on` selects. */
  if: z.string().min(1).max(4000).optional(),
};

export const ruleSchema = z.strictObject({
  id: ruleIdSchema,
  tier: tierSchema,
  title: z.string().min(1).max(120),
  /** Critical rules only: refuse, or need a human each single time. A Strict match is always `confirm`. */
  outcome: z.enum(['deny', 'confirm']).optional(),
  reason: z.string().min(1).max(500),
  remedy: z.string().min(1).max(500),
  ...selection,
  tests: z.array(ruleTestSchema).default([]),
});
export type Rule = Readonly<z.output<typeof ruleSchema>>;

/** Labels what a call brings into the task: its result is then looked for in what later calls send (C01). */
export const labelRuleSchema = z.strictObject({
  id: ruleIdSchema,
  label: labelSchema.exclude(['user']),
  /** Why, in words that complete "it is private because …" for a person. */
  reason: z.string().min(1).max(500),
  ...selection,
  tests: z.array(ruleTestSchema).default([]),
});
export type LabelRule = Readonly<z.output<typeof labelRuleSchema>>;

export const ruleFileSchema = z.strictObject({
  schema: z.literal('castellan/rules/v1'),
  rules: z.array(ruleSchema).default([]),
  labels: z.array(labelRuleSchema).default([]),
});
export type RuleFile = Readonly<z.output<typeof ruleFileSchema>>;

const parseShape = parserOf(ruleFileSchema);

/** A file of rules and labels from data that was read as YAML, or every fault with its dotted path. Conditions are not compiled. */
export function parseRuleFile(input: unknown): Parsed<RuleFile> {
  const shape = parseShape(input);
  if (!shape.ok) return shape;
  const faults = shape.value.rules.flatMap((rule, index): readonly Fault[] =>
    rule.outcome !== undefined && rule.tier !== 'critical'
      ? [
          {
            path: `rules[${index}].outcome`,
            message: `\`outcome\` is for Critical rules, \`${rule.id}\` is ${rule.tier}`,
            hint: 'remove it',
          },
        ]
      : [],
  );
  return faults.length === 0 ? shape : faulty(...faults);
}
