// A process from start to end: what a person at a terminal would have seen.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface ProcessResult {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly cwd?: string;
  /** The whole environment; the default is this process's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Milliseconds. @default 60000 */
  readonly timeout?: number;
}

/** @throws Error when the program cannot be started or does not end in time (it is killed, and its output told). */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  const { cwd, env, input, timeout = 60_000 } = options;
  const child = spawn(command, args, {
    stdio: 'pipe',
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
  });
  const ended = Promise.withResolvers<readonly [number | null, NodeJS.Signals | null]>();
  child.once('error', ended.reject);
  child.once('close', (code, signal) => ended.resolve([code, signal]));
  // A program may end without reading its input; that is its right, and no failure of the test.
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(input);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeout);
  try {
    const [[code, signal], stdout, stderr] = await Promise.all([ended.promise, text(child.stdout), text(child.stderr)]);
    if (late) throw new Error(`\`${command} ${args.join(' ')}\` did not end within ${timeout} ms\n${stdout}${stderr}`);
    return { code, signal, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}
