// In an installation with two users an agent is the other one. INVARIANT: where there is such an installation, nothing of an agent is
// started as the system user, whatever stands in the way.
import type { AgentId } from '@castellan/contract';
import { enterProgram, installationOf, shareAgentFolder } from '@castellan/sandbox';
import { agentFolder } from '../connection/record.ts';
import { type Done, done, undone } from '../fault.ts';
import type { Program } from '../launch.ts';

/** The same program as the agent user; as it is where there is no such installation. @param walled it has walls already. */
export function asAgentUser<Prepared extends Program & { readonly agent: AgentId }>(
  prepared: Prepared,
  home: string,
  walled: boolean,
): Done<Prepared> {
  const found = installationOf(home);
  if (found.kind === 'none') return done(prepared);
  if (found.kind === 'unusable') return undone('not-started', found.why, found.hint);
  const { installation } = found;
  const { system, agent } = installation;
  if (process.geteuid?.() !== system.uid)
    return undone(
      'not-started',
      `agents of this installation are started by the user \`${system.name}\` alone`,
      `sudo -u ${system.name} castellan run …`,
    );
  try {
    shareAgentFolder(installation, agentFolder(home, prepared.agent));
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    return undone(
      'not-started',
      `the agent's folder cannot be shared with \`${agent.name}\`: ${why}`,
      'castellan system check',
    );
  }
  return done(enterProgram(installation, prepared, { who: 'agent', walled }));
}
