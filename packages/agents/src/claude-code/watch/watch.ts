// Keeps looking whether the hooks of connected agents still hold: their settings files, the projects they work in, the
// processes that run. It reports the whole set of alarms whenever it changes; ringing and recording is the daemon's part.
import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Agent, AgentId } from '@castellan/contract';
import { expectedOf, readConnection } from '../connection.ts';
import { inspectAround, inspectHooks } from '../settings/inspect-file.ts';
import { projectFiles } from '../settings/location.ts';
import { bypassAlarms, gathered, type HookAlarm, interferenceAlarms, stateAlarms } from './alarms.ts';
import { type Connected, findBypasses } from './bypass.ts';
import { type ClaudeProcess, claudeProcesses } from './processes.ts';

export interface WatchOptions {
  /** The state folder. */
  readonly home: string;
  readonly port: number;
  /** Connected agents, as they are now. */
  readonly agents: () => readonly Agent[];
  /** Workspaces of sessions that have not ended, as they are now. */
  readonly workspaces: () => readonly { readonly agent: AgentId; readonly workspace: string }[];
  /** The whole set, whenever it differs from the last one reported. */
  readonly onChange: (alarms: readonly HookAlarm[]) => void;
  /** Calls `tick` again and again until the returned function is called. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
  readonly pollMs?: number;
  readonly processes?: () => Promise<readonly ClaudeProcess[]>;
  readonly managedFile?: string;
}

export interface HookWatch extends AsyncDisposable {
  /** Looks now; resolves once everything seen is reported. */
  check(): Promise<void>;
}

/** Every alarm there is now, over all connected agents; reads files and processes and changes nothing. */
export async function lookOnce(options: WatchOptions): Promise<readonly HookAlarm[]> {
  const agents = options.agents().filter((agent) => agent.kind === 'claude-code' && agent.revokedAt === null);
  const connected: Connected[] = [];
  const alarms: HookAlarm[] = [];
  for (const agent of agents) {
    // Not connected yet: `connect` names the file as its last step.
    if (agent.watched.length === 0) continue;
    const record = await readConnection(options.home, agent.id);
    if (record === null) {
      const state = { kind: 'unreadable', why: 'the record of the connection is gone' } as const;
      alarms.push(...stateAlarms(agent.id, agent.watched[0] ?? '', state));
      continue;
    }
    connected.push(record);
    const state = await inspectHooks(expectedOf(record, options.port));
    alarms.push(...stateAlarms(agent.id, record.settingsPath, state));
  }
  for (const { agent, workspace } of options.workspaces()) {
    if (!connected.some((one) => one.agent === agent && one.scope !== 'isolated')) continue;
    alarms.push(...interferenceAlarms(agent, await inspectAround(workspace, options.port, options.managedFile)));
  }
  const processes = connected.length === 0 ? [] : await (options.processes ?? claudeProcesses)();
  alarms.push(...bypassAlarms(findBypasses(processes, connected, options.home)));
  return gathered(alarms);
}

/** Looks at once, at each change of a watched file, and again and again; tells whenever the set of alarms is another one. */
export function watchHooks(options: WatchOptions): HookWatch {
  const folders = new Map<string, FSWatcher>();
  let last = '[]';
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;

  const follow = (): void => {
    const files = [
      ...options.agents().flatMap((agent) => agent.watched),
      ...options.workspaces().flatMap(({ workspace }) => projectFiles(workspace)),
    ];
    const wanted = new Set(files.map(dirname));
    for (const [folder, watcher] of folders) {
      if (wanted.has(folder)) continue;
      watcher.close();
      folders.delete(folder);
    }
    for (const folder of wanted) {
      if (folders.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, () => void check());
        // A folder that vanished is taken up again by the next poll once it is back.
        watcher.on('error', () => {
          watcher.close();
          folders.delete(folder);
        });
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
      last = now;
      options.onChange(alarms);
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

  const stop = options.every(options.pollMs ?? 2000, () => void check());
  return {
    check,
    async [Symbol.asyncDispose]() {
      closed = true;
      stop();
      for (const watcher of folders.values()) watcher.close();
      await running;
    },
  };
}
