// The real daemon as a child process, in a state folder of its own. No test speaks to anything less.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DaemonState, faultLine, parseDaemonState } from '@castellan/contract';
import { type HttpRequest, type HttpResponse, type HttpTarget, sendRequest } from './http.ts';
import { requestAs, signIn } from './person.ts';
import { bareEnvironment, daemonEntry, inRoot } from './root.ts';
import type { ProcessResult } from './run-process.ts';
import { tempFolder } from './temp-folder.ts';

export interface DaemonOptions {
  /** The state folder (CASTELLAN_HOME). @default a fresh one, removed after the test */
  readonly home?: string;
  /** Added to a bare environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to config.yaml; `schema` is added. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Put before the command: `['unshare', '--net']`, `['strace', '-f']`. */
  readonly wrapper?: readonly string[];
  /** Milliseconds until it must be ready. @default 60000 */
  readonly timeout?: number;
  /** false: nobody has an account, and everything but set-up says so. @default true */
  readonly setup?: boolean;
}

/** The daemon ended instead of becoming ready: its exit code and what it said. */
export class DaemonDidNotStart extends Error {
  readonly result: ProcessResult;
  constructor(result: ProcessResult) {
    super(
      `the daemon did not start (${result.signal ?? `exit code ${result.code}`})\n${result.stderr}${result.stdout}`,
    );
    this.result = result;
  }
}

export interface RunningDaemon extends AsyncDisposable {
  readonly home: string;
  readonly pid: number;
  readonly state: DaemonState;
  readonly socket: string;
  /** Everything it has printed so far. */
  output(): string;
  /** The access token of the person who did the set-up; the daemon's own where nobody has. */
  access(): Promise<string>;
  /** Sends a request, as that person unless told otherwise; over TCP unless `over` is `socket`. */
  request(
    method: string,
    path: string,
    options?: HttpRequest & { readonly over?: 'tcp' | 'socket' },
  ): Promise<HttpResponse>;
  /** Asks it to stop and waits for the end. */
  stop(): Promise<ProcessResult>;
  /** SIGKILL: as if the machine had failed. */
  kill(): Promise<ProcessResult>;
}

function readState(home: string): DaemonState {
  const state = parseDaemonState(JSON.parse(readFileSync(join(home, 'daemon', 'state.json'), 'utf8')));
  if (!state.ok) throw new Error(`state.json: ${state.faults.map(faultLine).join('; ')}`);
  return state.value;
}

/** @throws DaemonDidNotStart when it ends, or is not ready in time. */
export async function startDaemon(options: DaemonOptions = {}): Promise<RunningDaemon> {
  const home = options.home ?? join(tempFolder(), 'state');
  if (options.config !== undefined) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    // JSON is YAML, and needs no library here.
    writeFileSync(join(home, 'config.yaml'), JSON.stringify({ schema: 'castellan/config/v1', ...options.config }));
  }
  const [command = process.execPath, ...args] = [...(options.wrapper ?? []), process.execPath, daemonEntry()];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...bareEnvironment(join(home, '..')),
      // Its state folder is new, and the code compiled for the hundreds before it is as good: a seventh of each start and end.
      NODE_COMPILE_CACHE: inRoot('.cache', 'test-code'),
      CASTELLAN_HOME: home,
      CASTELLAN_PORT: '0',
      ...options.env,
    },
  });
  let stdout = '';
  let stderr = '';
  const ready = Promise.withResolvers<'ready'>();
  const ended = Promise.withResolvers<ProcessResult>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    if (stdout.includes('"ready":true')) ready.resolve('ready');
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.once('error', (error) =>
    ended.resolve({ code: null, signal: null, stdout, stderr: `${stderr}${error.message}` }),
  );
  child.once('close', (code, signal) => ended.resolve({ code, signal, stdout, stderr }));
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 60_000);
  const first = await Promise.race([ready.promise, ended.promise]);
  clearTimeout(timer);
  if (first !== 'ready') throw new DaemonDidNotStart(first);

  const end = async (signal: NodeJS.Signals): Promise<ProcessResult> => {
    child.kill(signal);
    return ended.promise;
  };
  try {
    const state = readState(home);
    const tcp: HttpTarget = { port: state.port };
    const unix: HttpTarget = { ...tcp, socket: state.socket };
    const person = options.setup === false ? null : await signIn(unix, home);
    return {
      home,
      state,
      pid: state.pid,
      socket: state.socket,
      output: () => stdout + stderr,
      access: async () => (await person?.access()) ?? state.token,
      request: (method, path, { over = 'tcp', token, ...request } = {}) =>
        requestAs(
          person,
          state.token,
          (as) => sendRequest(over === 'tcp' ? tcp : unix, method, path, { ...request, token: as }),
          token,
        ),
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
      [Symbol.asyncDispose]: async () => {
        const stubborn = setTimeout(() => child.kill('SIGKILL'), 5000);
        await end('SIGTERM');
        clearTimeout(stubborn);
      },
    };
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
}
