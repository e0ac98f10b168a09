// Which routes exist on the remote listener: those of people. RULE: what an agent, its model client or a program of this user
// has for itself is not refused there, it does not exist there (N2). And the other way round on an agent's own socket.
import { type Permission, ROUTES, type Route, type RouteName } from '@castellan/contract';

const NOT_OF_PEOPLE: ReadonlySet<Permission> = new Set<Permission>([
  'calls:check',
  'canary:model',
  'models:use',
  'mcp:use',
  'terminals:host',
]);
/**
 * `events`: the stream for the command line; pages have their socket. `setUp`: done before this listener opens.
 * `moduleCallback`: authorization servers know the loopback address alone.
 */
const LOCAL_ONLY: ReadonlySet<RouteName> = new Set<RouteName>(['events', 'setUp', 'moduleCallback']);

export const isPeoplesRoute = (name: RouteName): boolean => {
  const { permission }: Route = ROUTES[name];
  return !NOT_OF_PEOPLE.has(permission) && !LOCAL_ONLY.has(name);
};

const OF_AGENTS: ReadonlySet<Permission> = new Set<Permission>([
  'calls:check',
  'calls:read-own',
  'canary:model',
  'models:use',
  'mcp:use',
]);

/** On the socket of one agent. `live`: whoever waits for the daemon asks there whether it is up. */
export const isAgentsRoute = (name: RouteName): boolean => {
  const { permission }: Route = ROUTES[name];
  return OF_AGENTS.has(permission) || name === 'live';
};
