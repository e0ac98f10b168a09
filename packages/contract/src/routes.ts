// The local API as data: each route with the permission it needs. A handler cannot be mounted without an entry here, so
// no route can forget its check; the client and the reference docs are made from the same table.
import type { z } from 'zod';
import type { Permission } from './actor.ts';
import {
  agentChangeSchema,
  agentListSchema,
  approvalListSchema,
  callViewSchema,
  checkRequestSchema,
  connectRequestSchema,
  connectResponseSchema,
  grantListSchema,
  ledgerPageSchema,
  ledgerQuerySchema,
  limitsViewSchema,
  liveSchema,
  outcomeRequestSchema,
  policyChangeSchema,
  policyViewSchema,
  resumeResponseSchema,
  statusSchema,
} from './api.ts';
import { approvalSchema, resolveRequestSchema } from './approval.ts';
import { decisionSchema } from './decision.ts';
import { grantRequestSchema, grantSchema } from './grant.ts';
import {
  MAX_SEALED_CHARACTERS,
  modelKeyResponseSchema,
  secretAddSchema,
  secretChangeSchema,
  secretInfoSchema,
  secretListSchema,
  secretRotateSchema,
  vaultBackupResponseSchema,
  vaultBackupSchema,
  vaultKeySchema,
  vaultRecoverSchema,
  vaultRestoreResponseSchema,
  vaultRestoreSchema,
  vaultStateSchema,
  vaultUnlockSchema,
} from './secret.ts';
import { agentSchema } from './work.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path with `:name` parameters. */
  readonly path: string;
  readonly permission: Permission;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Where a body may be longer than a call's. */
  readonly maxBodyBytes?: number;
  /** Absent: the answer is not JSON of ours (an event stream, an agent's own protocol, nothing). */
  readonly response?: z.ZodType;
}

export const ROUTES = {
  live: {
    method: 'GET',
    path: '/v1/live',
    permission: 'public',
    summary: 'whether the daemon answers',
    response: liveSchema,
  },
  status: {
    method: 'GET',
    path: '/v1/status',
    permission: 'status:read',
    summary: 'daemon, policy, ledger, agents, alarms',
    response: statusSchema,
  },
  events: { method: 'GET', path: '/v1/events', permission: 'events:read', summary: 'live events (text/event-stream)' },
  check: {
    method: 'POST',
    path: '/v1/calls',
    permission: 'calls:check',
    summary: 'decide one call; waits for a person where it must',
    body: checkRequestSchema,
    response: decisionSchema,
  },
  outcome: {
    method: 'POST',
    path: '/v1/calls/:id/outcome',
    permission: 'calls:check',
    summary: 'what came of a call',
    body: outcomeRequestSchema,
  },
  call: {
    method: 'GET',
    path: '/v1/calls/:id',
    permission: 'calls:read-own',
    summary: 'one call: verdict, answer, outcome',
    response: callViewSchema,
  },
  claudeHook: {
    method: 'POST',
    path: '/v1/hooks/claude-code',
    permission: 'calls:check',
    summary: 'Claude Code hook events',
  },
  canaryModel: {
    method: 'POST',
    path: '/v1/canary/v1/messages',
    permission: 'canary:model',
    summary: 'the scripted model that `verify` runs an agent against',
  },
  approvals: {
    method: 'GET',
    path: '/v1/approvals',
    permission: 'approvals:read',
    summary: 'approvals waiting and lately resolved',
    response: approvalListSchema,
  },
  approval: {
    method: 'GET',
    path: '/v1/approvals/:id',
    permission: 'approvals:read',
    summary: 'one approval',
    response: approvalSchema,
  },
  resolve: {
    method: 'POST',
    path: '/v1/approvals/:id/resolve',
    permission: 'approvals:resolve',
    summary: 'approve or deny, once',
    body: resolveRequestSchema,
    response: approvalSchema,
  },
  grants: {
    method: 'GET',
    path: '/v1/grants',
    permission: 'grants:read',
    summary: 'all grants',
    response: grantListSchema,
  },
  grant: {
    method: 'POST',
    path: '/v1/grants',
    permission: 'grants:write',
    summary: 'make a grant',
    body: grantRequestSchema,
    response: grantSchema,
  },
  revokeGrant: {
    method: 'DELETE',
    path: '/v1/grants/:id',
    permission: 'grants:write',
    summary: 'revoke a grant',
    response: grantSchema,
  },
  policy: {
    method: 'GET',
    path: '/v1/policy',
    permission: 'policy:read',
    summary: 'rules, levels, presets in force',
    response: policyViewSchema,
  },
  changePolicy: {
    method: 'POST',
    path: '/v1/policy',
    permission: 'policy:write',
    summary: 'change or reload the policy',
    body: policyChangeSchema,
    response: policyViewSchema,
  },
  agents: {
    method: 'GET',
    path: '/v1/agents',
    permission: 'agents:read',
    summary: 'connected agents',
    response: agentListSchema,
  },
  connect: {
    method: 'POST',
    path: '/v1/agents',
    permission: 'agents:write',
    summary: 'make an agent and its credential',
    body: connectRequestSchema,
    response: connectResponseSchema,
  },
  changeAgent: {
    method: 'PATCH',
    path: '/v1/agents/:id',
    permission: 'agents:write',
    summary: 'change what is watched',
    body: agentChangeSchema,
    response: agentSchema,
  },
  disconnect: {
    method: 'DELETE',
    path: '/v1/agents/:id',
    permission: 'agents:write',
    summary: 'revoke an agent and its credential',
    response: agentSchema,
  },
  freeze: {
    method: 'POST',
    path: '/v1/agents/:id/freeze',
    permission: 'agents:write',
    summary: 'nothing an agent asks for runs until it is thawed',
    response: agentSchema,
  },
  thaw: {
    method: 'POST',
    path: '/v1/agents/:id/thaw',
    permission: 'agents:write',
    summary: 'let a frozen agent go on',
    response: agentSchema,
  },
  modelKey: {
    method: 'POST',
    path: '/v1/agents/:id/model-key',
    permission: 'agents:write',
    summary: 'make a new model key for an agent; the one before it ends',
    response: modelKeyResponseSchema,
  },
  model: {
    method: 'POST',
    path: '/model/:upstream/*',
    permission: 'models:use',
    summary: 'a request to a model server, with the real key put in on the way',
  },
  modelGet: {
    method: 'GET',
    path: '/model/:upstream/*',
    permission: 'models:use',
    summary: 'what a model server offers',
  },
  secrets: {
    method: 'GET',
    path: '/v1/secrets',
    permission: 'secrets:read',
    summary: 'names, uses, ages; never values',
    response: secretListSchema,
  },
  addSecret: {
    method: 'POST',
    path: '/v1/secrets',
    permission: 'secrets:write',
    summary: 'keep a new secret',
    body: secretAddSchema,
    response: secretInfoSchema,
  },
  changeSecret: {
    method: 'PATCH',
    path: '/v1/secrets/:name',
    permission: 'secrets:write',
    summary: 'change what a secret may be used for',
    body: secretChangeSchema,
    response: secretInfoSchema,
  },
  rotateSecret: {
    method: 'POST',
    path: '/v1/secrets/:name/rotate',
    permission: 'secrets:write',
    summary: 'a new value under the same name; the old one is still redacted',
    body: secretRotateSchema,
    response: secretInfoSchema,
  },
  removeSecret: {
    method: 'DELETE',
    path: '/v1/secrets/:name',
    permission: 'secrets:write',
    summary: 'forget a secret',
    response: secretInfoSchema,
  },
  unlockVault: {
    method: 'POST',
    path: '/v1/vault/unlock',
    permission: 'secrets:write',
    summary: 'open the vault with its passphrase, or look for its key again',
    body: vaultUnlockSchema,
    response: vaultStateSchema,
  },
  changeVaultKey: {
    method: 'POST',
    path: '/v1/vault/key',
    permission: 'secrets:write',
    summary: 'seal the vault with a new key',
    body: vaultKeySchema,
    response: vaultStateSchema,
  },
  backUpVault: {
    method: 'POST',
    path: '/v1/vault/backup',
    permission: 'secrets:write',
    summary: 'a sealed copy that a passphrase opens on any machine',
    body: vaultBackupSchema,
    response: vaultBackupResponseSchema,
  },
  restoreVault: {
    method: 'POST',
    path: '/v1/vault/restore',
    permission: 'secrets:write',
    summary: 'take secrets from a sealed copy',
    body: vaultRestoreSchema,
    maxBodyBytes: MAX_SEALED_CHARACTERS + 65_536,
    response: vaultRestoreResponseSchema,
  },
  recoverVault: {
    method: 'POST',
    path: '/v1/vault/recover',
    permission: 'secrets:write',
    summary: 'go on where the vault cannot be opened; what is damaged is put aside',
    body: vaultRecoverSchema,
    response: vaultStateSchema,
  },
  limits: {
    method: 'GET',
    path: '/v1/limits',
    permission: 'limits:read',
    summary: 'budgets, what sessions have used of them, which are held',
    response: limitsViewSchema,
  },
  resume: {
    method: 'POST',
    path: '/v1/sessions/:id/resume',
    permission: 'limits:resume',
    summary: 'let a session that was paused or stopped go on with fresh budgets',
    response: resumeResponseSchema,
  },
  ledger: {
    method: 'GET',
    path: '/v1/ledger',
    permission: 'ledger:read',
    summary: 'records, newest last',
    query: ledgerQuerySchema,
    response: ledgerPageSchema,
  },
  stop: {
    method: 'POST',
    path: '/v1/stop',
    permission: 'daemon:stop',
    summary: 'stop gracefully; waiting calls are cancelled',
  },
} as const satisfies Record<string, Route>;
export type RouteName = keyof typeof ROUTES;

type SchemaOf<Name extends RouteName, Part extends string> = (typeof ROUTES)[Name] extends {
  readonly [Key in Part]: infer Schema;
}
  ? Schema
  : never;
type Output<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;
type Input<Schema, Otherwise> = Schema extends z.ZodType ? z.input<Schema> : Otherwise;

/** What a handler of a route is given. */
export type RouteBody<Name extends RouteName> = Output<SchemaOf<Name, 'body'>, unknown>;
export type RouteQuery<Name extends RouteName> = Output<SchemaOf<Name, 'query'>, unknown>;
/** What a handler of a route must answer. */
export type RouteResponse<Name extends RouteName> = [SchemaOf<Name, 'response'>] extends [never]
  ? unknown
  : Input<SchemaOf<Name, 'response'>, never>;
