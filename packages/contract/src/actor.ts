// Identity, established once at the door. What an actor may do is a set of permissions; a route names the one it needs.
import type { AgentId } from './ids.ts';

export const PERMISSIONS = [
  'public',
  'calls:check',
  'calls:read-own',
  'canary:model',
  'status:read',
  'events:read',
  'approvals:read',
  'approvals:resolve',
  'grants:read',
  'grants:write',
  'policy:read',
  'policy:write',
  'modules:read',
  'agents:read',
  'agents:write',
  'ledger:read',
  'limits:read',
  'limits:resume',
  'secrets:read',
  'secrets:write',
  'models:use',
  'daemon:stop',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export type Actor =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'agent'; readonly agent: AgentId }
  /** An agent's model client, by its model key: it reaches the broker and nothing else. */
  | { readonly kind: 'model'; readonly agent: AgentId }
  | { readonly kind: 'local-cli' };

/** An agent may attempt calls and read what became of its own. Nothing else, ever (A5). */
const AGENT: ReadonlySet<Permission> = new Set<Permission>(['public', 'calls:check', 'calls:read-own', 'canary:model']);
const MODEL: ReadonlySet<Permission> = new Set<Permission>(['public', 'models:use']);
/** The local administrator may do everything but act as an agent. */
const LOCAL: ReadonlySet<Permission> = new Set(
  PERMISSIONS.filter((permission) => !['calls:check', 'canary:model', 'models:use'].includes(permission)),
);

/** Whether whoever asks may do this at all. What is not listed for its kind is not permitted. */
export function permits(actor: Actor, permission: Permission): boolean {
  switch (actor.kind) {
    case 'nobody':
      return permission === 'public';
    case 'agent':
      return AGENT.has(permission);
    case 'model':
      return MODEL.has(permission);
    case 'local-cli':
      return LOCAL.has(permission);
  }
}

/** How an actor is written in records: `agent:agent_…`, `model:agent_…`, `person:local`. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'nobody':
      return 'nobody';
    case 'agent':
      return `agent:${actor.agent}`;
    case 'model':
      return `model:${actor.agent}`;
    case 'local-cli':
      return 'person:local';
  }
}
