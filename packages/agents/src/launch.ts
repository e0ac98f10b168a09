// The one place of agents that starts processes. Never through a shell, always with an environment somebody listed.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ChildEnvironment } from '@castellan/contract';
import { signalInside } from './walls/signal.ts';

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ChildEnvironment;
  /** Told of its process as soon as there is one. */
  readonly started?: (pid: number) => void;
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

const PASSED_ON = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGWINCH', 'SIGCONT', 'SIGUSR1', 'SIGUSR2'] as const;
/** What a terminal sends to everybody in front of it: there the program has it already. */
const OF_TERMINAL: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT', 'SIGWINCH']);

/**
 * Runs a program on our own streams (stdin, stdout, stderr and nothing else) and gives its exit code. Signals are passed on and
 * never end us before it: stopped, it stops first and we after it, and both go on together.
 */
export function runInForeground(program: Program): Promise<{ readonly code: number } | { readonly failed: string }> {
  return new Promise((resolve) => {
    const child = spawn(program.file, [...program.args], {
      cwd: program.cwd,
      env: program.env,
      stdio: 'inherit',
    });
    if (child.pid !== undefined) program.started?.(child.pid);
    const isShared = process.stdin.isTTY === true;
    const tell = (name: NodeJS.Signals): void => void (child.pid !== undefined && signalInside(child.pid, name));
    const undo: (() => void)[] = [];
    const on = (name: NodeJS.Signals, act: () => void): void => {
      process.on(name, act);
      undo.push(() => process.off(name, act));
    };
    for (const name of PASSED_ON) on(name, () => void (isShared && OF_TERMINAL.has(name) ? false : tell(name)));
    on('SIGTSTP', () => {
      // Where no terminal stands above its group the system ignores SIGTSTP.
      tell(isShared ? 'SIGTSTP' : 'SIGSTOP');
      process.kill(process.pid, 'SIGSTOP');
    });
    const settle = (result: { readonly code: number } | { readonly failed: string }) => {
      for (const each of undo) each();
      resolve(result);
    };
    child.on('error', (error) => settle({ failed: error.message }));
    child.on('close', (code, by) => settle({ code: exitCode(code, by) }));
  });
}

const exitCode = (code: number | null, by: NodeJS.Signals | null): number =>
  code ?? 128 + (by === null ? 0 : constants.signals[by]);
