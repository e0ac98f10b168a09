// A daemon whose state folder is a small disk of its own, in a mount namespace nobody else sees. The test reaches it the
// way root reaches any process's files: through /proc.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DaemonState } from '@castellan/contract';
import {
  bareEnvironment,
  daemonEntry,
  type RunningDaemon,
  requestAs,
  sendRequest,
  signIn,
  tempFolder,
} from '@castellan/testkit';
import { inMounts } from './machine.ts';

export interface DaemonOnDisk {
  readonly daemon: RunningDaemon;
  /** The state folder as this process can reach it. */
  readonly folder: string;
}

export async function daemonOnDisk(
  kilobytes: number,
  config: string,
  env: Readonly<Record<string, string>> = {},
): Promise<DaemonOnDisk> {
  const home = tempFolder();
  const setup = `mount -t tmpfs -o size=${kilobytes}k,mode=700 tmpfs "$argument"; printf '%s' '${config}' > "$argument/config.yaml"`;
  const [command = '', ...args] = [...inMounts(setup, home), process.execPath, daemonEntry()];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...bareEnvironment(home), CASTELLAN_HOME: home, CASTELLAN_PORT: '0', ...env },
  });
  const stderr = text(child.stderr);
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const [first] = (await Promise.race([once(child.stdout, 'data'), ended.then(async () => [await stderr])])) as [
    unknown,
  ];
  if (!String(first).includes('"ready":true')) throw new Error(`the daemon did not start: ${first}`);
  const folder = join('/proc', String(child.pid), 'root', home);
  const state = JSON.parse(readFileSync(join(folder, 'daemon', 'state.json'), 'utf8')) as DaemonState;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code, by] = await ended;
    return { code, signal: by, stdout: String(first), stderr: await stderr };
  };
  const person = await signIn({ port: state.port }, folder);
  const daemon: RunningDaemon = {
    home: folder,
    pid: state.pid,
    state,
    socket: join(folder, 'daemon', 'castellan.sock'),
    output: () => String(first),
    access: () => person.access(),
    request: (method, path, { over: _, token, ...request } = {}) =>
      requestAs(
        person,
        state.token,
        (as) => sendRequest({ port: state.port }, method, path, { ...request, token: as }),
        token,
      ),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
  return { daemon, folder };
}
