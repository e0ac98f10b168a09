// What people do about something that went wrong: a panic stops everything at once, an incident holds what happened, and a
// recovery leads back one named step at a time. INVARIANT: a panic only ever closes; nothing here opens but `close`, by a person.
import { z } from 'zod';
import { agentIdSchema, callIdSchema, digestSchema, incidentIdSchema, instantSchema, scheduleIdSchema } from './ids.ts';
import { outcomeSchema } from './level.ts';
import { scriptNameSchema } from './script.ts';
import { secretNameSchema } from './secret.ts';
import { factorProofSchema } from './sign-in.ts';

/** What a panic does, as people are told of it. */
export const STOP_STEPS = [
  'file',
  'agents',
  'approvals',
  'network',
  'runs',
  'terminals',
  'sign-ins',
  'tokens',
  'scripts',
  'schedules',
  'processes',
  'record',
] as const;
export const stopStepSchema = z.enum(STOP_STEPS);
export type StopStep = z.output<typeof stopStepSchema>;

export const stoppedSchema = z.strictObject({
  step: stopStepSchema,
  /** How many of them it met. */
  count: z.int().nonnegative(),
  /** Why it could not be done, redacted; null: it was. */
  failed: z.string().nullable(),
});
export type Stopped = Readonly<z.output<typeof stoppedSchema>>;

/** The way back, in this order. */
export const RECOVERY_STEPS = ['look', 'secrets', 'people', 'agents', 'scripts', 'rules', 'close'] as const;
export const recoveryStepSchema = z.enum(RECOVERY_STEPS);
export type RecoveryStep = z.output<typeof recoveryStepSchema>;

/** What a panic took away, so that people can say which of it comes back. */
export const affectedSchema = z.strictObject({
  agents: z.array(z.strictObject({ id: agentIdSchema, name: z.string(), kind: z.string() })),
  scripts: z.array(z.strictObject({ script: scriptNameSchema, digest: digestSchema })),
  schedules: z.array(z.strictObject({ id: scheduleIdSchema, name: z.string() })),
  tokens: z.array(z.string()),
  people: z.array(z.string()),
});
export type Affected = Readonly<z.output<typeof affectedSchema>>;

export const incidentCauseSchema = z.enum(['panic', 'alarm', 'person']);

/** Each thing that becomes of an incident, as the ledger has it: what is known of it is made of these. */
export const incidentStepRecordSchema = z.strictObject({
  kind: z.literal('incident-step'),
  at: instantSchema,
  incident: incidentIdSchema,
  /** `declared`: a panic, before it did anything but deny; `stopped`: what it did. `recovered`: a step of the way back. */
  change: z.enum(['opened', 'declared', 'stopped', 'recovered', 'note', 'closed']),
  by: z.string(),
  cause: incidentCauseSchema.optional(),
  step: recoveryStepSchema.optional(),
  did: z.array(stoppedSchema).optional(),
  affected: affectedSchema.optional(),
  text: z.string(),
});
export type IncidentStepRecord = Readonly<z.output<typeof incidentStepRecordSchema>>;

const saidSchema = z.strictObject({ at: instantSchema, by: z.string(), text: z.string() });

export const incidentSchema = z.strictObject({
  id: incidentIdSchema,
  cause: incidentCauseSchema,
  text: z.string(),
  openedAt: instantSchema,
  openedBy: z.string(),
  closedAt: instantSchema.nullable(),
  closedBy: z.string().nullable(),
  /** How often a panic was declared in it. */
  declared: z.int().nonnegative(),
  /** What the latest panic did; empty while it still does it. */
  did: z.array(stoppedSchema),
  affected: affectedSchema,
  /** Since the latest panic. */
  recovered: z.array(saidSchema.extend({ step: recoveryStepSchema })),
  notes: z.array(saidSchema),
});
export type Incident = Readonly<z.output<typeof incidentSchema>>;

export const incidentListSchema = z.strictObject({ incidents: z.array(incidentSchema) });

export const panicRequestSchema = z.strictObject({
  /** Also end the programs of agents that run outside of Castellan, with everything they started. */
  kill: z.boolean().default(false),
  note: z.string().max(500).optional(),
});
export const panicViewSchema = z.strictObject({
  incident: incidentSchema,
  /** The person's own: whom to call, what to do. Null: nobody wrote one. */
  runbook: z.string().nullable(),
  /** Milliseconds until nothing was let through any more, and until everything was done. */
  deniedAfterMs: z.number().nonnegative(),
  doneAfterMs: z.number().nonnegative(),
});
export type PanicView = Readonly<z.output<typeof panicViewSchema>>;

export const incidentOpenSchema = z.strictObject({
  text: z.string().min(1).max(500),
  /** The alarm it is about, by id. */
  alarm: z.string().max(60).optional(),
});
export const incidentNoteSchema = z.strictObject({ text: z.string().min(1).max(2000) });

/** A secret that was given out before or during an incident. */
export const exposedSchema = z.strictObject({
  name: secretNameSchema,
  times: z.int().positive(),
  lastAt: instantSchema,
  by: z.array(z.string()),
  hosts: z.array(z.string()),
  /** Replaced or removed since. */
  rotated: z.boolean(),
});
export type Exposed = Readonly<z.output<typeof exposedSchema>>;

export const recoveryViewSchema = z.strictObject({
  /** Of the panic that is in force; null: none is. */
  incident: incidentSchema.nullable(),
  steps: z.array(
    z.strictObject({
      step: recoveryStepSchema,
      done: z.boolean(),
      /** What is to be done, in one line. */
      text: z.string(),
    }),
  ),
  next: recoveryStepSchema.nullable(),
  secrets: z.array(exposedSchema),
  /** Whether `scripts` and `close` need a second factor of whoever takes them. */
  factorNeeded: z.boolean(),
  runbook: z.string().nullable(),
});
export type RecoveryView = Readonly<z.output<typeof recoveryViewSchema>>;

export const recoverRequestSchema = z.strictObject({
  /** secrets: those that stay as they are, by the person's own judgement. */
  accept: z.array(secretNameSchema).max(1000).default([]),
  /** scripts: names of scripts and ids of schedules that come back. */
  scripts: z.array(scriptNameSchema).max(1000).default([]),
  schedules: z.array(scheduleIdSchema).max(1000).default([]),
  factor: factorProofSchema.optional(),
});
export type RecoverRequest = z.output<typeof recoverRequestSchema>;

const reportCallSchema = z.strictObject({
  at: instantSchema,
  call: callIdSchema,
  agent: z.string(),
  tool: z.string(),
  /** What it would do, worst first. */
  effects: z.array(z.string()),
  outcome: outcomeSchema,
  /** Who or what let it through or stopped it. */
  decided: z.string(),
  ended: z.string(),
  /** Whether it ran, as far as is known. */
  ran: z.boolean(),
});

/** What happened around an incident, out of the ledger. */
export const incidentReportSchema = z.strictObject({
  incident: incidentSchema,
  from: instantSchema,
  to: instantSchema,
  /** Whether older records were left out because there are too many. */
  truncated: z.boolean(),
  calls: z.array(reportCallSchema),
  refused: z.int().nonnegative(),
  secrets: z.array(exposedSchema),
  /** `sentBytes` null: nobody counted them. */
  hosts: z.array(
    z.strictObject({ host: z.string(), times: z.int(), sentBytes: z.int().nullable(), by: z.array(z.string()) }),
  ),
  files: z.array(
    z.strictObject({
      path: z.string(),
      effect: z.enum(['write', 'delete']),
      call: callIdSchema,
      undo: z.boolean().nullable(),
      /** The undo that has put it back since. */
      putBack: callIdSchema.optional(),
    }),
  ),
  /** What ran and cannot be taken back: what was sent, spent, run elsewhere. */
  lasting: z.array(z.strictObject({ call: callIdSchema, text: z.string() })),
  /** Policy, people, agents, scripts, modules, sign-ins: in order. */
  timeline: z.array(z.strictObject({ at: instantSchema, what: z.string(), text: z.string() })),
  todo: z.array(z.string()),
});
export type IncidentReport = Readonly<z.output<typeof incidentReportSchema>>;
export const incidentReportResponseSchema = z.strictObject({ report: incidentReportSchema, markdown: z.string() });

/** What `runbook edit` begins with: whom to call and what to do is the person's own. */
export const RUNBOOK_TEMPLATE = `# If something goes wrong

Call first:
- (name, telephone number, when they can be reached)
- (who else must know: a colleague, the bank, the data protection officer)

Then:
1. \`castellan panic\` if it was not done yet: nothing runs until \`castellan recover\`.
2. \`castellan incidents show\` says what happened, which calls, which secrets were used.
3. Rotate what may have leaked. Where: (links to the consoles of your providers)
4. Restore from: (where the backups lie, and where their passphrase is kept)

Never:
- (what must not be done, for example: do not pay, do not delete the ledger)
`;
