// What a run of an agent may touch, as a spec. Pure: what is there was looked up before. INVARIANT: of Castellan's own state it holds
// the folder of this very agent, with what its settings are made of only to be read, its sockets, and nothing else.
import { dirname, join, relative } from 'node:path';
import type { AgentSockets } from '@castellan/contract';
import type { Confinement, Given } from '@castellan/sandbox';
import type { OwnFolder } from './own-folder.ts';

export interface RunPlace {
  /** Where the person is, real. */
  readonly project: string;
  /** Whether it works there itself. A client that only has tools of ours does not: they are confined by themselves. */
  readonly isWorker: boolean;
  /** Where the client starts: in the project, or in its own folder. */
  readonly cwd: string;
  readonly userHome: string;
  /** Castellan's own, and nothing of them is ever let in. */
  readonly never: readonly string[];
  /** `agents/ID`, as the client's settings spell it, and really. */
  readonly folders: readonly string[];
  /** Of the client's settings, those that we wrote. */
  readonly files: readonly string[];
  /** Further ones, below the client's own folder: whatever makes it run programs. Those that are there. */
  readonly held: readonly string[];
  /** The file in place of `agents/ID/hook`. */
  readonly hook: string;
  readonly sockets: AgentSockets;
  readonly own: OwnFolder;
  /** Programs of ours and of the client. */
  readonly reads: readonly string[];
  /** What of the project is only read. */
  readonly kept: readonly string[];
  /** Of the configuration, whole paths. */
  readonly more: { readonly read: readonly string[]; readonly write: readonly string[] };
  /** The daemon's, which the client's settings name. */
  readonly port: number;
  /** What the run calls itself. */
  readonly run: string;
  readonly limits: Confinement['limits'];
}

const lies = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The client's own folders: those directly in `agents/ID` that its settings lie in. */
export function clientFolders(folder: string, files: readonly string[]): readonly string[] {
  const names = files.filter((file) => lies(file, folder)).map((file) => relative(folder, file).split('/')[0] ?? '');
  return [...new Set(names.filter((name) => name !== ''))].map((name) => join(folder, name));
}

/** The client's own folders to be changed; our settings, and what starts programs, to be read. The order counts. */
function ownGiven({ folders, files, held, hook }: RunPlace): readonly Given[] {
  return folders.flatMap((folder) => {
    // The settings may be spelt in another way than the folder: as they lie below the last one, the real one.
    const real = folders.at(-1) ?? folder;
    const at = (path: string): string => join(folder, relative(real, path));
    const clients = clientFolders(real, files);
    const read = files.map((file) => (clients.includes(dirname(file)) ? file : dirname(file)));
    return [
      ...clients.map((from): Given => ({ from, at: at(from), writable: true })),
      ...[...new Set([...read, ...held])].map((from): Given => ({ from, at: at(from), writable: false })),
      { from: hook, at: join(folder, 'hook'), writable: false },
    ];
  });
}

export function runSpec(place: RunPlace): Confinement {
  const { project, isWorker, cwd, userHome, never, sockets, own, reads, kept, more, port, run, limits } = place;
  const write = [...(isWorker ? [project] : []), ...more.write];
  return {
    folder: cwd,
    write,
    read: [...(isWorker ? [] : [project]), ...more.read, ...reads],
    // Our own programs may lie in the very project that is worked on: whoever changes them acts outside tomorrow.
    keep: [...kept, ...reads.filter((each) => write.some((folder) => lies(each, folder)))],
    never,
    given: [...ownGiven(place), { from: sockets.folder, at: sockets.folder, writable: false }],
    own: { home: own.home, temp: own.temp },
    home: userHome,
    network: { egress: sockets.egress, forwards: [{ port, socket: sockets.gate }], user: run },
    programs: true,
    sockets: 'given',
    terminal: true,
    limits,
  };
}
