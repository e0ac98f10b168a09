// A user's home, a project, a real daemon and a connected Claude Code: one for each scenario, gone afterwards.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Connected, type ConnectOptions, connectAgent, connectorOf } from '@castellan/agents';
import { type Client, createClient, socketTransport } from '@castellan/client';
import type { Approval, LedgerRecord } from '@castellan/contract';
import { type RunningDaemon, startDaemon, tempFolder } from '@castellan/testkit';
import { CLAUDE, type ClaudeEnded, type ClaudeRun, runClaudeCode } from './claude.ts';
import { type Model, startModel } from './model.ts';
import { personOf } from './person.ts';
import type { CanaryScript } from './script.ts';

/** The agent, and the one file that holds its hooks. */
export interface Held extends Connected {
  readonly settingsPath: string;
}

export interface World extends AsyncDisposable {
  readonly daemon: RunningDaemon;
  readonly client: Client;
  readonly model: Model;
  readonly connected: Held;
  /** The user's HOME, the project's folder, the state folder. */
  readonly user: string;
  readonly project: string;
  readonly home: string;
  claude(script: CanaryScript, more?: Partial<ClaudeRun>): Promise<ClaudeEnded>;
  /** Whether a file of the project exists: the witness. */
  ran(name: string): boolean;
  records(): Promise<readonly LedgerRecord[]>;
  /** The next approval that waits. */
  waiting(): Promise<Approval>;
  /** A person's yes to the next approval that waits. */
  approve(): Promise<void>;
}

/** Where its hook client finds the daemon and what it says who it is. */
export const hookFileOf = ({ home, connected }: Pick<World, 'home' | 'connected'>): string =>
  join(home, 'agents', connected.agent, 'hook');

export const clientOf = (daemon: RunningDaemon): Client =>
  createClient({ transport: socketTransport({ socketPath: daemon.socket, token: daemon.state.token }) });

export const claudeCode = connectorOf('claude-code');

export function connectOptions(daemon: RunningDaemon, user: string, project: string): ConnectOptions {
  return {
    machine: {
      home: daemon.home,
      userHome: user,
      cwd: project,
      env: { HOME: user, PATH: process.env.PATH },
      // Never the machine's own.
      etc: join(dirname(user), 'etc'),
    },
    scope: 'user',
    name: 'claude',
    client: clientOf(daemon),
    port: daemon.state.port,
    socket: daemon.socket,
    timeoutSeconds: 60,
    now: Date.now(),
    clientPath: CLAUDE,
  };
}

/** Claude Code put behind the gate. */
export async function hold(options: ConnectOptions): Promise<Held> {
  mkdirSync(options.machine.etc, { recursive: true });
  const made = await connectAgent(claudeCode, options);
  if (!made.ok) throw new Error(JSON.stringify(made.fault));
  const [file] = made.value.files;
  if (file === undefined) throw new Error('no file was written');
  return { ...made.value, settingsPath: file.path };
}

export async function world(
  config: Readonly<Record<string, unknown>> = {},
  connect: Partial<ConnectOptions> = {},
): Promise<World> {
  const root = tempFolder();
  const [user, project, home] = [join(root, 'user'), join(root, 'project'), join(root, 'state')];
  mkdirSync(join(user, '.claude'), { recursive: true });
  mkdirSync(project);
  const daemon = await startDaemon({ home, config });
  const model = await startModel();
  const connected = await hold({ ...connectOptions(daemon, user, project), ...connect });
  const { client, records, waiting, resolve } = await personOf(daemon);
  return {
    daemon,
    client,
    model,
    connected,
    user,
    project,
    home,
    claude: (script, more) => runClaudeCode({ script, cwd: project, home: user, model: model.port, ...more }),
    ran: (name) => existsSync(join(project, name)),
    records,
    waiting,
    approve: () => resolve('approve'),
    [Symbol.asyncDispose]: async () => {
      await model[Symbol.asyncDispose]();
      await daemon[Symbol.asyncDispose]();
    },
  };
}

/** What became of the calls of one tool, oldest first: the verdict and the outcome's status. */
export function history(records: readonly LedgerRecord[], tool: string) {
  return records.flatMap((record) => {
    if (record.kind !== 'attempt' || record.tool !== tool) return [];
    const outcome = records.find((item) => item.kind === 'outcome' && item.call === record.call);
    return [
      { attempt: record, verdict: record.verdict.outcome, outcome: outcome?.kind === 'outcome' ? outcome : null },
    ];
  });
}
