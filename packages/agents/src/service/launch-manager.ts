// Asks the machine's service manager: systemctl or launchctl, from where the system keeps them, never by a shell, with the way to the
// person's own manager and nothing else of the environment.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { childEnvironment } from '@castellan/contract';
import { AGENT_LABEL, type ServiceFile, UNIT_NAME } from './names.ts';

const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];
const PATIENCE_MS = 60_000;

export interface ManagerEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
export type RunManager = (tool: 'systemctl' | 'launchctl', args: readonly string[]) => ManagerEnd;

/** 127: it is not there. */
export const runManagerOf =
  (env: Readonly<Record<string, string | undefined>>): RunManager =>
  (tool, args) => {
    const file = FOLDERS.map((folder) => `${folder}/${tool}`).find((each) => existsSync(each));
    if (file === undefined) return { code: 127, stdout: '', stderr: `\`${tool}\` is not installed` };
    const bus = Object.fromEntries(
      ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'].flatMap((name) => {
        const value = env[name];
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    const ended = spawnSync(file, [...args], {
      encoding: 'utf8',
      cwd: '/',
      env: childEnvironment('bare', { PATH: FOLDERS.join(':') }, bus),
      timeout: PATIENCE_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { code: ended.status ?? 1, stdout: ended.stdout ?? '', stderr: ended.stderr ?? String(ended.error ?? '') };
  };

/** What the manager makes of the service. */
export interface Managed {
  /** running, stopped, failed, and so on, in the manager's own word; null: it cannot be asked. */
  readonly state: string | null;
  /** Whether it starts by itself; null: it cannot be asked. */
  readonly enabled: boolean | null;
  /** Why it cannot be asked; empty where it can. */
  readonly why: string;
}

export interface Manager {
  look(): Managed;
  /** Reads the file that was written, has it start by itself, and starts it where `now`. Null: done; else what it said. */
  take(now: boolean): string | null;
  /** Stops it and forgets it; before the file goes. Null: done, or it did not know it. */
  drop(): string | null;
}

const said = ({ stderr, stdout, code }: ManagerEnd): string =>
  (stderr.trim() || stdout.trim() || `exit code ${code}`).split('\n')[0]?.slice(0, 300) ?? '';

function systemd(scope: ServiceFile['scope'], run: RunManager): Manager {
  const ask = (...args: string[]): ManagerEnd => run('systemctl', scope === 'user' ? ['--user', ...args] : args);
  const inTurn = (...steps: readonly (readonly string[])[]): string | null => {
    for (const step of steps) {
      const ended = ask(...step);
      if (ended.code !== 0) return said(ended);
    }
    return null;
  };
  return {
    look() {
      const active = ask('is-active', UNIT_NAME);
      const word = active.stdout.trim();
      // What it cannot tell it says on the other stream, with an empty word or `unknown`.
      if (word === '' || active.code === 127) return { state: null, enabled: null, why: said(active) };
      return { state: word, enabled: ask('is-enabled', UNIT_NAME).code === 0, why: '' };
    },
    take: (now) => inTurn(['daemon-reload'], ['enable', UNIT_NAME], ...(now ? [['restart', UNIT_NAME] as const] : [])),
    drop() {
      const ended = ask('disable', '--now', UNIT_NAME);
      return ended.code === 0 || /not loaded|does not exist|no such file/i.test(ended.stderr) ? null : said(ended);
    },
  };
}

function launchd(path: string, uid: number, run: RunManager): Manager {
  const domain = `gui/${uid}`;
  return {
    look() {
      const ended = run('launchctl', ['print', `${domain}/${AGENT_LABEL}`]);
      if (ended.code === 127) return { state: null, enabled: null, why: said(ended) };
      if (ended.code !== 0) return { state: 'not loaded', enabled: false, why: '' };
      return { state: ended.stdout.match(/^\s*state = (.+)$/m)?.[1] ?? 'loaded', enabled: true, why: '' };
    },
    take(now) {
      if (!now) return null;
      run('launchctl', ['bootout', `${domain}/${AGENT_LABEL}`]);
      const ended = run('launchctl', ['bootstrap', domain, path]);
      return ended.code === 0 ? null : said(ended);
    },
    drop() {
      const ended = run('launchctl', ['bootout', `${domain}/${AGENT_LABEL}`]);
      // 3: there is no such service; 36 and 113: the same in other words.
      return ended.code === 0 || [3, 36, 113].includes(ended.code) ? null : said(ended);
    },
  };
}

/** The manager that a service file is for. */
export const managerOf = (
  { manager, scope, path }: Pick<ServiceFile, 'manager' | 'scope' | 'path'>,
  uid: number,
  run: RunManager,
): Manager => (manager === 'systemd' ? systemd(scope, run) : launchd(path, uid, run));
