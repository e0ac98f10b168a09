// A daemon of its own for a benchmark, as a user's: its own process, its own state folder on the disk that is measured.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAEMON_VARIABLES, type DaemonState, parseDaemonState } from '@castellan/contract';
import { signIn } from '@castellan/testkit';
import { areBundlesFresh, bundleOf, DAEMON_FLAGS } from '../../packages/cli/src/bundles.ts';
import { bundle } from '../../tools/bundle.ts';

export interface BenchDaemon extends AsyncDisposable {
  readonly home: string;
  readonly state: DaemonState;
  /** Milliseconds from the start of the process to its ready line. */
  readonly readyMs: number;
  /** Where its inspector listens; only where it was asked for. */
  readonly inspector: string | null;
  /** The same home, a new process; sign-ins of people end with the old port. */
  restart(): Promise<void>;
  /** Resident memory in MiB. */
  rss(): number;
  /** Of that its own: pages it shares with other processes (Node's program) count as a share. */
  own(): number;
  /** Descriptors that it holds open. */
  descriptors(): number;
  /** As the person who did the set-up, unless another credential is given. */
  request(method: string, path: string, body?: unknown, token?: string): Promise<unknown>;
}

/** No agent may call as often as a benchmark does; counting goes on all the same. */
const UNHURRIED = JSON.stringify({
  schema: 'castellan/config/v1',
  limits: {
    turn: { calls: { warn: null, pause: null, stop: null }, minutes: { pause: null } },
    task: { calls: { stop: null } },
    repeats: { advise: null, pause: null },
    retries: { pause: null, stop: null },
  },
});

interface Started {
  readonly child: ChildProcess;
  readonly readyMs: number;
  readonly state: DaemonState;
  readonly inspector: string | null;
}

/** Enough for what Node says of its inspector. */
const SAID_BYTES = 4096;

/** Starts the daemon of a home and waits until it says that it is ready. */
async function started(home: string, inspected: boolean): Promise<Started> {
  const begin = performance.now();
  const flags = inspected ? [...DAEMON_FLAGS, '--inspect=127.0.0.1:0'] : DAEMON_FLAGS;
  const child = spawn(process.execPath, [...flags, bundleOf('daemon')], {
    env: {
      ...DAEMON_VARIABLES,
      PATH: process.env.PATH,
      HOME: home,
      CASTELLAN_HOME: join(home, 'state'),
      CASTELLAN_PORT: '0',
    },
    stdio: ['ignore', 'pipe', inspected ? 'pipe' : 'inherit'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < SAID_BYTES) said += text;
  });
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}`)));
  });
  const readyMs = performance.now() - begin;
  const parsed = parseDaemonState(JSON.parse(readFileSync(join(home, 'state', 'daemon', 'state.json'), 'utf8')));
  if (!parsed.ok) throw new Error('state.json cannot be read');
  return { child, readyMs, state: parsed.value, inspector: /ws:\/\/\S+/.exec(said)?.[0] ?? null };
}

function mebibytes(what: 'Rss' | 'Pss', pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? '0') / 1024;
}

async function ended(child: ChildProcess): Promise<void> {
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await over;
}

/** @param options `inspected`: with an inspector, so that a collection can be asked for. */
export async function benchDaemon({ inspected = false } = {}): Promise<BenchDaemon> {
  if (!areBundlesFresh()) await bundle();
  const home = mkdtempSync(join(tmpdir(), 'castellan-bench-'));
  mkdirSync(join(home, 'state'), { mode: 0o700 });
  writeFileSync(join(home, 'state', 'config.yaml'), UNHURRIED, { mode: 0o600 });
  let running = await started(home, inspected);
  const person = await signIn({ port: running.state.port, socket: running.state.socket }, join(home, 'state'));
  return {
    home,
    get state() {
      return running.state;
    },
    get inspector() {
      return running.inspector;
    },
    get readyMs() {
      return running.readyMs;
    },
    rss: () => mebibytes('Rss', running.state.pid),
    descriptors: () => readdirSync(`/proc/${running.state.pid}/fd`).length,
    own: () => mebibytes('Pss', running.state.pid),
    async restart() {
      await ended(running.child);
      running = await started(home, inspected);
    },
    async request(method, path, body, token) {
      const response = await fetch(`http://127.0.0.1:${running.state.port}${path}`, {
        method,
        headers: { authorization: `Bearer ${token ?? (await person.access())}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    async [Symbol.asyncDispose]() {
      await ended(running.child);
      rmSync(home, { recursive: true, force: true });
    },
  };
}
