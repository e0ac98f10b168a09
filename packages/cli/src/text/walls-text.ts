// What a run within walls may reach, in one line.
import type { Machine, WallsOfRun } from '@castellan/agents';
import type { Status } from '@castellan/contract';
import { plural } from './words.ts';

/** Short where it lies at home. */
const short = (path: string, userHome: string): string =>
  path.startsWith(`${userHome}/`) ? `~${path.slice(userHome.length)}` : path;

export function wallsText(
  { words, writes, hosts, agent }: WallsOfRun,
  { userHome }: Pick<Machine, 'userHome'>,
  { allow, agents, newHosts }: Status['network'],
): string {
  const changes = writes.length === 0 ? 'nothing but its own folder' : writes.map((path) => short(path, userHome));
  const listed = allow.length + (Object.hasOwn(agents, agent) ? (agents[agent]?.length ?? 0) : 0);
  const reached = [...hosts, ...(listed === 0 ? [] : [`${plural(listed, 'listed host')}`])];
  const isAsked = newHosts === 'ask';
  const alone = isAsked ? 'without a question' : 'and nothing else of the network';
  const nothing = isAsked ? 'you are asked before it reaches any host' : 'it reaches no host';
  const network = reached.length === 0 ? nothing : `it reaches ${reached.join(', ')} ${alone}`;
  return `note: within walls (${words}): it changes ${[changes].flat().join(', ')}; ${network}`;
}
