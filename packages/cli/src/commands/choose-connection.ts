// Which connection is meant, how faults of the agents package are told, and what of the world connecting sees.
import { type AgentFault, type Connection, listConnections, type Machine, machineHere } from '@castellan/agents';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, type Output } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { visible } from '../text/visible.ts';
import { stateFolder, type World } from '../world.ts';

export const told = (out: Output, fault: AgentFault): ExitCode =>
  out.error(
    visible(fault.message),
    fault.hints.map(visible),
    fault.code === 'weakening-flag' ? EXIT.denied : EXIT.failure,
  );

export const machineOf = (world: World): Machine => {
  const { userHome, cwd, env } = world;
  return machineHere({ home: stateFolder(world), userHome, cwd, env });
};

/** By the client's name or a part of the agent's id, or the only one there is. */
export async function chooseConnection(
  { world, out }: Context,
  part: string | undefined,
): Promise<Connection | ExitCode> {
  const all = await listConnections(stateFolder(world));
  const named = part === undefined ? all : all.filter(({ connector }) => connector === part);
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    const list = named.map(
      ({ agent, connector, scope, files }) => `\`${agent}\`: ${connector}, ${scope}, ${files[0]?.path ?? ''}`,
    );
    return out.error(`${named.length} agents are connected: say which`, list.map(visible), EXIT.usage);
  }
  if (all.length === 0 || part === undefined)
    return out.error('no agent is connected', ['`castellan connect` shows what can be']);
  const ids = all.map(({ agent }) => agent);
  const picked = pickOrTell(out, 'agent', ids, part, 'castellan agents');
  if (typeof picked === 'number') return picked;
  return all.find(({ agent }) => agent === picked.id) ?? EXIT.failure;
}
