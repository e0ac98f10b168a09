// `castellan run` as a person starts it: at a terminal, with a program in the agent's place that shows what it is given.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAgent, connectorOf } from '@castellan/agents';
import { createClient, socketTransport } from '@castellan/client';
import type { Terminal, WatcherAnswer } from '@castellan/contract';
import { inRoot, type RunningDaemon, tempFolder } from '@castellan/testkit';
import { type IPty, spawn } from '@lydell/node-pty';
import { WebSocket } from 'ws';
import { until } from './world.ts';

/** Says its version as the real one does; else runs what the scenario wrote. */
const VERSIONS = { 'claude-code': '2.1.330 (Claude Code)', opencode: '1.18.33' } as const;
const agentProgram = (name: keyof typeof VERSIONS, body: string): string => `#!${process.execPath}
if (process.argv.includes('--version')) { console.log('${VERSIONS[name]}'); process.exit(0); }
${body}
`;

export interface AtTerminal {
  readonly daemon: RunningDaemon;
  readonly project: string;
  readonly pty: IPty;
  /** Everything the person's own terminal was sent. */
  screen(): string;
  readonly ended: Promise<number>;
  /** What runs in there. */
  terminal(): Promise<Terminal>;
}

export interface RunAtTerminal {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** As a job of an interactive shell. */
  readonly shell?: boolean;
}

export interface IsolatedAgent {
  readonly user: string;
  readonly project: string;
  /** The file that holds its hooks. */
  readonly settings: string;
}

/** A program in an agent's place, connected in a folder of its own. */
export async function isolatedAgent(
  daemon: RunningDaemon,
  body: string,
  kind: keyof typeof VERSIONS = 'claude-code',
): Promise<IsolatedAgent> {
  const root = tempFolder();
  const [user, project, program] = [join(root, 'user'), join(root, 'project'), join(root, 'program')];
  mkdirSync(user);
  mkdirSync(project);
  writeFileSync(program, agentProgram(kind, body));
  chmodSync(program, 0o755);
  const client = createClient({
    transport: socketTransport({ socketPath: daemon.socket, token: daemon.state.token }),
  });
  const connected = await connectAgent(connectorOf(kind), {
    machine: {
      ...{ home: daemon.home, userHome: user, cwd: project, etc: join(user, 'etc') },
      env: { HOME: user, PATH: process.env.PATH },
    },
    ...{ scope: 'isolated', name: kind, client, socket: daemon.socket, clientPath: program },
    ...{ port: daemon.state.port, timeoutSeconds: 60, now: Date.now() },
  });
  if (!connected.ok) throw new Error(JSON.stringify(connected.fault));
  return { user, project, settings: connected.value.files[0]?.path ?? '' };
}

/** A program that is started by `castellan run` in a terminal of 80 to 24. */
export async function runAtTerminal(
  daemon: RunningDaemon,
  body: string,
  { args = [], env = {}, shell = false }: RunAtTerminal = {},
): Promise<AtTerminal> {
  const { user, project } = await isolatedAgent(daemon, body);
  const command = [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), 'run', ...args, 'claude-code'];
  const [file, ...rest] = shell ? ['bash', '--norc', '--noprofile', '-i'] : [process.execPath, ...command];
  const pty = spawn(file ?? '', rest, {
    ...{ cwd: project, cols: 80, rows: 24, name: 'xterm-256color' },
    env: { PATH: process.env.PATH ?? '', HOME: user, LANG: 'C.UTF-8', CASTELLAN_HOME: daemon.home, ...env },
  });
  let screen = '';
  pty.onData((text) => {
    screen += text;
  });
  if (shell) pty.write(`${[process.execPath, ...command].join(' ')}\r`);
  const ended = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
  return {
    daemon,
    project,
    pty,
    screen: () => screen,
    ended,
    terminal: () =>
      until('a terminal', async () => {
        const reply = await daemon.request('GET', '/v1/terminals');
        if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
        return (reply.json() as { terminals: readonly Terminal[] }).terminals[0];
      }),
  };
}

export interface Watching {
  readonly got: readonly WatcherAnswer[];
  /** What it has been shown, as one text. */
  text(): string;
  type(text: string): void;
  readonly closed: Promise<number>;
  close(): void;
}

/** Opens the socket of a terminal as a program of a person does: with their token in the header. */
export function watchTerminal(daemon: RunningDaemon, id: string, token: string, query = ''): Watching {
  const socket = new WebSocket(`ws://127.0.0.1:${daemon.state.port}/v1/terminals/${id}/socket${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const got: WatcherAnswer[] = [];
  socket.on('message', (data) => got.push(JSON.parse(String(data)) as WatcherAnswer));
  const closed = new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('close', resolve);
    socket.on('error', () => resolve(-1));
  });
  return {
    got,
    text: () => got.map((one) => (one.kind === 'screen' || one.kind === 'output' ? one.text : '')).join(''),
    type: (text) => socket.send(JSON.stringify({ kind: 'input', text })),
    closed,
    close: () => socket.close(),
  };
}
