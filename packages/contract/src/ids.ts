// Names of things. An id says what it names by its prefix, so that one can never be passed for another.
import { z } from 'zod';

const id = <Prefix extends string>(prefix: Prefix) =>
  z.templateLiteral([z.literal(prefix), '_', z.string().regex(/^[0-9a-z]{6,40}$/)]);

export const agentIdSchema = id('agent');
export const taskIdSchema = id('task');
export const sessionIdSchema = id('session');
export const callIdSchema = id('call');
export const approvalIdSchema = id('approval');
export const grantIdSchema = id('grant');
export const alarmIdSchema = id('alarm');
export const userIdSchema = id('user');
export const signInIdSchema = id('signin');
export const apiTokenIdSchema = id('apitoken');
export const passkeyIdSchema = id('passkey');
export const terminalIdSchema = id('terminal');
export const runIdSchema = id('run');
export const scheduleIdSchema = id('schedule');
export const incidentIdSchema = id('incident');

export type AgentId = z.output<typeof agentIdSchema>;
export type TaskId = z.output<typeof taskIdSchema>;
export type SessionId = z.output<typeof sessionIdSchema>;
export type CallId = z.output<typeof callIdSchema>;
export type ApprovalId = z.output<typeof approvalIdSchema>;
export type GrantId = z.output<typeof grantIdSchema>;
export type AlarmId = z.output<typeof alarmIdSchema>;
export type UserId = z.output<typeof userIdSchema>;
export type SignInId = z.output<typeof signInIdSchema>;
export type ApiTokenId = z.output<typeof apiTokenIdSchema>;
export type PasskeyId = z.output<typeof passkeyIdSchema>;
export type TerminalId = z.output<typeof terminalIdSchema>;
export type RunId = z.output<typeof runIdSchema>;
export type ScheduleId = z.output<typeof scheduleIdSchema>;
export type IncidentId = z.output<typeof incidentIdSchema>;

/** Milliseconds since 1970-01-01T00:00:00Z, without leap seconds. */
export const instantSchema = z.int().nonnegative();
export type Instant = z.output<typeof instantSchema>;

/** `sha256:` and 64 lower-case hexadecimal digits. */
export const digestSchema = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]);
export type Digest = z.output<typeof digestSchema>;

/** The name of a module: what an MCP server or an agent's built-in tools are called. Lower case, no separators of paths. */
export const moduleNameSchema = z.string().regex(/^[a-z0-9][a-z0-9_:-]{0,63}$/);
/** The name of a tool inside its module, as the runtime spells it. */
export const toolNameSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/);
