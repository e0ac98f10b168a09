// Programs of the system that make users, access lists and services. Run to their end, with an environment of nothing, never by a shell.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { childEnvironment } from '@castellan/contract';

type Tool =
  | 'getent'
  | 'groupadd'
  | 'groupdel'
  | 'useradd'
  | 'userdel'
  | 'usermod'
  | 'setfacl'
  | 'getfacl'
  | 'systemctl'
  | 'rm';

/** Not on the PATH of whoever runs us: where distributions put them. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const PATIENCE_MS = 120_000;

export function toolPath(name: Tool): string | null {
  return (
    FOLDERS.map((folder) => `${folder}/${name}`).find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }) ?? null
  );
}

export interface ToolEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param user instead of root, without a group or a right. 127: it is not there. */
export function runTool(name: Tool, args: readonly string[], user?: number): ToolEnd {
  const path = toolPath(name);
  if (path === null) return { code: 127, stdout: '', stderr: `\`${name}\` is not installed` };
  const ended = spawnSync(path, [...args], {
    encoding: 'utf8',
    env: childEnvironment('bare', { PATH: FOLDERS.join(':') }),
    cwd: '/',
    ...(user === undefined ? {} : { uid: user, gid: user }),
    timeout: PATIENCE_MS,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { code: ended.status ?? 1, stdout: ended.stdout ?? '', stderr: ended.stderr ?? String(ended.error ?? '') };
}

/** @throws Error with what it said. */
export function mustRun(name: Tool, args: readonly string[]): string {
  const { code, stdout, stderr } = runTool(name, args);
  if (code === 0) return stdout;
  throw new Error(`\`${name} ${args.join(' ').slice(0, 200)}\`: ${stderr.trim().slice(0, 500) || `exit code ${code}`}`);
}
