// A user's home, a project, a real daemon and a connected OpenCode, with a scripted model that outlives the daemon: one for each
// scenario, gone afterwards.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  type Connected,
  type ConnectOptions,
  canaryReply,
  connectAgent,
  connectorOf,
  type Machine,
  prepareRun,
} from '@castellan/agents';
import type { Client } from '@castellan/client';
import type { Approval, LedgerRecord } from '@castellan/contract';
import { type RunningDaemon, startDaemon, tempFolder } from '@castellan/testkit';
import { OPENCODE } from './opencode.ts';
import { personOf } from './person.ts';
import { withEtc } from './private-etc.ts';
import { type Call, type CanaryScript, canaryPrompt } from './script.ts';
import { WITHOUT_WALLS } from './without-walls.ts';
import { clientOf } from './world.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Start {
  /** Behind `run`, before the prompt. */
  readonly args?: readonly string[];
  /** Instead of `run`. */
  readonly command?: readonly string[];
  readonly prompt?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** On top of the settings that name the model. */
  readonly settings?: object;
}

export interface OpenCodeWorld extends AsyncDisposable {
  readonly daemon: RunningDaemon;
  readonly client: Client;
  readonly machine: Machine;
  readonly connected: Connected;
  readonly connect: ConnectOptions;
  readonly root: string;
  readonly user: string;
  readonly project: string;
  readonly home: string;
  /** Requests the model was sent that offered tools, whole; and all of them. */
  readonly offered: readonly string[];
  readonly asked: readonly string[];
  /** As the user starts it: `opencode run PROMPT`. */
  opencode(script: CanaryScript, start?: Start): Promise<Ended>;
  /** As `castellan run opencode` starts it. A fault is its message. @param trace where a list of the files it names is written */
  run(script: CanaryScript, args?: readonly string[], trace?: string): Promise<Ended | string>;
  ran(name: string): boolean;
  put(path: string, content: string): void;
  records(): Promise<readonly LedgerRecord[]>;
  waiting(): Promise<Approval>;
  resolve(answer: 'approve' | 'deny'): Promise<void>;
}

export const shell = (command: string, more: object = {}): Call => ({
  tool: 'bash',
  input: { command, description: 'scripted', ...more },
});
export const task = (script: CanaryScript): Call => ({
  tool: 'task',
  input: { description: 'scripted', prompt: canaryPrompt(script), subagent_type: 'general' },
});

/** Its own package, which it would fetch: there, as after the first start of somebody who is online. */
export function withSdk(folder: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'package-lock.json'), '{"packages":{"":{"dependencies":{"@opencode-ai/plugin":"*"}}}}');
}

/** OpenCode puts quotes around an argument with a blank in it, and joins them by blanks. */
const words = (prompt: string): readonly string[] => prompt.split(' ');

const STRACE = ['/usr/bin/strace', '-f', '-qq', '-s', '4096', '-e', 'trace=%file', '-o'];

const ALLOWED = { '*': 'allow', external_directory: 'allow' };

export async function openCodeWorld(
  config: Readonly<Record<string, unknown>> = {},
  connect: Partial<Pick<ConnectOptions, 'scope' | 'mode' | 'timeoutSeconds'>> = {},
): Promise<OpenCodeWorld> {
  const root = tempFolder();
  const [user, project, home] = [join(root, 'user'), join(root, 'project'), join(root, 'state')];
  const settings = join(user, '.config', 'opencode');
  const temporary = join(root, 'tmp');
  for (const folder of [settings, project, join(project, '.git'), temporary]) mkdirSync(folder, { recursive: true });
  withSdk(settings);
  const daemon = await startDaemon({ home, config });
  const [offered, asked]: [string[], string[]] = [[], []];
  const model = createServer((request, response) => {
    void text(request).then((body) => {
      const parsed = JSON.parse(body) as { readonly tools?: readonly unknown[] };
      asked.push(body);
      if ((parsed.tools ?? []).length > 0) offered.push(body);
      const reply = canaryReply('chat', parsed);
      response.setHeader('content-type', reply.contentType).end(reply.text);
    });
  });
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
  const { port } = model.address() as AddressInfo;
  const machine: Machine = {
    home,
    userHome: user,
    cwd: project,
    // OpenCode unpacks libraries there, and leaves them.
    env: { HOME: user, PATH: process.env.PATH, TMPDIR: temporary },
    etc: join(root, 'etc'),
  };
  const connector = connectorOf('opencode');
  const options: ConnectOptions = {
    machine,
    clientPath: OPENCODE,
    port: daemon.state.port,
    timeoutSeconds: 60,
    name: 'opencode',
    client: clientOf(daemon),
    socket: daemon.socket,
    now: Date.now(),
    ...connect,
  };
  const made = await connectAgent(connector, options);
  if (!made.ok) throw new Error(JSON.stringify(made.fault));
  const { client, records, waiting, resolve } = await personOf(daemon);
  const spoken = (more: object) => ({
    model: 'scripted/scripted-model',
    small_model: 'scripted/scripted-model',
    autoupdate: false,
    share: 'disabled',
    enabled_providers: ['scripted'],
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Scripted',
        models: { 'scripted-model': { name: 'S', tool_call: true, limit: { context: 200_000, output: 8000 } } },
        options: { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'dummy' },
      },
    },
    ...more,
  });
  const OFFLINE = {
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  };
  return {
    daemon,
    client,
    machine,
    connected: made.value,
    connect: options,
    root,
    user,
    project,
    home,
    offered,
    asked,
    opencode: (script, start = {}) => {
      const dotted = join(project, '.opencode');
      if (existsSync(dotted) && !existsSync(join(dotted, 'node_modules'))) withSdk(dotted);
      const args = start.command ?? [
        'run',
        ...(start.args ?? []),
        '--',
        ...words(start.prompt ?? canaryPrompt(script)),
      ];
      // The machine's settings are this client's alone.
      const etc = connect.scope === 'managed' ? withEtc(machine.etc) : [];
      const [file = OPENCODE, ...rest] = [...etc, OPENCODE, ...args];
      return end(file, rest, project, {
        PATH: process.env.PATH ?? '',
        HOME: user,
        TMPDIR: temporary,
        TERM: 'dumb',
        LANG: 'C.UTF-8',
        ...OFFLINE,
        OPENCODE_CONFIG_CONTENT: JSON.stringify(spoken({ permission: ALLOWED, ...start.settings })),
        ...start.env,
      });
    },
    run: async (script, args = [], trace) => {
      const prepared = await prepareRun(connector, {
        machine,
        args: ['run', ...args, '--', ...words(canaryPrompt(script))],
        client: clientOf(daemon),
        port: daemon.state.port,
        confirm: 'wait',
        run: 'scripted0123456789abcdef',
        headless: null,
        walls: WITHOUT_WALLS,
      });
      if (!prepared.ok) return `${prepared.fault.code}: ${prepared.fault.message}`;
      const { file, args: all, cwd, env } = prepared.value;
      // The model alone is added: what holds it stays as it is.
      const own = JSON.parse(env.OPENCODE_CONFIG_CONTENT ?? '{}') as object;
      const added = { ...OFFLINE, OPENCODE_CONFIG_CONTENT: JSON.stringify(spoken(own)) };
      const traced = trace === undefined ? [] : [...STRACE, trace];
      const [first = file, ...rest] = [...traced, file, ...all];
      return end(first, rest, cwd, { ...env, ...added });
    },
    ran: (name) => existsSync(join(project, name)),
    put: (path, content) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    records,
    waiting,
    resolve,
    [Symbol.asyncDispose]: async () => {
      model.closeAllConnections();
      await new Promise((resolve) => model.close(resolve));
      await daemon[Symbol.asyncDispose]();
    },
  };
}

async function end(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = spawn(file, [...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000, env });
  const code = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  const [ended, stdout, stderr] = await Promise.all([code, text(child.stdout), text(child.stderr)]);
  return { code: ended, stdout, stderr };
}

export const pluginOf = ({ user }: Pick<OpenCodeWorld, 'user'>): string =>
  join(user, '.config', 'opencode', 'plugin', 'castellan.js');
