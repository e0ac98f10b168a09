// What an agent tries from its own shell, with the gate set to let everything pass: a script whose lines say which way was open. The same
// script outside of the walls is the control: there these ways are open.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { runProcess } from '@castellan/testkit';
import { expect } from 'vitest';
import type { Walled } from './walled.ts';

/** Hosts of this machine: one that is listed, one that is not. */
export async function hosts() {
  const servers = [0, 1].map(() => createServer((_request, response) => response.end('hello from a host')));
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const [listed = 0, other = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  return {
    ...{ listed, other },
    /** For config.yaml: nobody is asked about other hosts. */
    network: { allow: [`localhost:${listed}`], privateHosts: [`localhost:${listed}`], newHosts: 'deny' },
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** A program of the person that listens in their home, as container engines and key agents do. */
async function listening(path: string) {
  const server = createSocketServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Name, and a command that ends with 0 where the way is open. */
function ways({ user, other, home, own, daemon, project }: Walled, settings: string, ports: { other: number }) {
  const has = (path: string): string => `grep -q . ${quoted(path)}`;
  const port = daemon.state.port;
  const reach = (url: string): string => `curl -sS -f -m 5 -o /dev/null ${url}`;
  return {
    'state: configuration': has(join(home, 'config.yaml')),
    'state: token of the daemon': has(join(home, 'daemon', 'state.json')),
    'state: vault or ledger': `ls ${quoted(join(home, 'ledger'))}/* ${quoted(join(home, 'castellan.db'))}`,
    'state: the daemon’s socket': reach(`--unix-socket ${quoted(daemon.socket)} http://castellan/v1/live`),
    'own: record of the connection': has(join(own, 'connection.json')),
    'another project': has(join(other, 'secret.txt')),
    'another project, written': `touch ${quoted(join(other, 'made'))}`,
    'a private key': has(join(user, '.ssh/id_ed25519')),
    'a login of a cloud': has(join(user, '.aws/credentials')),
    'a login of the person’s own client': has(join(user, '.claude/.credentials.json')),
    'a file at home': has(join(user, 'notes.txt')),
    'environment of the daemon': `grep -q . /proc/${daemon.pid}/environ`,
    'memory of the daemon': `test -r /proc/${daemon.pid}/mem`,
    'a signal to the daemon': `kill -0 ${daemon.pid}`,
    'a socket of another program': reach(`--unix-socket ${quoted(join(user, 'engine.sock'))} http://x/`),
    'a port of this machine': reach(`--noproxy '*' http://localhost:${ports.other}/`),
    'a host nobody listed': `NO_PROXY= no_proxy= ${reach(`http://localhost:${ports.other}/`)}`,
    'a people’s route': reach(
      `--noproxy '*' -H "authorization: Bearer $(sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p' ${quoted(join(home, 'daemon/state.json'))})" http://127.0.0.1:${port}/v1/agents`,
    ),
    'hooks of git': `echo x > ${quoted(join(project, '.git/hooks/pre-commit'))}`,
    'settings of git': `git -C ${quoted(project)} config core.fsmonitor /tmp/evil`,
    'the repository, moved away': `mv ${quoted(join(project, '.git'))} ${quoted(join(project, '.git2'))} && mv ${quoted(join(project, '.git2'))} ${quoted(join(project, '.git'))}`,
    'own: the hook file': `echo x >> ${quoted(join(own, 'hook'))}`,
    'own: settings, written': `echo ' ' >> ${quoted(settings)}`,
    'own: settings, replaced': `cp ${quoted(settings)} ${quoted(`${settings}.new`)} && mv -f ${quoted(`${settings}.new`)} ${quoted(settings)}`,
    'the system': `touch /usr/local/castellan-attack && rm /usr/local/castellan-attack`,
  } as const;
}

/** Ways that are shut outside too, where nobody is root: there it is no control that they are open. */
const ROOT_ALONE: readonly string[] = ['the system'];

/** The attack from inside, then the control. @param attack runs a command of the project as the agent does */
export async function attacked(
  it: Walled,
  settings: string,
  { listed, other }: { readonly listed: number; readonly other: number },
  attack: (command: string) => Promise<unknown>,
): Promise<void> {
  await using _engine = await listening(join(it.user, 'engine.sock'));
  const list = Object.entries(ways(it, settings, { other }));
  const script = list.map(([name, command]) => `if ( ${command} ) >/dev/null 2>&1; then echo ${quoted(name)}; fi`);
  const results = join(it.project, 'results.txt');
  mkdirSync(join(it.project, '.git', 'hooks'), { recursive: true });
  writeFileSync(
    join(it.project, 'probe.sh'),
    [
      ...['exec > results.txt', ...script],
      // The one that is open, so that the rest is not shut for want of a program.
      `NO_PROXY= no_proxy= curl -sS -f -m 10 http://localhost:${listed}/ >/dev/null 2>&1 && echo 'a listed host'`,
      'echo over',
    ].join('\n'),
  );
  await attack('sh ./probe.sh');
  expect(readFileSync(results, 'utf8').trim().split('\n')).toEqual(['a listed host', 'over']);
  const control = await runProcess('sh', ['./probe.sh'], {
    cwd: it.project,
    env: { PATH: process.env.PATH ?? '', HOME: it.user },
  });
  expect(control.code).toBe(0);
  const open = readFileSync(results, 'utf8').trim().split('\n');
  const wanted = list.map(([name]) => name).filter((name) => process.getuid?.() === 0 || !ROOT_ALONE.includes(name));
  expect(open).toEqual([...wanted, 'a listed host', 'over']);
}
