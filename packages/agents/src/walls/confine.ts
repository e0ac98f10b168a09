// A run of an agent, confined: the same program within walls, with folders of its own that are gone when it is over. INVARIANT: what
// was to have walls has them or is not started; a fault says why, and nothing here is a weaker way.
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { agentSocketsOf, type SandboxConfig } from '@castellan/contract';
import {
  confineProgram,
  giveIdentity,
  installationOf,
  isProject,
  keptIn,
  realAbove,
  removeOwnFolder,
} from '@castellan/sandbox';
import type { Connection } from '../connection/connection.ts';
import { agentFolder } from '../connection/record.ts';
import type { Connector } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import type { Program } from '../launch.ts';
import type { Machine } from '../machine.ts';
import { counted } from './counted.ts';
import { credentialsAt } from './credentials.ts';
import { environmentInside } from './environment.ts';
import { writeHookInside } from './inside.ts';
import { Left } from './left.ts';
import { memoryHere, runLimits } from './limits.ts';
import { makeOwnFolder } from './own-folder.ts';
import { clientProgram, ownPrograms } from './programs.ts';
import { clientFolders, type RunPlace, runSpec } from './spec.ts';

export interface WalledProgram extends Program {
  /** `bubblewrap, seccomp`. */
  readonly words: string;
  /** Folders that it may change, beside its own. */
  readonly writes: readonly string[];
  /** When it has ended. @returns what a person is told of it, a line each */
  readonly over: () => Promise<readonly string[]>;
}

export interface ToConfine {
  readonly connector: Pick<Connector, 'held' | 'title'>;
  readonly connection: Connection;
  readonly machine: Machine;
  readonly program: Program;
  readonly config: SandboxConfig;
  readonly port: number;
  readonly run: string;
}

const PLACES = 'name another folder under `sandbox` in config.yaml';

/** Of the configuration: whole paths, none of them where logins are. */
function morePaths(named: readonly string[], userHome: string): Done<readonly string[]> {
  const paths = named.map((path) => (path.startsWith('~/') ? join(userHome, path.slice(2)) : path));
  for (const path of paths) {
    const place = credentialsAt(path, userHome);
    if (place !== null)
      return undone('not-started', `\`${path}\` holds or lies in \`${place}\`, where logins are kept`, PLACES);
  }
  return done(paths);
}

/** Castellan's own folders. What other sessions left in the cache is none of this one's business either. */
function neverOf({ home, userHome, env }: Machine): readonly string[] {
  const cache = env.XDG_CACHE_HOME;
  const caches = cache !== undefined && isAbsolute(cache) ? cache : join(userHome, '.cache');
  return [home, realAbove(home), join(userHome, '.config/castellan'), join(caches, 'castellan')];
}

/** The user that the walls are started by: the agent user, where that is another one. */
function runsAs(home: string): number {
  const found = installationOf(home);
  return found.kind === 'found' ? found.installation.agent.uid : (process.getuid?.() ?? 0);
}

export async function confineRun(given: ToConfine): Promise<Done<WalledProgram>> {
  const { connector, connection, machine, program, config, port, run } = given;
  const { userHome, home } = machine;
  const project = realAbove(machine.cwd);
  if (!isProject(project, userHome))
    return undone(
      'not-started',
      `\`${machine.cwd}\` is no project: it is of the system, or your home, or holds one of these`,
      'start it in the folder of one project',
    );
  const read = morePaths(config.read, userHome);
  if (!read.ok) return read;
  const write = morePaths(config.write, userHome);
  if (!write.ok) return write;
  const folder = agentFolder(home, connection.agent);
  const real = realAbove(folder);
  const named = agentSocketsOf(home, connection.agent);
  const at = realAbove(named.folder);
  const sockets = { folder: at, gate: join(at, 'gate.sock'), egress: join(at, 'egress.sock') };
  const socket = statSync(sockets.gate, { throwIfNoEntry: false });
  if (socket === undefined)
    return undone(
      'not-started',
      `the agent's own socket is not there: \`${sockets.gate}\``,
      'keep the state folder at a shorter path (CASTELLAN_HOME), and start the daemon again',
    );
  const hook = await writeHookInside(folder, { owner: socket.uid, sockets }, runsAs(home));
  if (!hook.ok) return hook;
  const files = connection.files.map(({ path }) => path);
  const clients = clientFolders(real, files);
  const client = await clientProgram(program.file, program.env.PATH ?? '');
  const held = clients.flatMap((each) => (connector.held ?? []).map((name) => join(each, name)));
  const own = await makeOwnFolder(real, run);
  giveIdentity(userHome, own.home);
  const place: RunPlace = {
    ...{ project, userHome, files, sockets, own, port, run, hook: hook.value },
    isWorker: connection.mode === 'hooks',
    cwd: realAbove(program.cwd),
    never: neverOf(machine),
    folders: [...new Set([folder, real])],
    held: held.filter(existsSync),
    reads: [...client.reads, ...(await ownPrograms(connection.gateway.file))],
    kept: keptIn(project),
    more: { read: read.value, write: write.value },
    limits: runLimits(config, memoryHere()),
  };
  const env = environmentInside(program.env, [userHome, real, folder]);
  const spec = runSpec(place);
  const confined = await confineProgram(spec, { file: client.file, args: program.args, env });
  if (!confined.ok) {
    await removeOwnFolder(own.path);
    return undone('not-started', `${connector.title} is not started without walls: ${confined.why}`, confined.hint);
  }
  const left = new Left(project, [...held, ...(spec.write.includes(project) ? place.kept : [])]);
  const { end, ...whole } = counted(confined, spec, home);
  return done({
    ...whole,
    ...{ words: confined.words, cwd: place.cwd, writes: spec.write },
    async over() {
      const struck = await end();
      await removeOwnFolder(own.path);
      return [...(struck === null ? [] : [`it was ended: ${struck}`]), ...left.aside(run.slice(0, 8))];
    },
  });
}
