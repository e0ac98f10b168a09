// Starts an agent with nobody at a terminal, and ends what it started with it: its group, and what left that group, found by a
// variable that all of them inherit (Linux only, and not what cleared it). As `launch`: no shell, a listed environment, no file
// but its own output.
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { withVariables } from '@castellan/contract';
import type { Ended, Program } from './launch.ts';
import { RUN_VARIABLES } from './run-headers.ts';

export type HeadlessEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  /** Killed, because `signal` said so. */
  | { readonly kind: 'killed'; readonly output: string }
  | { readonly kind: 'failed'; readonly message: string };

/** What is kept of what it printed: the end of it, where it says what it came to. */
const MAX_OUTPUT = 64 * 1024;
/** For what it printed last to arrive. */
const PATIENCE_MS = 1000;

const MARK = RUN_VARIABLES['x-castellan-run'];
/** No header is made of it: a canary says of itself what any session would. */
const CANARY_MARK = 'CASTELLAN_CANARY';

/** Runs a canary's client to its end, or until `signal` is over, and ends all that it started. @param mark as of `runHeadless`. */
export async function runCanaryClient(program: Program, mark: string, signal: AbortSignal): Promise<Ended> {
  const end = await marked(program, CANARY_MARK, mark, signal);
  if (end.kind === 'failed') return end;
  const { stdout, stderr } = end;
  return end.kind === 'killed' ? { kind: 'timed-out', stdout, stderr } : { ...end, kind: 'exited' };
}

/** Killed as soon as `signal` ends. @param mark nobody can guess it: what carries it was started by this run. */
export async function runHeadless(program: Program, mark: string, signal: AbortSignal): Promise<HeadlessEnd> {
  const end = await marked(program, MARK, mark, signal);
  if (end.kind === 'failed') return end;
  const { stdout: _, stderr: __, ...rest } = end;
  return rest;
}

type Heard = { readonly output: string; readonly stdout: string; readonly stderr: string };
type GroupEnd =
  | ({ readonly kind: 'exited'; readonly code: number } & Heard)
  | ({ readonly kind: 'killed' } & Heard)
  | { readonly kind: 'failed'; readonly message: string };

async function marked(program: Program, variable: string, mark: string, signal: AbortSignal): Promise<GroupEnd> {
  const end = await inGroup({ ...program, env: withVariables(program.env, { [variable]: mark }) }, signal);
  // Twice, for one may be starting another just now.
  for (let round = 0; round < 2; round += 1) for (const pid of await withMark(`${variable}=${mark}`)) kill(pid);
  return end;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}

async function withMark(wanted: string): Promise<readonly number[]> {
  const names = await readdir('/proc').catch((): string[] => []);
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        // Somebody else's, or gone: nothing to read.
        const variables = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
        return variables.split('\0').includes(wanted) ? [Number(name)] : [];
      }),
  );
  return found.flat();
}

function inGroup(program: Program, signal: AbortSignal): Promise<GroupEnd> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve({ kind: 'killed', output: '', stdout: '', stderr: '' });
      return;
    }
    const child = spawn(program.file, [...program.args], {
      cwd: program.cwd,
      env: program.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) program.started?.(pid);
    const killGroup = (): void => {
      if (pid !== undefined) kill(-pid);
    };
    const heard = { output: '', stdout: '', stderr: '' };
    const keep = (from: 'stdout' | 'stderr') => (chunk: string) => {
      for (const name of ['output', from] as const) heard[name] = (heard[name] + chunk).slice(-MAX_OUTPUT);
    };
    child.stdout.setEncoding('utf8').on('data', keep('stdout'));
    child.stderr.setEncoding('utf8').on('data', keep('stderr'));
    signal.addEventListener('abort', killGroup, { once: true });
    const settle = (end: GroupEnd): void => {
      signal.removeEventListener('abort', killGroup);
      resolve(end);
    };
    child.on('error', (error) => settle({ kind: 'failed', message: error.message }));
    child.on('exit', () => {
      killGroup();
      // What left the group may hold our pipes open for ever: nobody waits for it.
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, PATIENCE_MS).unref();
    });
    child.on('close', (code, by) => {
      const exit = code ?? 128 + (by === null ? 0 : constants.signals[by]);
      settle(signal.aborted ? { kind: 'killed', ...heard } : { kind: 'exited', code: exit, ...heard });
    });
  });
}
