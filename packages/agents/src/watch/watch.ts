// Keeps looking whether the entries of connected agents still hold. It reports the whole set of alarms whenever it changes;
// ringing and recording is the daemon's part.
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { CONNECTORS } from '../connectors.ts';
import type { HookAlarm } from './alarms.ts';
import { type LookOptions, lookOnce } from './look.ts';

export interface WatchOptions extends LookOptions {
  /** The whole set, whenever it differs from the last one reported. */
  readonly onChange: (alarms: readonly HookAlarm[]) => void;
  /** Calls `tick` again and again until the returned function is called. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
  readonly pollMs?: number;
}

/** In the folder that an agent works in, beside what the connectors name there: files that they look at as well. */
const LOOKED_AT = ['.mcp.json', '.git'];

export interface HookWatch extends AsyncDisposable {
  /** Looks now; resolves once everything seen is reported. */
  check(): Promise<void>;
}

/** Looks at once, at each change of a watched file, and again and again; tells whenever the set of alarms is another one. */
export function watchHooks(options: WatchOptions): HookWatch {
  const folders = new Map<string, FSWatcher>();
  /** Names that count in the folders that agents work in, in small letters. What else is written there is their work, and costs nothing here. */
  let named: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  let last = '[]';
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;

  const follow = (): void => {
    const workspaces = options.workspaces().map(({ workspace }) => workspace);
    const files = [
      ...options.agents().flatMap((agent) => agent.watched),
      ...workspaces.flatMap((workspace) => CONNECTORS.flatMap((one) => one.projectFiles?.(workspace) ?? [])),
    ];
    const wanted = new Set(files.map(dirname));
    const names = new Map(
      workspaces.map((folder) => [folder, new Set([...LOOKED_AT, basename(folder).toLowerCase()])]),
    );
    for (const path of [...files, ...wanted]) names.get(dirname(path))?.add(basename(path).toLowerCase());
    named = names;
    for (const [folder, watcher] of folders) {
      if (wanted.has(folder)) continue;
      watcher.close();
      folders.delete(folder);
    }
    for (const folder of wanted) {
      if (folders.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, (event, name) => {
          // It went, or another one came in its place; Linux says so by its own name, and says nothing of it afterwards.
          if (event === 'rename' && (name === null || name === basename(folder))) drop();
          if (name === null || named.get(folder)?.has(name.toLowerCase()) !== false) look();
        });
        const drop = (): void => {
          watcher.close();
          if (folders.get(folder) === watcher) folders.delete(folder);
        };
        watcher.on('error', drop);
        folders.set(folder, watcher);
      } catch {
        // It does not exist yet: the poll sees its files once it does.
      }
    }
  };

  const round = async (): Promise<void> => {
    do {
      again = false;
      follow();
      const alarms = await lookOnce(options);
      const now = JSON.stringify(alarms);
      if (closed || now === last) continue;
      options.onChange(alarms);
      // Only what was told counts as told: where that failed it is told again.
      last = now;
    } while (again && !closed);
  };

  const check = (): Promise<void> => {
    if (closed) return Promise.resolve();
    if (running !== null) {
      again = true;
      return running;
    }
    running = round().finally(() => {
      running = null;
    });
    return running;
  };

  /** For those who wait for nothing. A round that fails ends neither the watch nor the daemon: alarms stay as they are, the poll tries again. */
  const look = (): void => void check().catch(() => undefined);

  const stop = options.every(options.pollMs ?? 2000, look);
  return {
    check,
    async [Symbol.asyncDispose]() {
      closed = true;
      stop();
      for (const watcher of folders.values()) watcher.close();
      await running?.catch(() => undefined);
    },
  };
}
