// Walls around the servers of modules (M4): what a person listed, and beside it what a server cannot run without: its own package,
// its runtime, an empty home and an empty /tmp. INVARIANT: made of the configuration and of what was resolved here, never of anything
// a server says; where walls cannot stand nothing is started, and a person is told.
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildEnvironment, childEnvironment, type ModuleSandbox, moduleEgressOf } from '@castellan/contract';
import type { ServerProgram, ServerWalls, WalledServer } from '@castellan/gateway';
import {
  boundProgram,
  type Confinement,
  confineProgram,
  limitsHere,
  realAbove,
  removeOwnFolder,
} from '@castellan/sandbox';
import type { CacheFolders } from '../cache-folders.ts';
import { asServerUser } from './as-server-user.ts';
import type { ModulesHost } from './host.ts';
import { partsOf } from './server-parts.ts';

interface WallsHost extends Pick<ModulesHost, 'openWay'> {
  /** Of the person. */
  readonly home: string;
  readonly stateFolder: string;
  readonly folders: CacheFolders;
}

/**
 * @param sandbox null: it has none. @param lasting whether it keeps its home from one start to the next: not while it is only
 * looked at.
 */
export type WallsFor = (module: string, sandbox: ModuleSandbox | null, lasting: boolean) => ServerWalls | null;

/** A server has a few processes; a browser that it drives has many. */
const PROCESSES = 1024;

/** @param told each time one is to be started: why its walls cannot stand; null: they do. */
export function serverWalls(
  { parts: { facts, folders }, paths, openWay }: ModulesHost,
  told: (module: string, why: string | null) => void,
): WallsFor {
  const host = { home: facts.home, stateFolder: paths.home, folders, openWay };
  return (module, sandbox, lasting) =>
    sandbox === null
      ? asServerUser(module, paths.home, folders.root)
      : {
          key: JSON.stringify(sandbox),
          async confine(program) {
            const walled = await confined(host, module, sandbox, program, lasting);
            told(module, walled.ok ? null : `${walled.why}: ${walled.hint}`);
            return walled;
          },
        };
}

async function confined(
  host: WallsHost,
  module: string,
  sandbox: ModuleSandbox,
  program: ServerProgram,
  lasting: boolean,
): Promise<WalledServer | { readonly ok: false; readonly why: string; readonly hint: string }> {
  const { home, folders, stateFolder } = host;
  const made: string[] = [];
  const ways: AsyncDisposable[] = [];
  const close = (): Promise<unknown> => Promise.allSettled(ways.splice(0).map((way) => way[Symbol.asyncDispose]()));
  // The way out is closed first: what the server left may take long to remove.
  const clear = async (): Promise<void> => {
    await close();
    for (const folder of made) await removeOwnFolder(folder);
  };
  try {
    // In here, for a /tmp that is full is a reason not to start it and no more.
    const own = mkdtempSync(join(tmpdir(), 'castellan-server-'));
    made.push(own);
    for (const name of ['tmp', 'home']) mkdirSync(join(own, name), { mode: 0o700 });
    const egress = await wayOf(host, module, sandbox, lasting, ways);
    const given = partsOf(program, home);
    const limits = { ...limitsHere(), processes: PROCESSES };
    const folder = realpathSync(program.cwd);
    const isOwnFolder = folder === realAbove(folders.serverPath(module)) || !lasting;
    const listed = (paths: readonly string[]): readonly string[] =>
      paths.map((path) => (path.startsWith('~/') ? join(home, path.slice(2)) : path));
    const spec: Confinement = {
      folder,
      write: listed(sandbox.write),
      read: listed(sandbox.read),
      keep: [],
      never: [stateFolder, join(home, '.config/castellan'), folders.root],
      given: [
        ...given.map((path) => ({ from: realpathSync(path), at: path, writable: false })),
        // A folder that a manifest names is somebody's: it is changed only where that is listed.
        ...(isOwnFolder || !isListed(folder, sandbox, home)
          ? [{ from: folder, at: folder, writable: isOwnFolder }]
          : []),
      ],
      own: { home: lasting ? folders.serverHome(module) : join(own, 'home'), temp: join(own, 'tmp') },
      home,
      network: egress === null ? 'none' : { egress, forwards: [] },
      programs: true,
      sockets: 'none',
      terminal: false,
      limits,
    };
    const walled = await confineProgram(spec, {
      file: program.file,
      args: program.args,
      env: within(program.env, home),
    });
    if (!walled.ok) {
      await clear();
      return walled;
    }
    const bound = boundProgram(walled, limits);
    return {
      ok: true,
      file: bound.file,
      args: bound.args,
      env: bound.env,
      started: (pid, over) => bound.watch(pid, [own, ...spec.write, spec.own.home], over),
      async ended(others) {
        // What still ran could fill a folder that is being removed.
        await Promise.allSettled([bound.end(), close(), others]);
        await clear();
      },
    };
  } catch (error) {
    await clear();
    const why = error instanceof Error ? error.message : 'unknown';
    return { ok: false, why: `its walls cannot be made (${why})`, hint: 'look at `sandbox` of it in config.yaml' };
  }
}

/** With no host listed it needs no way out, not even one that refuses. What is only looked at is not in the configuration yet. */
async function wayOf(
  { stateFolder, openWay }: WallsHost,
  module: string,
  { network }: ModuleSandbox,
  lasting: boolean,
  ways: AsyncDisposable[],
): Promise<string | null> {
  if (network.length === 0) return null;
  if (lasting) return realAbove(moduleEgressOf(stateFolder, module));
  const way = await openWay(module, network);
  ways.push(way);
  return way.socket;
}

const isListed = (folder: string, { read, write }: ModuleSandbox, home: string): boolean =>
  [...read, ...write].some((path) => {
    const real = realAbove(path.startsWith('~/') ? join(home, path.slice(2)) : path);
    return folder === real || folder.startsWith(`${real}/`);
  });

/** The person's own folders for caches and sockets are not there. */
function within(env: ChildEnvironment, home: string): ChildEnvironment {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('XDG_'));
  return childEnvironment(
    'bare',
    {},
    { ...Object.fromEntries(kept), HOME: home, TMPDIR: '/tmp', CASTELLAN_WALLS: '1' },
  );
}
