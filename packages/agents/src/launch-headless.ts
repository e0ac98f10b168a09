// Starts an agent with nobody at a terminal, and ends what it started with it: its group, and what left that group, found by a
// variable that all of them inherit (Linux only, and not what cleared it). As `launch`: no shell, a listed environment, no file
// but its own output.
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { withVariables } from '@castellan/contract';
import type { Program } from './launch.ts';

export type HeadlessEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  /** Killed, because `signal` said so. */
  | { readonly kind: 'killed'; readonly output: string }
  | { readonly kind: 'failed'; readonly message: string };

/** What is kept of what it printed: the end of it, where it says what it came to. */
const MAX_OUTPUT = 64 * 1024;
/** For what it printed last to arrive. */
const PATIENCE_MS = 1000;

const MARK = 'CASTELLAN_RUN';

/** Killed as soon as `signal` ends. @param mark nobody can guess it: what carries it was started by this run. */
export async function runHeadless(program: Program, mark: string, signal: AbortSignal): Promise<HeadlessEnd> {
  const end = await inGroup({ ...program, env: withVariables(program.env, { [MARK]: mark }) }, signal);
  // Twice, for one may be starting another just now.
  for (let round = 0; round < 2; round += 1) for (const pid of await withMark(mark)) kill(pid);
  return end;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}

async function withMark(mark: string): Promise<readonly number[]> {
  const wanted = `${MARK}=${mark}`;
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

function inGroup(program: Program, signal: AbortSignal): Promise<HeadlessEnd> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve({ kind: 'killed', output: '' });
      return;
    }
    const child = spawn(program.file, [...program.args], {
      cwd: program.cwd,
      env: program.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { pid } = child;
    const killGroup = (): void => {
      if (pid !== undefined) kill(-pid);
    };
    let output = '';
    const keep = (chunk: string): void => {
      output = (output + chunk).slice(-MAX_OUTPUT);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    signal.addEventListener('abort', killGroup, { once: true });
    const settle = (end: HeadlessEnd): void => {
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
      settle(signal.aborted ? { kind: 'killed', output } : { kind: 'exited', code: exit, output });
    });
  });
}
