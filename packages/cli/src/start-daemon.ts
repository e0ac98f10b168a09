// Starts the daemon as a process of its own: the only child process this program makes besides an editor.
// INVARIANT: the daemon's environment is a list, not a copy. Whoever starts `castellan up` from a shell an agent prepared
// must not hand it NODE_OPTIONS, LD_PRELOAD or another way to load code into the keeper.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ChildEnvironment,
  childEnvironment,
  DAEMON_VARIABLES,
  type OfflineAnswer,
  type OfflineRequest,
  parseOfflineAnswer,
} from '@castellan/contract';
import { DAEMON_FLAGS, entryOf } from './bundles.ts';
import type { World } from './world.ts';

export interface Ready {
  readonly port: number;
  readonly addresses: readonly string[];
  /** The one-time code of set-up, where that is to be done and this terminal was chosen to show it. */
  readonly setupCode?: string;
}

export interface StartOptions {
  readonly home: string;
  readonly port: number | undefined;
  /** A person reads this terminal: the code of set-up is shown here instead of standing in a file. */
  readonly showsCode: boolean;
}
export type Started =
  | ({ readonly kind: 'ready'; readonly pid: number } & Ready)
  | { readonly kind: 'failed'; readonly code: number; readonly lines: readonly string[] };

const daemonEnvironment = (env: World['env'], { home, port, showsCode }: StartOptions): ChildEnvironment =>
  childEnvironment('daemon', env, {
    ...DAEMON_VARIABLES,
    CASTELLAN_HOME: home,
    ...(port === undefined ? {} : { CASTELLAN_PORT: String(port) }),
    ...(showsCode ? { CASTELLAN_SETUP_CODE: 'terminal' } : {}),
  });

/** The ready line, when the output has it; other lines are what a person should see. */
export function readyLine(text: string): Ready | undefined {
  for (const line of text.split('\n')) {
    if (!line.startsWith('{"ready":true')) continue;
    try {
      const { port, addresses, setupCode } = JSON.parse(line);
      if (typeof port !== 'number' || !Array.isArray(addresses)) continue;
      const ready = { port, addresses: addresses.map(String) };
      return typeof setupCode === 'string' ? { ...ready, setupCode } : ready;
    } catch {
      // Half a line: the rest is on its way.
    }
  }
  return undefined;
}

const ended = (child: ChildProcess): number | undefined =>
  child.exitCode ?? (child.signalCode === null ? undefined : 1);

/**
 * Starts it detached and waits for its ready line. What it complains of goes into a file of ours. The ready line does not: it
 * may hold the code of set-up, and comes by a pipe that ends with us.
 */
export async function startDetached(world: World, options: StartOptions): Promise<Started> {
  const folder = join(options.home, 'daemon');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logPath = join(folder, 'daemon.log');
  const from = existsSync(logPath) ? statSync(logPath).size : 0;
  const log = openSync(logPath, 'a', 0o600);
  chmodSync(logPath, 0o600);
  const child = spawn(process.execPath, [...DAEMON_FLAGS, entryOf('daemon')], {
    detached: true,
    cwd: '/',
    env: daemonEnvironment(world.env, options),
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  let head = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    head += text;
  });
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = error.message;
  });
  const said = (): string => readFileSync(logPath).subarray(from).toString('utf8');
  // Thirty seconds: a daemon that has not come up by then will not.
  for (let waited = 0; waited < 30_000; waited += 20) {
    await world.clock.pause(20);
    const ready = readyLine(head);
    if (ready !== undefined) {
      child.stdout?.destroy();
      child.unref();
      return { kind: 'ready', pid: child.pid ?? 0, ...ready };
    }
    const code = failure === undefined ? ended(child) : 1;
    if (code !== undefined) {
      const lines = said()
        .split('\n')
        .filter((text) => text !== '');
      return { kind: 'failed', code, lines: failure === undefined ? lines : [...lines, failure] };
    }
  }
  child.kill('SIGTERM');
  return { kind: 'failed', code: 1, lines: [`castellan: error: the daemon did not become ready within 30 s`] };
}

/** Runs it attached to this terminal; `onReady` is told once. Gives its exit code. */
export function runAttached(world: World, options: StartOptions, onReady: (ready: Ready) => void): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...DAEMON_FLAGS, entryOf('daemon')], {
      cwd: '/',
      env: daemonEnvironment(world.env, options),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGTERM'));
    let head = '';
    let told = false;
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      if (told) return void world.stdout.write(text);
      head += text;
      const ready = readyLine(head);
      if (ready === undefined) return;
      told = true;
      onReady(ready);
    });
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Has the daemon's program do one thing without being a daemon. A text: it did not answer. What is asked may hold a passphrase, so it goes by a pipe. */
export function runOffline(world: World, request: OfflineRequest): Promise<OfflineAnswer | string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [entryOf('daemon'), '--offline'], {
      cwd: '/',
      env: childEnvironment('daemon', world.env, { CASTELLAN_HOME: request.home }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(request));
    child.on('error', (error) => resolve(error.message));
    child.on('close', () => resolve(answerOf(said) ?? 'the daemon did not answer'));
  });
}

function answerOf(text: string): OfflineAnswer | null {
  try {
    const answer = parseOfflineAnswer(JSON.parse(text));
    return answer.ok ? answer.value : null;
  } catch {
    return null;
  }
}
