// A program as another user's: started by castellan-enter, which hands its own streams to the launcher and lives as long as the program.
// INVARIANT: nothing of the environment says where the system user keeps things, and none of its descriptors is handed over but the three.
import { asUser, type Installation } from '@castellan/contract';
import type { PlainProgram } from '../confine/spec.ts';

/** With the folder that it begins in. */
export interface PlacedProgram extends PlainProgram {
  readonly cwd: string;
}

/**
 * The same program as the agent user, or as that of servers. It composes with walls: those are put around it first, so that they
 * stand inside the other user.
 * @param walled its environment is that of the walls already: they say where its home folder is.
 */
export function enterProgram<Program extends PlacedProgram>(
  installation: Installation,
  program: Program,
  as: { readonly who: 'agent' | 'server'; readonly walled: boolean },
): Program {
  const { enter, socket, homes } = installation;
  const user = { name: installation[as.who].name, home: homes[as.who] };
  return {
    ...program,
    file: enter,
    args: [
      ...['--socket', socket, '--cwd', program.cwd, '--die-with-parent'],
      ...(as.who === 'server' ? ['--server'] : []),
      ...['--', program.file, ...program.args],
    ],
    env: as.walled ? program.env : asUser(program.env, user),
    // The other user's folder may be one that the system user cannot enter.
    cwd: '/',
  };
}
