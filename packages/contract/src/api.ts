// Bodies of the local API that are not one of the vocabulary types themselves.
import { z } from 'zod';
import { alarmSchema } from './alarm.ts';
import { approvalSchema } from './approval.ts';
import { channelNameSchema, channelSchema } from './channel.ts';
import { grantSchema } from './grant.ts';
import { agentIdSchema, digestSchema, instantSchema, moduleNameSchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { moduleSandboxSchema, networkConfigSchema, sandboxConfigSchema } from './isolation.ts';
import { jsonObjectSchema, jsonValueSchema } from './json.ts';
import { labelSchema } from './label.ts';
import { levelSchema, presetSchema } from './level.ts';
import { autonomySchema, budgetSchema, heldSchema, profileSchema, quotaSchema, spentSchema } from './limits.ts';
import { manifestSchema } from './manifest.ts';
import { MAX_QUERY } from './query.ts';
import { attemptRecordSchema, outcomeStatusSchema, recordSchema } from './record.ts';
import { vaultStateSchema } from './secret.ts';
import { agentKindSchema, agentSchema, sessionSchema, taskSchema } from './work.ts';

export const liveSchema = z.strictObject({ live: z.literal(true) });

/** An agent that is not Claude Code asks about one call. */
export const checkRequestSchema = z.strictObject({
  tool: z.string().min(1).max(300),
  input: jsonObjectSchema,
  cwd: z.string().min(1).max(4096),
  session: z.string().min(1).max(200),
  task: z.string().max(200).optional(),
  /** The agent's own id of the call; a second check with the same id is refused. */
  callId: z.string().min(1).max(200).optional(),
  /** The user's turn this call belongs to; another text begins another turn. */
  turn: z.string().min(1).max(200).optional(),
  /** The client's own tightening of this call: it adds to the profile, never takes away. */
  mode: profileSchema.optional(),
});
export const outcomeRequestSchema = z.strictObject({
  status: outcomeStatusSchema.exclude(['refused']),
  text: z.string().max(2000).optional(),
  durationMs: z.number().nonnegative().optional(),
  /** What the tool gave: looked at for labels and for its digest, never kept. */
  result: jsonValueSchema.optional(),
  /** Tokens the agent has spent since its last report. */
  tokens: z.int().nonnegative().optional(),
});

export const statusSchema = z.strictObject({
  version: z.string(),
  pid: z.int(),
  startedAt: instantSchema,
  addresses: z.array(z.string()),
  stateFolder: z.string(),
  /** Where people come in from elsewhere; null: nowhere. */
  remote: z.string().nullable(),
  policy: z.strictObject({
    digest: digestSchema,
    preset: presetSchema,
    rules: z.int(),
    modules: z.int(),
    /** Modules whose manifest nobody accepted as it is now: their tools count as unclassified (P10). */
    unaccepted: z.array(z.string()),
    faults: z.array(z.string()),
  }),
  ledger: z.strictObject({ size: z.int(), root: z.string(), failed: z.string().nullable() }),
  vault: vaultStateSchema.extend({ secrets: z.int(), due: z.int() }),
  /** Walls around what `run` starts: as configured, and by what they stand on this machine; null: nothing here makes any. */
  sandbox: sandboxConfigSchema.extend({ walls: z.string().nullable() }),
  /** What is reached from within them, beside what a client needs for its model. */
  network: networkConfigSchema.pick({ allow: true, agents: true, newHosts: true }),
  waiting: z.int(),
  grants: z.int(),
  agents: z.array(agentSchema),
  sessions: z.array(sessionSchema),
  tasks: z.array(taskSchema),
  alarms: z.array(alarmSchema),
});
export type Status = Readonly<z.output<typeof statusSchema>>;

export const approvalListSchema = z.strictObject({ approvals: z.array(approvalSchema) });
export const grantListSchema = z.strictObject({ grants: z.array(grantSchema) });

export const connectRequestSchema = z.strictObject({
  kind: agentKindSchema,
  name: z.string().min(1).max(80),
  watched: z.array(z.string()).default([]),
  hookTimeoutSeconds: z.int().positive().max(86_400),
  tools: z.boolean().default(false),
});
/** The one time a credential is shown. */
export const connectResponseSchema = z.strictObject({ agent: agentSchema, credential: z.string() });
export const agentChangeSchema = z.strictObject({
  watched: z.array(z.string()).optional(),
  hookTimeoutSeconds: z.int().positive().max(86_400).optional(),
  tools: z.boolean().optional(),
});
export const agentListSchema = z.strictObject({ agents: z.array(agentSchema) });
export const agentParamsSchema = z.strictObject({ id: agentIdSchema });

/** Requests to models, refused ones too, and the tokens that answers told of. */
const askedSchema = z.strictObject({
  agent: agentIdSchema,
  agentName: z.string(),
  requests: z.int().nonnegative(),
  tokens: z.int().nonnegative(),
});

/** What open sessions have used of their budgets, and which of them are held. */
export const limitsViewSchema = z.strictObject({
  modes: z.array(profileSchema),
  turn: budgetSchema,
  task: budgetSchema,
  quotas: z.array(quotaSchema),
  sessions: z.array(
    z.strictObject({
      session: sessionIdSchema,
      agent: agentIdSchema,
      task: taskIdSchema,
      held: heldSchema,
      /** Why it is held; empty while it is free. */
      why: z.string(),
      turn: spentSchema,
      total: spentSchema,
    }),
  ),
  /** Since there are records, whatever the budgets are: of each agent that is connected, and of each task that is open. */
  models: z.strictObject({
    agents: z.array(askedSchema),
    tasks: z.array(askedSchema.extend({ task: taskIdSchema, title: z.string() })),
  }),
});
export type LimitsView = Readonly<z.output<typeof limitsViewSchema>>;
export const resumeResponseSchema = z.strictObject({
  session: sessionIdSchema,
  /** Whether it was held; its budgets begin again either way. */
  was: heldSchema,
});

export const policyViewSchema = z.strictObject({
  digest: digestSchema,
  preset: presetSchema,
  profile: z.strictObject({ mode: profileSchema, autonomy: autonomySchema.optional() }),
  deny: z.array(z.string()),
  faults: z.array(z.string()),
  approvals: z.strictObject({
    timeoutSeconds: z.int(),
    wait: z.boolean(),
    waitSeconds: z.int(),
    remindSeconds: z.int(),
  }),
  rules: z.array(
    z.strictObject({ id: z.string(), tier: z.string(), title: z.string(), outcome: z.string(), source: z.string() }),
  ),
  /** Rules that give content a label. */
  labels: z.array(z.strictObject({ id: z.string(), label: labelSchema, source: z.string() })),
  modules: z.array(
    z.strictObject({
      manifest: manifestSchema,
      digest: digestSchema,
      /** A manifest that was not accepted is not believed. */
      accepted: z.boolean(),
      source: z.string(),
      level: levelSchema,
      /** Whether the user set `level` for this module; otherwise it is the preset's. */
      levelSet: z.boolean(),
      overrides: z.record(z.string(), levelSchema),
    }),
  ),
});
export type PolicyView = Readonly<z.output<typeof policyViewSchema>>;

/** One change of config.yaml made through the API: parsed, checked, written atomically, reloaded. */
export const policyChangeSchema = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('preset'), preset: presetSchema }),
  z.strictObject({
    change: z.literal('level'),
    module: z.string(),
    tool: z.string().optional(),
    level: levelSchema.nullable(),
  }),
  /** A mode, a level of autonomy, or (null) none: P9. What is not named stays as it is. */
  z.strictObject({
    change: z.literal('profile'),
    mode: profileSchema.optional(),
    autonomy: autonomySchema.nullable().optional(),
  }),
  /** Accepts the manifest of one's own that stands in the folder, as it is now (P10). */
  z.strictObject({ change: z.literal('accept'), module: z.string(), digest: digestSchema }),
  /** Walls around the server of a module (M4), or (null) none. */
  z.strictObject({ change: z.literal('sandbox'), module: moduleNameSchema, sandbox: moduleSandboxSchema.nullable() }),
  z.strictObject({ change: z.literal('deny'), pattern: z.string(), denied: z.boolean() }),
  z.strictObject({
    change: z.literal('approvals'),
    timeoutSeconds: z.int().min(1).max(3600).optional(),
    wait: z.boolean().optional(),
    waitSeconds: z.int().min(1).max(86_400).optional(),
    remindSeconds: z.int().min(5).max(3600).optional(),
  }),
  /** A channel, or (null) none of that name. */
  z.strictObject({ change: z.literal('channel'), name: channelNameSchema, channel: channelSchema.nullable() }),
  z.strictObject({ change: z.literal('address'), address: z.string().max(500).nullable() }),
  z.strictObject({ change: z.literal('reload') }),
]);
export type PolicyChange = Readonly<z.output<typeof policyChangeSchema>>;

/** Everything known of one call: the attempt, who answered, what came of it. */
export const callViewSchema = z.strictObject({
  attempt: attemptRecordSchema,
  records: z.array(recordSchema),
});
export type CallView = Readonly<z.output<typeof callViewSchema>>;

export const ledgerQuerySchema = z.strictObject({
  /** What they must fit, as `parseQuery` reads it; nothing: all. */
  q: z.string().max(MAX_QUERY).optional(),
  /** The earliest from this position on; without it, the latest. */
  from: z.coerce.number().int().nonnegative().optional(),
  /** The latest before this position. */
  before: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});
/** How far a search went: one question does a bounded amount of work, and says where it had to stop. */
const searched = {
  /** Before the page was full: beyond this time nothing was looked at, and the next page goes on there. Null: it did not stop. */
  searchedTo: instantSchema.nullable(),
  /** Records that cannot be found yet, because the index is still being made. */
  behind: z.int().nonnegative(),
};
export const ledgerPageSchema = z.strictObject({
  size: z.int(),
  checkpoint: z.string(),
  /** Ascending. */
  records: z.array(z.strictObject({ index: z.int(), record: recordSchema })),
  /** `before` of the page with earlier ones, or with `from` the `from` of the next; null: there are no earlier ones. */
  next: z.int().nullable(),
  ...searched,
});
export const searchIndexSchema = z.strictObject({
  /** Records that can be found, of so many. */
  indexed: z.int().nonnegative(),
  size: z.int().nonnegative(),
  /** Why the index was made anew since the daemon started; null: it was not. */
  remade: z.string().nullable(),
});
export type SearchIndexView = Readonly<z.output<typeof searchIndexSchema>>;
