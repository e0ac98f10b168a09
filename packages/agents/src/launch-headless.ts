// Starts an agent with nobody at a terminal: in a group of its own, so that what it started ends with it. As `launch`: no shell,
// a listed environment, no file but its own output.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Program } from './launch.ts';

export type HeadlessEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  /** Killed, because `signal` said so. */
  | { readonly kind: 'killed'; readonly output: string }
  | { readonly kind: 'failed'; readonly message: string };

/** What is kept of what it printed: the end of it, where it says what it came to. */
const MAX_OUTPUT = 64 * 1024;

/** Killed with everything it started as soon as `signal` ends, and nothing of its group outlives it. */
export function runHeadless(program: Program, signal: AbortSignal): Promise<HeadlessEnd> {
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
      try {
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {
        // Nobody of it is left.
      }
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
    // What it left behind holds our pipes open, or goes on unseen: it ends too.
    child.on('exit', killGroup);
    child.on('close', (code, by) =>
      settle(
        signal.aborted
          ? { kind: 'killed', output }
          : { kind: 'exited', code: code ?? 128 + (by === null ? 0 : constants.signals[by]), output },
      ),
    );
  });
}
