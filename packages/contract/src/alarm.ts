// An alarm: something a person must see, because the boundary may no longer hold.
import { z } from 'zod';
import { agentIdSchema, alarmIdSchema, instantSchema } from './ids.ts';

export const alarmKindSchema = z.enum([
  /** A panic is in force: nothing is let through until a person ends it (R3). */
  'panic',
  'hooks-missing',
  'hooks-disabled',
  'hooks-bypassed',
  /** A canary ran that should have been stopped, or its verification could not be carried out: the agent may not be held (K6). */
  'not-held',
  /** The installed client is another one than was proven. */
  'unproven',
  /** A tool ran that was refused, was never decided, or ran with other arguments than were decided. */
  'ran-otherwise',
  /** A change, a process or a connection that the system shows and no decided call explains (I6). */
  'unexplained',
  'ledger-failed',
  /** Records older than `retention.days` could not be sealed (L4). */
  'retention-failed',
  /** The ledger's own files do not verify: an old record was changed, or taken away (L2). */
  'ledger-damaged',
  /** A budget or a repeated call held the agent until a person looks, or ended its turn. */
  'agent-paused',
  'agent-stopped',
  'policy-rejected',
  /** A planted secret was used or read: the agent is frozen (X6). */
  'canary',
  /** An agent was given a known secret where nothing could take it out any more: the output of a command that failed. */
  'secret-shown',
  /** The vault cannot be opened: known secrets cannot be found, and nothing that needs one works. */
  'vault-locked',
  'vault-damaged',
  /** A secret is past its rotation or its end. */
  'secret-due',
  /** A rotated token was used again: somebody else had it (A6). */
  'token-reused',
  /** Many sign-ins failed. */
  'sign-in-attack',
  /** A channel could not tell anybody (H3). */
  'channel-failed',
  /** A collector does not take records, or would not take some of them (L6). */
  'forward-failed',
  /** A server offers something else than was accepted, or is another one: what differs is held back (M3). */
  'module-changed',
  /** A server that a person accepted cannot be served: its manifest does not fit it, or it does not start (P7, M4). */
  'module-failed',
  /** The bytes of an approved script are others than were approved: it does not run (S3). */
  'script-modified',
  /** People from elsewhere cannot come in although config.yaml says so, or only as an older one says (N2). */
  'remote-closed',
  /** No copy of the state was made where one was due (R3). */
  'backup-failed',
  /** The last copy of the state is twice as old as it should get. */
  'backup-due',
  /** The disk of the state folder is nearly full: before nothing can be recorded any more. */
  'disk-low',
  /** The clock of the machine was set while the daemon ran, or before it started. */
  'clock-jumped',
  /** A version of a script waits for a person for long (S3). */
  'script-waiting',
  /** Somebody signed in from where, or at a time, they never did (L5). */
  'sign-in-unusual',
]);
export const alarmSchema = z.strictObject({
  id: alarmIdSchema,
  kind: alarmKindSchema,
  agent: agentIdSchema.nullable(),
  /** One line: what was seen. */
  text: z.string(),
  /** What to do about it. */
  hint: z.string(),
  since: instantSchema,
  endedAt: instantSchema.nullable(),
});
export type Alarm = Readonly<z.output<typeof alarmSchema>>;
export type AlarmKind = z.output<typeof alarmKindSchema>;

const SEEN: ReadonlySet<AlarmKind> = new Set<AlarmKind>(['unexplained', 'sign-in-unusual']);
/** Whether an alarm ends once a person has seen it; every other ends with what caused it. */
export const endsBySeeing = ({ kind }: Pick<Alarm, 'kind'>): boolean => SEEN.has(kind);
