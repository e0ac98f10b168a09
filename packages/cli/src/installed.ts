// Where this machine has an installation with two users: its system user finds the state folder without being told, and root does not
// write into it by mistake.
import { existsSync } from 'node:fs';
import { EXIT, type ExitCode, type Output } from './output.ts';
import type { World } from './world.ts';

/** Asked first: most machines have none, and then nothing more is loaded. */
const RECORD = '/etc/castellan/install.json';
/** What root does here: the installation itself, and reading help. */
const OF_ROOT = new Set(['system', 'doctor', 'help', 'completion']);

/** The world with its state folder; the exit code where root is not who should ask. */
export async function worldHere(world: World, out: Output): Promise<World | ExitCode> {
  if ((world.env.CASTELLAN_HOME ?? '') !== '' || !existsSync(RECORD)) return world;
  const { systemAt } = await import('@castellan/agents');
  const found = systemAt('');
  if (found.kind !== 'found') return world;
  const { home, system } = found.installation;
  const uid = process.geteuid?.();
  if (uid === system.uid) return { ...world, env: { ...world.env, CASTELLAN_HOME: home } };
  const [first = 'help'] = world.argv;
  if (uid !== 0 || first.startsWith('-')) return world;
  if (OF_ROOT.has(first)) return { ...world, env: { ...world.env, CASTELLAN_HOME: home } };
  return out.error(
    `Castellan is the user \`${system.name}\` on this machine, and root is not`,
    [`sudo -u ${system.name} castellan ${first} …`],
    EXIT.denied,
  );
}
