// Identity, established once at the door. What an actor may do is a set of permissions; a route names the one it needs.
import { z } from 'zod';
import type { AgentId, ApiTokenId, SignInId, UserId } from './ids.ts';

export const PERMISSIONS = [
  'public',
  'calls:check',
  'calls:read-own',
  'canary:model',
  'status:read',
  'checks:fix',
  'health:read',
  'metrics:read',
  'events:read',
  'approvals:read',
  'approvals:resolve',
  'grants:read',
  'grants:write',
  'policy:read',
  'policy:write',
  'modules:read',
  'modules:write',
  'agents:read',
  'agents:write',
  'agents:freeze',
  'agents:thaw',
  'ledger:read',
  'ledger:seal',
  'ledger:export',
  'limits:read',
  'limits:resume',
  'alarms:end',
  'panic:declare',
  'panic:end',
  'incidents:read',
  'incidents:write',
  'secrets:read',
  'secrets:write',
  'backups:write',
  'models:use',
  'mcp:use',
  'account:self',
  'users:read',
  'users:write',
  'api-tokens:read',
  'api-tokens:write',
  'channels:read',
  'channels:write',
  'terminals:host',
  'terminals:watch',
  'scripts:read',
  'scripts:propose',
  'scripts:run',
  'scripts:approve',
  'schedules:write',
  'undo:read',
  'undo:run',
  'daemon:stop',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a person is here for: everything; answering; looking. */
export const roleSchema = z.enum(['admin', 'approver', 'viewer']);
export type Role = z.output<typeof roleSchema>;

export type Actor =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'agent'; readonly agent: AgentId }
  /** An agent's model client, by its model key: it reaches the broker and nothing else. */
  | { readonly kind: 'model'; readonly agent: AgentId }
  /** A program of the user that started the daemon, by the token in state.json. It may look; it cannot answer for a person. */
  | { readonly kind: 'local-cli' }
  | {
      readonly kind: 'person';
      readonly user: UserId;
      readonly name: string;
      readonly role: Role;
      readonly signIn: SignInId;
    }
  | {
      readonly kind: 'api-token';
      readonly token: ApiTokenId;
      readonly name: string;
      readonly permissions: ReadonlySet<Permission>;
    }
  /** Whoever holds a link of a message: it answers one approval, through the routes of links alone. */
  | { readonly kind: 'link'; readonly channel: string };

/** An agent may attempt calls and read what became of its own. Nothing else, ever (A5). */
const AGENT: ReadonlySet<Permission> = new Set<Permission>([
  'public',
  'calls:check',
  'calls:read-own',
  'mcp:use',
  'canary:model',
]);
const MODEL: ReadonlySet<Permission> = new Set<Permission>(['public', 'models:use']);

const VIEWER: readonly Permission[] = [
  'public',
  'status:read',
  'health:read',
  'metrics:read',
  'events:read',
  'approvals:read',
  'grants:read',
  'policy:read',
  'modules:read',
  'agents:read',
  'ledger:read',
  'limits:read',
  'secrets:read',
  'calls:read-own',
  'account:self',
  'terminals:watch',
  'channels:read',
  'scripts:read',
  'incidents:read',
];
const APPROVER: readonly Permission[] = [
  ...VIEWER,
  'approvals:resolve',
  'grants:write',
  'limits:resume',
  'alarms:end',
  'panic:declare',
  'incidents:write',
  'agents:freeze',
  'agents:thaw',
  'scripts:propose',
  'scripts:run',
  'scripts:approve',
  'undo:read',
];
const ONLY_AGENTS: readonly Permission[] = ['calls:check', 'canary:model', 'models:use', 'mcp:use'];
/** Everything but acting as an agent, or being the program that holds a terminal. */
const ADMIN = PERMISSIONS.filter((permission) => ![...ONLY_AGENTS, 'terminals:host'].includes(permission));

/** Of each role. */
export const ROLES: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(VIEWER),
  approver: new Set(APPROVER),
  admin: new Set(ADMIN),
};

/**
 * What any program of the user may do without a person: look, connect an agent to the gate, hold everything, stop. Nothing
 * here lets a call run that would not have run.
 */
const LOCAL: ReadonlySet<Permission> = new Set<Permission>([
  ...VIEWER.filter((permission) => permission !== 'account:self' && permission !== 'terminals:watch'),
  'agents:write',
  'agents:freeze',
  'panic:declare',
  // It may read every record as it is: an export tells it nothing more.
  'ledger:export',
  'terminals:host',
  'daemon:stop',
]);

/** Whether whoever asks may do this at all. What is not listed for its kind is not permitted. */
export function permits(actor: Actor, permission: Permission): boolean {
  switch (actor.kind) {
    case 'nobody':
    case 'link':
      return permission === 'public';
    case 'agent':
      return AGENT.has(permission);
    case 'model':
      return MODEL.has(permission);
    case 'local-cli':
      return LOCAL.has(permission);
    case 'person':
      return ROLES[actor.role].has(permission);
    case 'api-token':
      return permission === 'public' || actor.permissions.has(permission);
  }
}

/** How an actor is written in records: `agent:agent_…`, `model:agent_…`, `person:mia`, `program:local`. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'nobody':
      return 'nobody';
    case 'agent':
      return `agent:${actor.agent}`;
    case 'model':
      return `model:${actor.agent}`;
    case 'local-cli':
      return 'program:local';
    case 'person':
      return `person:${actor.name}`;
    case 'api-token':
      return `token:${actor.name}`;
    case 'link':
      return `link:${actor.channel}`;
  }
}
