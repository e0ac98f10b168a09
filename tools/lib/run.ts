// Child processes of the tasks: a tool of node_modules run under this very Node, its output shown as it comes.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const inRoot = (...parts: readonly string[]): string => join(ROOT, ...parts);

export interface Ended {
  readonly code: number;
  /** Both streams as they came; empty when they were shown instead. */
  readonly output: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The checkout where none is given. */
  readonly cwd?: string;
  /** `show`: straight to this terminal. `keep`: collected, for a caller that shows it only when it matters. */
  readonly output?: 'show' | 'keep';
  readonly timeoutMs?: number;
}

/** Runs a command in the repository and waits for it. A process that could not start or was killed has code 1. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const keep = options.output === 'keep';
  const path = `${inRoot('node_modules', '.bin')}:${process.env.PATH ?? ''}`;
  const child = spawn(command, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, PATH: path, ...(keep ? { NO_COLOR: '1' } : {}), ...options.env },
    stdio: ['inherit', keep ? 'pipe' : 'inherit', keep ? 'pipe' : 'inherit'],
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGTERM' as const }),
  });
  // Whoever ends the task ends what it runs: a daemon left behind would keep its port.
  const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  // A terminal sends Ctrl-C to the whole group itself.
  const interrupt = (): boolean => process.stdin.isTTY || child.kill('SIGINT');
  process.on('SIGINT', interrupt);
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      chunks.push(chunk);
    });
  child.on('error', (error) => resolve({ code: 1, output: `${chunks.join('')}${error.message}\n` }));
  child.on('close', (code) => {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, forward);
    process.off('SIGINT', interrupt);
    resolve({ code: code ?? 1, output: chunks.join('') });
  });
  return promise;
}

/** A tool that npm linked into node_modules/.bin; all of ours are Node programs. */
export const tool = (name: string, args: readonly string[], options?: RunOptions): Promise<Ended> =>
  run(process.execPath, [inRoot('node_modules', '.bin', name), ...args], options);
