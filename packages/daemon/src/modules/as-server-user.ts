// In an installation with two users a server without walls is a third one: neither what Castellan keeps nor what agents can look into,
// for its environment holds keys. INVARIANT: such a server never runs as the system user; where it cannot be another one it does not run.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerProgram, ServerWalls } from '@castellan/gateway';
import { enterProgram, installationOf, realAbove } from '@castellan/sandbox';

/** Null: this state folder belongs to no such installation. @param caches where the folders of servers lie that name none */
export function asServerUser(module: string, stateFolder: string, caches: string): ServerWalls | null {
  const found = installationOf(stateFolder);
  if (found.kind === 'none') return null;
  return {
    key: 'as the user of servers',
    async confine(program: ServerProgram) {
      if (found.kind === 'unusable') return { ok: false, why: found.why, hint: found.hint };
      const { installation } = found;
      const ours = [realAbove(stateFolder), installation.homes.system];
      const kept = [program.file, ...program.made].find((path) =>
        ours.some((folder) => realAbove(path).startsWith(`${folder}/`)),
      );
      if (kept !== undefined)
        return {
          ok: false,
          why: `\`${installation.server.name}\` cannot read \`${kept}\`, which Castellan keeps for itself`,
          hint: `put walls around it: castellan modules sandbox ${module}`,
        };
      const cwd = isOurs(realAbove(program.cwd), caches) ? installation.homes.server : program.cwd;
      const entered = enterProgram(installation, { ...program, cwd }, { who: 'server', walled: false });
      return {
        ok: true,
        file: entered.file,
        args: entered.args,
        env: entered.env,
        // The launcher counts and ends it.
        started: () => undefined,
        ended: () => Promise.resolve(),
      };
    },
  };
}

/** A folder that was made for it: empty, and the system user's alone. One that is only looked at has it below the temporary ones. */
const isOurs = (cwd: string, caches: string): boolean =>
  cwd.startsWith(`${realAbove(caches)}/`) || cwd.startsWith(join(realAbove(tmpdir()), 'castellan-look-'));
