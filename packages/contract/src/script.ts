// Scripts: Starlark an agent may write and a person can trust (S1 to S10). A version is exact bytes and what they may do;
// its digest is taken over both, and nothing runs under any other name than that digest.
import { z } from 'zod';
import {
  agentIdSchema,
  callIdSchema,
  type Digest,
  digestSchema,
  instantSchema,
  moduleNameSchema,
  runIdSchema,
  scheduleIdSchema,
  sessionIdSchema,
  taskIdSchema,
  toolNameSchema,
} from './ids.ts';
import { canonicalJson, jsonValueSchema } from './json.ts';
import { outcomeSchema } from './level.ts';
import { secretNameSchema } from './secret.ts';
import { factorProofSchema } from './sign-in.ts';

/** Largest source accepted, in bytes of UTF-8: what a person can still read. */
export const MAX_SCRIPT_BYTES = 131_072;
/** Largest arguments and largest result, in bytes of JSON. */
export const MAX_SCRIPT_VALUE_BYTES = 262_144;

export const scriptNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, {
  error: 'a script is named with lower-case letters, digits and `-`, beginning with a letter, at most 63',
});
export type ScriptName = z.output<typeof scriptNameSchema>;

/** A host a script may reach: `example.org` (the scheme's own port), `example.org:8443`, `*.example.org`, `[::1]:8080`. */
export const scriptHostSchema = z
  .string()
  .max(255)
  .regex(/^(?:(?:\*\.(?=[^.:]+\.))?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/, {
    error: 'a host is written `example.org`, `*.example.org` or `example.org:8443`, in lower case',
  });

/** Of one run. What a header does not name has the default; more than the ceiling is refused (S6). */
export const scriptLimitsSchema = z.strictObject({
  /** Seconds from start to end, without the time a person took to answer. */
  seconds: z.int().min(1).max(300).default(30),
  /** Steps of the interpreter. */
  steps: z.int().min(1000).max(1_000_000_000).default(50_000_000),
  /** Bytes the program may have allocated altogether. */
  memoryBytes: z.int().min(65_536).max(268_435_456).default(67_108_864),
  /** Bytes of what it prints, logs and returns. */
  outputBytes: z.int().min(256).max(4_194_304).default(262_144),
  /** Calls of host functions that reach out: http, tools. */
  calls: z.int().min(0).max(1000).default(50),
});
export type ScriptLimits = Readonly<z.output<typeof scriptLimitsSchema>>;

const sorted = (names: readonly string[]): boolean =>
  names.every((name, at) => at === 0 || (names[at - 1] ?? '') < name);
const SORTED = { error: 'is sorted, each name once' };

/** What a version may do: derived from its source, agreeing with its header, approved with its bytes. */
export const capabilitiesSchema = z.strictObject({
  secrets: z.array(secretNameSchema).max(32).refine(sorted, SORTED).readonly(),
  hosts: z.array(scriptHostSchema).max(32).refine(sorted, SORTED).readonly(),
  /** `module/tool`; never a pattern. */
  tools: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9_:-]{0,63}\/[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/))
    .max(64)
    .refine(sorted, SORTED)
    .readonly(),
  /** Scripts it loads, each pinned to the version that was approved when this one was proposed. */
  loads: z
    .array(z.strictObject({ script: scriptNameSchema, digest: digestSchema }).readonly())
    .max(16)
    .readonly(),
  limits: scriptLimitsSchema,
});
export type Capabilities = Readonly<z.output<typeof capabilitiesSchema>>;

/** What the header says of the script beside what it may do. */
export const scriptAboutSchema = z.strictObject({
  description: z.string().max(300),
  author: z.string().max(100),
  version: z.string().max(40),
});

/** One thing wrong with a source: a syntax error, a header that disagrees with what the source does. */
export const scriptFaultSchema = z.strictObject({
  /** 1-based; 0: of the whole. */
  line: z.int().nonnegative(),
  column: z.int().nonnegative(),
  message: z.string().max(500),
  hint: z.string().max(300).optional(),
});
export type ScriptFault = Readonly<z.output<typeof scriptFaultSchema>>;

/** What can be told of a source without running it. `loads` are names here; the daemon pins them. */
export const inspectionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sound'),
    about: scriptAboutSchema,
    capabilities: capabilitiesSchema.omit({ loads: true }),
    loads: z.array(scriptNameSchema).max(16).readonly(),
    entry: z.enum(['main', 'result']),
    /** Names of the parameters of `main`, as they are written. */
    parameters: z.array(z.string().max(200)).max(64).readonly(),
  }),
  z.strictObject({ kind: z.literal('faulty'), faults: z.array(scriptFaultSchema).min(1).max(50).readonly() }),
]);
export type Inspection = Readonly<z.output<typeof inspectionSchema>>;

/** A digest names bytes together with what they may do: neither can be exchanged for another (S3). */
export function scriptDigest(source: Digest, capabilities: Capabilities, sha256: (text: string) => Digest): Digest {
  return sha256(canonicalJson({ source, capabilities }));
}

export const versionStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pending') }),
  z.strictObject({ kind: z.literal('approved'), by: z.string(), at: instantSchema }),
  z.strictObject({ kind: z.literal('rejected'), by: z.string(), at: instantSchema, reason: z.string() }),
  z.strictObject({ kind: z.literal('disabled'), by: z.string(), at: instantSchema, reason: z.string() }),
  /** Another version was approved in its place; it can be restored. */
  z.strictObject({ kind: z.literal('superseded'), by: digestSchema, at: instantSchema }),
]);
export type VersionState = Readonly<z.output<typeof versionStateSchema>>;

export const scriptVersionSchema = z.strictObject({
  script: scriptNameSchema,
  digest: digestSchema,
  /** Of the bytes alone. */
  source: digestSchema,
  /** 1, 2, … in the order they were proposed. */
  number: z.int().positive(),
  about: scriptAboutSchema,
  capabilities: capabilitiesSchema,
  entry: z.enum(['main', 'result']),
  parameters: z.array(z.string()).readonly(),
  /** As records name whoever proposed it: `agent:agent_…`, `person:mia`. */
  author: z.string(),
  /** Of an agent's proposal. */
  agent: agentIdSchema.optional(),
  task: taskIdSchema.optional(),
  /** Why it is proposed, in the proposer's words, redacted. */
  note: z.string().max(1000),
  proposedAt: instantSchema,
  bytes: z.int().nonnegative(),
  state: versionStateSchema,
});
export type ScriptVersion = Readonly<z.output<typeof scriptVersionSchema>>;

/** What came of a run. The codes are for machines: an agent reads them. */
export const SCRIPT_ERRORS = [
  'script_not_found',
  'script_not_approved',
  'script_pending',
  'script_rejected',
  'script_disabled',
  'script_modified',
  'script_invalid',
  'arguments_invalid',
  'quota_exceeded',
  'busy',
  'program_failed',
  'capability_missing',
  'call_refused',
  'steps_exceeded',
  'memory_exceeded',
  'output_exceeded',
  'depth_exceeded',
  'calls_exceeded',
  'time_exceeded',
  'result_invalid',
  'cancelled',
  'killed',
  'failed',
] as const;
export const scriptErrorCodeSchema = z.enum(SCRIPT_ERRORS);
export type ScriptErrorCode = z.output<typeof scriptErrorCodeSchema>;
export const scriptErrorSchema = z.strictObject({
  code: scriptErrorCodeSchema,
  /** One line, redacted. */
  message: z.string().max(2000),
  hint: z.string().max(500).optional(),
  /** Where in the program, innermost last, redacted; empty: nowhere. */
  traceback: z.array(z.string().max(400)).max(64).readonly(),
});
export type ScriptError = Readonly<z.output<typeof scriptErrorSchema>>;

/** What a run used, as it was measured. */
export const scriptUsedSchema = z.strictObject({
  steps: z.int().nonnegative(),
  memoryBytes: z.int().nonnegative(),
  outputBytes: z.int().nonnegative(),
  calls: z.int().nonnegative(),
  /** From start to end, and of it waiting for a person's answer; milliseconds. */
  wallMs: z.number().nonnegative(),
  waitedMs: z.number().nonnegative(),
  /** Bytes that came in by host calls. */
  receivedBytes: z.int().nonnegative(),
});
export type ScriptUsed = Readonly<z.output<typeof scriptUsedSchema>>;

/** One host function a run called. Redacted. */
export const scriptCallSchema = z.strictObject({
  /** Milliseconds after the start. */
  at: z.number().nonnegative(),
  kind: z.enum(['http', 'tool', 'secret']),
  /** One line for a person: `POST https://api.example.org/v1/items, 214 bytes, with API_KEY`. */
  text: z.string().max(500),
  /** live: it was done. recorded: a test run noted it and answered with a stand-in. refused: it was not done. */
  outcome: z.enum(['live', 'recorded', 'refused']),
  /** Why it was refused, or what came back. */
  answer: z.string().max(500),
  /** The call on the road, where one was made. */
  call: callIdSchema.optional(),
  verdict: outcomeSchema.optional(),
});
export type ScriptCall = Readonly<z.output<typeof scriptCallSchema>>;

/** run: of an approved version. test: before approval, with host calls noted and not made. eval: unapproved and without any. */
export const runKindSchema = z.enum(['run', 'test', 'eval']);
export const scriptRunSchema = z.strictObject({
  id: runIdSchema,
  kind: runKindSchema,
  /** Null: of an eval. */
  script: scriptNameSchema.nullable(),
  digest: digestSchema,
  /** Who began it, as records name them. */
  by: z.string(),
  agent: agentIdSchema,
  task: taskIdSchema,
  session: sessionIdSchema,
  schedule: scheduleIdSchema.optional(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  outcome: z.enum(['running', 'succeeded', 'failed', 'killed', 'cancelled', 'unknown']),
  /** What `main` returned or `result` is, redacted; absent: it has none. */
  result: jsonValueSchema.optional(),
  error: scriptErrorSchema.nullable(),
  /** What it printed and logged, redacted, at most `outputBytes`. */
  output: z
    .array(
      z.strictObject({ at: z.number(), level: z.enum(['print', 'debug', 'info', 'warn', 'error']), text: z.string() }),
    )
    .readonly(),
  calls: z.array(scriptCallSchema).readonly(),
  used: scriptUsedSchema.nullable(),
  /** What held the child: `bubblewrap`, `landlock`, `limits only`. */
  isolation: z.string(),
});
export type ScriptRun = Readonly<z.output<typeof scriptRunSchema>>;
export const runSummarySchema = scriptRunSchema.omit({ result: true, output: true, calls: true });
export type RunSummary = Readonly<z.output<typeof runSummarySchema>>;

/** Used of a day's quota, since local midnight. */
export const quotaUseSchema = z.strictObject({
  runs: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  calls: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
});
export type QuotaUse = Readonly<z.output<typeof quotaUseSchema>>;
/** Of one day: runs, seconds of running, host calls, bytes received. */
export const scriptQuotaSchema = z.strictObject({
  runs: z.int().nonnegative().default(1000),
  seconds: z.int().nonnegative().default(3600),
  calls: z.int().nonnegative().default(10_000),
  bytes: z.int().nonnegative().default(268_435_456),
});
export type ScriptQuota = Readonly<z.output<typeof scriptQuotaSchema>>;

/** `scripts` of config.yaml. */
export const scriptsConfigSchema = z.strictObject({
  /** Runs that compute at the same time; more wait their turn, as do those that waited for a person. */
  concurrency: z.int().min(1).max(16).default(4),
  /** Pre-forked children that wait for a run. */
  warm: z.int().min(0).max(8).default(1),
  /** Private and loopback addresses that scripts may reach where they declare them, as hosts with a port. */
  privateHosts: z.array(scriptHostSchema).default([]),
  quotas: z
    .strictObject({ script: scriptQuotaSchema.prefault({}), agent: scriptQuotaSchema.prefault({}) })
    .prefault({}),
});
export type ScriptsConfig = Readonly<z.output<typeof scriptsConfigSchema>>;

export const scriptSummarySchema = z.strictObject({
  name: scriptNameSchema,
  description: z.string(),
  /** The approved version; null: none is. */
  approved: scriptVersionSchema.nullable(),
  /** Versions that wait for a person, newest first. */
  pending: z.array(scriptVersionSchema).readonly(),
  /** The newest version of all, whatever became of it. */
  latest: scriptVersionSchema,
  lastRun: runSummarySchema.nullable(),
  today: quotaUseSchema,
});
export type ScriptSummary = Readonly<z.output<typeof scriptSummarySchema>>;
export const scriptListSchema = z.strictObject({ scripts: z.array(scriptSummarySchema) });

export const scriptViewSchema = scriptSummarySchema.extend({
  versions: z.array(scriptVersionSchema).readonly(),
  runs: z.array(runSummarySchema).readonly(),
  quota: scriptQuotaSchema,
  /** Scripts that load an approved version of this one. */
  loadedBy: z.array(scriptNameSchema).readonly(),
});
export type ScriptView = Readonly<z.output<typeof scriptViewSchema>>;

/** One version as a person reviews it (S4). */
export const scriptReviewSchema = z.strictObject({
  version: scriptVersionSchema,
  text: z.string(),
  /** What it is compared with: the approved version, else the one before it; null: it is the first. */
  against: z.strictObject({ version: scriptVersionSchema, text: z.string() }).nullable(),
  /** What it may do, a sentence each, worst first; `change`: against what it is compared with. */
  words: z.array(
    z.strictObject({
      kind: z.enum(['secret', 'host', 'tool', 'load', 'limit', 'finding']),
      text: z.string(),
      change: z.enum(['same', 'added', 'removed', 'changed']),
    }),
  ),
  /** Test runs of this version, newest first, whole. */
  tests: z.array(scriptRunSchema).readonly(),
  runs: z.array(runSummarySchema).readonly(),
  /** Approving needs a second factor. */
  factorNeeded: z.boolean(),
});
export type ScriptReview = Readonly<z.output<typeof scriptReviewSchema>>;

const source = z
  .string()
  .min(1)
  .refine((text) => text.isWellFormed(), { error: 'has half of a surrogate pair: no bytes stand for it' })
  .refine((text) => new TextEncoder().encode(text).length <= MAX_SCRIPT_BYTES, {
    error: `is longer than ${MAX_SCRIPT_BYTES} bytes`,
  });
/** What `main` is given. */
export const scriptArgumentsSchema = z.array(jsonValueSchema).max(32).default([]);

export const scriptProposeSchema = z.strictObject({
  name: scriptNameSchema,
  source,
  note: z.string().max(1000).default(''),
});
export const scriptInspectSchema = z.strictObject({ source });
/** `digest`: what the person saw. */
export const scriptApproveSchema = z.strictObject({ digest: digestSchema, factor: factorProofSchema.optional() });
export const scriptFactorSchema = z.strictObject({ digest: digestSchema });
export const scriptRejectSchema = z.strictObject({ digest: digestSchema, reason: z.string().min(1).max(1000) });
export const scriptDisableSchema = z.strictObject({ reason: z.string().max(1000).default('') });
/** Makes a version that was approved before the approved one again. It is an approval. */
export const scriptRestoreSchema = z.strictObject({ digest: digestSchema, factor: factorProofSchema.optional() });
/** `digest`: that version and no other; absent: the approved one. `wait`: false answers at once with the running run. */
export const scriptRunRequestSchema = z.strictObject({
  digest: digestSchema.optional(),
  args: scriptArgumentsSchema,
  wait: z.boolean().default(true),
});
/** What a reviewer lets one host call of a test run answer: a tool this value; a server this text, or the JSON of this value. */
export const scriptStandInSchema = z.strictObject({
  status: z.int().min(200).max(599).default(200),
  value: jsonValueSchema,
});
export type ScriptStandIn = Readonly<z.output<typeof scriptStandInSchema>>;
/** By order of the calls that are noted. */
export const scriptStandInsSchema = z.array(scriptStandInSchema).max(100).readonly();
export const scriptTestRequestSchema = z.strictObject({
  digest: digestSchema,
  args: scriptArgumentsSchema,
  /** What host calls answer: with a stand-in, or that they were refused. */
  calls: z.enum(['recorded', 'refused']).default('recorded'),
  /** The stand-ins; calls after the last of them are answered with nothing in it. */
  answers: scriptStandInsSchema.default([]),
});
export const scriptEvalRequestSchema = z.strictObject({ source, args: scriptArgumentsSchema });

export const runQuerySchema = z.strictObject({
  script: scriptNameSchema.optional(),
  schedule: scheduleIdSchema.optional(),
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const runListSchema = z.strictObject({ runs: z.array(runSummarySchema), next: instantSchema.nullable() });

/** Of a call that a script makes: which version, and which run of it (`origin: 'script'`). */
export const callScriptSchema = z.strictObject({
  name: scriptNameSchema.nullable(),
  digest: digestSchema,
  run: runIdSchema,
});
export type CallScript = Readonly<z.output<typeof callScriptSchema>>;

/** `tools.call(module, tool, args)` names these two. */
export const scriptToolSchema = z.strictObject({ module: moduleNameSchema, tool: toolNameSchema });
