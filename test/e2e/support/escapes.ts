// A connected Claude Code whose client is a shell under its name: it starts what the scenario says, and its hooks are asked by hand
// with the real credential. Nothing of it is made up but what the client would decide to do.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAgent, connectorOf, keptCredential } from '@castellan/agents';
import { createClient, socketTransport } from '@castellan/client';
import type { Alarm } from '@castellan/contract';
import { type RunningDaemon, startDaemon, tempFolder } from '@castellan/testkit';
import { agentOver, type TestAgent, until, type World, worldOf } from './world.ts';

export interface Watched extends AsyncDisposable {
  readonly daemon: RunningDaemon;
  readonly it: World;
  readonly agent: TestAgent;
  readonly user: string;
  readonly project: string;
  /** The client starts this, as a line of shell. */
  does(line: string): void;
  /** A call of its shell, let through, that the client then carries out. @returns its id */
  calls(command: string, runs?: string): Promise<string>;
  /** The alarm about what nothing explains, once it says this. */
  rings(says: string): Promise<Alarm>;
  alarms(): Promise<readonly Alarm[]>;
  /** Ended and started again, the client running on. */
  restart(): Promise<RunningDaemon>;
}

/** Everything is allowed: what rings is not what was refused. */
const ALLOWED = { modules: { 'claude-code': { level: 'allow', tools: { Bash: 'allow', Write: 'allow' } } } };

export async function watched(): Promise<Watched> {
  const root = tempFolder();
  const [user, project, home, bin] = ['user', 'project', 'state', 'bin'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const folder of [join(user, '.claude'), project, bin, join(root, 'etc')]) mkdirSync(folder, { recursive: true });
  execFileSync('git', ['init', '--quiet', project]);
  let daemon = await startDaemon({ home, config: ALLOWED, env: { HOME: user } });
  writeFileSync(join(root, 'says'), '#!/bin/sh\necho 2.1.330\n');
  chmodSync(join(root, 'says'), 0o755);
  const client = createClient({ transport: socketTransport({ socketPath: daemon.socket, token: daemon.state.token }) });
  const made = await connectAgent(connectorOf('claude-code'), {
    machine: {
      home,
      userHome: user,
      cwd: project,
      env: { HOME: user, PATH: process.env.PATH },
      etc: join(root, 'etc'),
    },
    ...{ scope: 'user', name: 'claude', client, port: daemon.state.port, socket: daemon.socket, timeoutSeconds: 60 },
    ...{ now: Date.now(), clientPath: join(root, 'says') },
  });
  if (!made.ok) throw new Error(JSON.stringify(made.fault));
  const credential = await keptCredential(home, made.value.agent);
  if (credential === null) throw new Error('no credential was kept');
  const program = join(bin, 'claude');
  copyFileSync('/bin/bash', program);
  chmodSync(program, 0o755);
  // Behind `:`, so that it stays the same process whatever its last command is.
  const shell: ChildProcess = spawn(program, ['-c', 'while read -r line; do eval "$line"; done; :'], {
    ...{ cwd: project, stdio: ['pipe', 'ignore', 'inherit'], detached: true },
    env: { PATH: process.env.PATH ?? '', HOME: user },
  });
  let it = worldOf(daemon);
  let agent = agentOver(daemon, made.value.agent, credential);
  let count = 0;
  const kept: Watched = {
    get daemon() {
      return daemon;
    },
    get it() {
      return it;
    },
    get agent() {
      return agent;
    },
    user,
    project,
    does: (line) => void shell.stdin?.write(`${line}\n`),
    async calls(command, runs = command) {
      count += 1;
      const id = `toolu_${count}`;
      const answer = await agent.pre('Bash', { command }, { cwd: project, id });
      if (answer.verdict !== 'allow') throw new Error(`${command}: ${answer.text}`);
      kept.does(runs);
      return id;
    },
    alarms: async () => (await it.status()).alarms.filter(({ kind }) => kind === 'unexplained'),
    rings: (says) =>
      until(`an alarm that says ${says}`, async () => (await kept.alarms()).find(({ text }) => text.includes(says))),
    async restart() {
      await daemon.stop();
      daemon = await startDaemon({ home, env: { HOME: user } });
      it = worldOf(daemon);
      agent = agentOver(daemon, made.value.agent, credential);
      return daemon;
    },
    async [Symbol.asyncDispose]() {
      // With everything that it started and that did not leave its group.
      if (shell.pid !== undefined && shell.exitCode === null && shell.signalCode === null) {
        process.kill(-shell.pid, 'SIGKILL');
        await new Promise((resolve) => shell.once('exit', resolve));
      }
      await daemon[Symbol.asyncDispose]();
    },
  };
  return kept;
}
