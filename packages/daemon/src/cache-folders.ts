// Folders that are Castellan's to make and lie outside of its state folder: where servers stand while they run, and where a
// client works that named no folder. INVARIANT: each is a real folder of this user alone; a link in its place is refused, for
// whoever puts one there would choose what a server finds beside it.
import { hash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentId } from '@castellan/contract';
import { errnoOf } from './start-error.ts';

function ownFolder(path: string): string {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw new Error(`cannot make the folder \`${path}\` (${errnoOf(error)})`);
  }
  const found = lstatSync(path);
  const { uid, mode } = found;
  if (!found.isDirectory()) throw new Error(`\`${path}\` is no folder of its own`);
  if (uid !== process.getuid?.()) throw new Error(`\`${path}\` belongs to another user (uid ${uid})`);
  if ((mode & 0o777) !== 0o700) chmodSync(path, 0o700);
  return path;
}

/** A module's name may hold what a folder's may not. */
const named = (module: string): string => module.replaceAll(':', '+');

export class CacheFolders {
  /** Everything of ours below the user's cache. */
  readonly root: string;
  readonly #cacheHome: string;
  readonly #daemon: string;

  /**
   * @param cacheHome XDG_CACHE_HOME or its default.
   * @param stateFolder whose daemon it is: another one of the same user, with a state folder of its own, has the same cache.
   */
  constructor(cacheHome: string, stateFolder: string) {
    this.#cacheHome = cacheHome;
    this.#daemon = hash('sha256', stateFolder, 'hex').slice(0, 16);
    this.root = join(cacheHome, 'castellan');
  }

  /** Where a module's server stands whose manifest names no folder: what its relative paths mean. */
  serverPath(module: string): string {
    return join(this.root, 'servers', named(module));
  }

  /** @throws Error when it cannot be made, or what is there is not ours. */
  server(module: string): string {
    return this.#made('servers', named(module));
  }

  /** What a module's server finds as the person's home, where walls stand around it. @throws Error as `server`. */
  serverHome(module: string): string {
    return this.#made('homes', named(module));
  }

  /** Holds nothing, so that no file counts as one of a project. @throws Error as `server`. */
  workspace(agent: AgentId): string {
    return this.#made('workspaces', agent);
  }

  /** As `workspace`, of one session: what another one left is not in it. It stays, for what is in it is the person's. */
  sessionWorkspace(agent: AgentId, session: string): string {
    return ownFolder(join(this.workspace(agent), session));
  }

  /** What a session's commands find as their home and /tmp. @throws Error as `server`. */
  commands(session: string): string {
    this.#made('commands', this.#daemon);
    return ownFolder(join(this.allCommands, session));
  }

  /** Of all sessions of this daemon: what another one runs is not this one's to remove. */
  get allCommands(): string {
    return join(this.root, 'commands', this.#daemon);
  }

  #made(kind: 'servers' | 'homes' | 'workspaces' | 'commands', name: string): string {
    try {
      mkdirSync(this.#cacheHome, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new Error(`cannot make the folder \`${this.#cacheHome}\` (${errnoOf(error)})`);
    }
    ownFolder(this.root);
    ownFolder(join(this.root, kind));
    return ownFolder(join(this.root, kind, name));
  }
}
