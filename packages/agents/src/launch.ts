// The one place of agents that starts processes. Never through a shell, always with an environment somebody listed.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ChildEnvironment } from '@castellan/contract';

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ChildEnvironment;
}

export type Ended =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'timed-out'; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'failed'; readonly message: string };

const MAX_OUTPUT = 4 * 1024 * 1024;

/** Runs a program to its end and gives what it printed; kills it (it alone) when the time is over. */
export function runToEnd(program: Program, timeoutMs: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program.file, [...program.args], {
      cwd: program.cwd,
      env: program.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const output = { stdout: '', stderr: '' };
    const keep = (name: 'stdout' | 'stderr') => (chunk: string) => {
      if (output[name].length < MAX_OUTPUT) output[name] += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', keep('stdout'));
    child.stderr.setEncoding('utf8').on('data', keep('stderr'));
    child.on('error', (error) => resolve({ kind: 'failed', message: error.message }));
    child.on('close', (code, by) =>
      resolve(
        child.killed ? { kind: 'timed-out', ...output } : { kind: 'exited', code: exitCode(code, by), ...output },
      ),
    );
  });
}

/** Whether a person sits there: all three streams are terminals. */
export const isAtTerminal = (): boolean => process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY;

/** Runs a program on our own terminal (stdin, stdout, stderr and nothing else) and gives its exit code. */
export function runInForeground(program: Program): Promise<{ readonly code: number } | { readonly failed: string }> {
  return new Promise((resolve) => {
    const child = spawn(program.file, [...program.args], {
      cwd: program.cwd,
      env: program.env,
      stdio: 'inherit',
    });
    // The terminal sends these to the whole foreground group: the agent handles them, we wait for its end.
    const ignore = () => {};
    const forward = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
    const settle = (result: { readonly code: number } | { readonly failed: string }) => {
      process.off('SIGINT', ignore).off('SIGQUIT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
      resolve(result);
    };
    child.on('error', (error) => settle({ failed: error.message }));
    child.on('close', (code, by) => settle({ code: exitCode(code, by) }));
  });
}

const exitCode = (code: number | null, by: NodeJS.Signals | null): number =>
  code ?? 128 + (by === null ? 0 : constants.signals[by]);
