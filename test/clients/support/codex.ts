// Where the real Codex is, a person's home and project with it connected, and one headless run of it against a scripted model.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Connected, canaryReply, connectAgent, connectorOf, prepareRun } from '@castellan/agents';
import { type Client, createClient, socketTransport } from '@castellan/client';
import type { Approval, ConnectMode, ConnectScope, LedgerRecord } from '@castellan/contract';
import {
  bareEnvironment,
  type ProcessResult,
  type RunningDaemon,
  runProcess,
  startDaemon,
  tempFolder,
} from '@castellan/testkit';
import { personOf } from './person.ts';
import { WITHOUT_WALLS } from './without-walls.ts';

const clients = process.env.CASTELLAN_CLIENTS ?? join(homedir(), '.cache', 'castellan-clients');
export const CODEX = process.env.CASTELLAN_CODEX ?? join(clients, 'codex', 'node_modules', '.bin', 'codex');

const codexConnector = connectorOf('codex');
/** Options for every scenario that needs it: skipped, loudly, where the client is not installed. */
export const withCodex = { skip: !existsSync(CODEX) };
if (withCodex.skip) process.stderr.write(`SKIPPED: Codex is not at ${CODEX}; set CASTELLAN_CODEX\n`);
/** What the machine requires stands in /etc: a run is given one of its own, which only root can do. */
export const withManagedCodex = { skip: withCodex.skip || process.getuid?.() !== 0 };
if (withManagedCodex.skip && !withCodex.skip) process.stderr.write('SKIPPED: requirements of Codex need root\n');

export interface CodexCall {
  readonly tool: string;
  /** A text makes a free-form call. */
  readonly input: Readonly<Record<string, unknown>> | string;
  readonly namespace?: string;
}

export const sh = (cmd: string, more: object = {}): CodexCall => ({ tool: 'exec_command', input: { cmd, ...more } });
/** A program of code mode; each of `steps` is tried and says what came of it. */
export const js = (...steps: readonly string[]): CodexCall => ({
  tool: 'exec',
  input: steps.map((step) => `try { text(JSON.stringify(${step})); } catch (e) { text('threw ' + e); }`).join('\n'),
});
export const patch = (...lines: readonly string[]): string =>
  ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');
/** One call a turn; the closing text is what the last one gave. */
export const turns = (...list: readonly CodexCall[]): string =>
  `castellan-canary:${JSON.stringify({ turns: list.map((call) => [call]), text: 'model saw: {{result}}' })}`;

export interface CodexRun {
  readonly model?: string;
  readonly args?: readonly string[];
  /** Behind `exec`. */
  readonly after?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly sandbox?: string;
  /** Where every file that it touches is written down. */
  readonly trace?: string;
}

export interface CodexWorld extends AsyncDisposable {
  readonly daemon: RunningDaemon;
  readonly client: Client;
  readonly connected: Connected;
  readonly user: string;
  readonly project: string;
  readonly home: string;
  /** `/etc` of its runs. */
  readonly etc: string;
  readonly machine: Parameters<typeof connectAgent>[1]['machine'];
  /** Codex as the person starts it. */
  codex(prompt: string, more?: CodexRun): Promise<ProcessResult>;
  /** Codex as `castellan run` starts it. */
  run(prompt: string, more?: CodexRun): Promise<ProcessResult>;
  /** What the model was told of its calls, of the last run, in order. */
  saw(): readonly string[];
  /** The last request that offered tools, as it was sent. */
  request(): string;
  ran(name: string): boolean;
  records(): Promise<readonly LedgerRecord[]>;
  waiting(): Promise<Approval>;
  answer(yes: boolean): Promise<void>;
}

const HOOK = new URL('../../../packages/agents/bin/castellan-hook.mjs', import.meta.url).pathname;

interface Requests {
  readonly port: number;
  last: string;
  readonly close: () => Promise<void>;
}

async function startResponses(): Promise<Requests> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.method !== 'POST' || !request.url?.startsWith('/v1/responses')) {
        response.setHeader('content-type', 'application/json').end('{"object":"list","data":[],"models":[]}');
        return;
      }
      it.last = body;
      const reply = canaryReply('responses', JSON.parse(body));
      response.setHeader('content-type', reply.contentType).end(reply.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const it: Requests = {
    port: (server.address() as AddressInfo).port,
    last: '{}',
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return it;
}

const settingsOf = (port: number): Readonly<Record<string, string>> => ({
  model_provider: '"scripted"',
  'model_providers.scripted': `{ name = "Scripted", base_url = "http://127.0.0.1:${port}/v1", wire_api = "responses", env_key = "SCRIPTED_API_KEY" }`,
});

/** What stands in the person's own settings before anybody connects anything. */
const ownSettings = (port: number): string =>
  [
    ...Object.entries(settingsOf(port)).map(([key, value]) => `${key} = ${value}`),
    'check_for_update_on_startup = false',
    '',
    '[analytics]',
    'enabled = false',
    '[feedback]',
    'enabled = false',
    '[sandbox_workspace_write]',
    'exclude_slash_tmp = true',
    '[features] # mine',
    'plugins = false',
    '',
  ].join('\n');

export async function codexWorld(
  where: {
    readonly scope: ConnectScope;
    readonly mode?: ConnectMode;
    /** With a script of the person's own, `hook.sh`, in front of our hook command: it can be broken while its trust stands. */
    readonly wrapped?: boolean;
    readonly timeoutSeconds?: number;
  },
  config: Readonly<Record<string, unknown>> = {},
): Promise<CodexWorld> {
  const root = tempFolder();
  const [user, project, home, etc] = ['user', 'project', 'state', 'etc'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const folder of [join(user, '.codex'), project, join(root, 'tmp'), etc, join(root, 'etc-work')])
    mkdirSync(folder, { recursive: true });
  const responses = await startResponses();
  writeFileSync(join(user, '.codex', 'config.toml'), ownSettings(responses.port));
  const wrapper = join(user, 'hook.sh');
  writeFileSync(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${HOOK}' "$@"\n`, { mode: 0o700 });
  const daemon = await startDaemon({ home, config });
  const machine = {
    home,
    userHome: user,
    cwd: project,
    env: { HOME: user, PATH: process.env.PATH, TMPDIR: join(root, 'tmp') },
    etc,
  };
  const daemonClient = createClient({
    transport: socketTransport({ socketPath: daemon.socket, token: daemon.state.token }),
  });
  const made = await connectAgent(codexConnector, {
    ...{ machine, name: 'codex', client: daemonClient, socket: daemon.socket, now: Date.now(), clientPath: CODEX },
    ...{
      port: daemon.state.port,
      timeoutSeconds: where.timeoutSeconds ?? 60,
      scope: where.scope,
      mode: where.mode,
      ...(where.wrapped === true && { hook: { file: wrapper, args: [], env: {} } }),
    },
  });
  if (!made.ok) throw new Error(JSON.stringify(made.fault));
  const { client, records, waiting, resolve } = await personOf(daemon);
  const start = (
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    input: string,
  ): Promise<ProcessResult> => {
    const mount = `mount -t overlay overlay -o lowerdir=/etc,upperdir=${etc},workdir=${join(root, 'etc-work')} /etc && exec "$@"`;
    const [program, words] =
      withManagedCodex.skip || where.scope !== 'managed'
        ? [file, args]
        : ['unshare', ['--mount', 'sh', '-c', mount, 'sh', file, ...args]];
    return runProcess(program, words, { cwd: project, env, input, timeout: 120_000 });
  };
  const model = ({ model = 'scripted-model' }: CodexRun): readonly string[] => ['-c', `model="${model}"`];
  return {
    ...{ daemon, client, connected: made.value, user, project, home, etc, machine },
    codex: (prompt, more = {}) =>
      start(
        CODEX,
        [
          ...(more.args ?? []),
          // Said again: it may be told to leave out what the person's settings say.
          ...Object.entries(settingsOf(responses.port)).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
          ...model(more),
          'exec',
          ...(more.after ?? []),
          '--skip-git-repo-check',
          '--sandbox',
          more.sandbox ?? 'workspace-write',
          // Not on the command line: one scenario's script is longer than the system allows there.
          '-',
        ],
        { ...bareEnvironment(user), TERM: 'dumb', TMPDIR: join(root, 'tmp'), SCRIPTED_API_KEY: 'dummy', ...more.env },
        prompt,
      ),
    async run(prompt, more = {}) {
      const program = await prepareRun(codexConnector, {
        ...{
          machine,
          client: daemonClient,
          port: daemon.state.port,
          confirm: 'wait',
          run: 'r'.repeat(20),
          headless: null,
          walls: WITHOUT_WALLS,
        },
        args: [...(more.args ?? []), 'exec', '--skip-git-repo-check', '-'],
      });
      if (!program.ok) throw new Error(JSON.stringify(program.fault));
      // Its model is the only thing that is not as a person has it.
      const own = Object.entries(settingsOf(responses.port)).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
      const env = { ...program.value.env, SCRIPTED_API_KEY: 'dummy', ...more.env };
      const args = [...own, ...model(more), ...program.value.args];
      if (more.trace === undefined) return start(program.value.file, args, env, prompt);
      const strace = ['-f', '-qq', '-s', '4096', '-e', 'trace=%file', '-o', more.trace, program.value.file, ...args];
      return start('/usr/bin/strace', strace, env, prompt);
    },
    saw() {
      const { input = [] } = JSON.parse(responses.last) as {
        readonly input?: readonly { readonly type?: string; readonly output?: unknown }[];
      };
      return input
        .filter(({ type }) => type?.endsWith('_output'))
        .map(({ output }) => (typeof output === 'string' ? output : JSON.stringify(output)));
    },
    request: () => responses.last,
    ran: (name) => existsSync(join(project, name)),
    ...{ records, waiting, answer: (yes) => resolve(yes ? 'approve' : 'deny') },
    [Symbol.asyncDispose]: async () => {
      await responses.close();
      await daemon[Symbol.asyncDispose]();
    },
  };
}

export const attemptsOf = (records: readonly LedgerRecord[], tool: string) =>
  records.filter((record) => record.kind === 'attempt').filter((record) => record.tool === tool);
