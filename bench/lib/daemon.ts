// A daemon of its own for a benchmark, as a user's: its own process, its own state folder on the disk that is measured.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DaemonState, parseDaemonState } from '@castellan/contract';
import { signIn } from '@castellan/testkit';
import { areBundlesFresh, bundleOf } from '../../packages/cli/src/bundles.ts';
import { bundle } from '../../tools/bundle.ts';

export interface BenchDaemon extends AsyncDisposable {
  readonly home: string;
  readonly state: DaemonState;
  /** Milliseconds from the start of the process to its ready line. */
  readonly readyMs: number;
  /** Resident memory in MiB. */
  rss(): number;
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

export async function benchDaemon(): Promise<BenchDaemon> {
  if (!areBundlesFresh()) await bundle();
  const home = mkdtempSync(join(tmpdir(), 'castellan-bench-'));
  mkdirSync(join(home, 'state'), { mode: 0o700 });
  writeFileSync(join(home, 'state', 'config.yaml'), UNHURRIED, { mode: 0o600 });
  const started = performance.now();
  const child = spawn(process.execPath, [bundleOf('daemon')], {
    env: { PATH: process.env.PATH, HOME: home, CASTELLAN_HOME: join(home, 'state'), CASTELLAN_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}`)));
  });
  const readyMs = performance.now() - started;
  const parsed = parseDaemonState(JSON.parse(readFileSync(join(home, 'state', 'daemon', 'state.json'), 'utf8')));
  if (!parsed.ok) throw new Error('state.json cannot be read');
  const state = parsed.value;
  const person = await signIn({ port: state.port, socket: state.socket }, join(home, 'state'));
  return {
    home,
    state,
    readyMs,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${state.pid}/status`, 'utf8'))?.[1] ?? '0') / 1024,
    async request(method, path, body, token) {
      const response = await fetch(`http://127.0.0.1:${state.port}${path}`, {
        method,
        headers: { authorization: `Bearer ${token ?? (await person.access())}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
