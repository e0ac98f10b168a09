// A server's process: started without a shell, in a group of its own, with an environment somebody listed. INVARIANT: when it
// has ended, by itself or by us, its whole group is killed; what left the group by `setsid` is looked for by leavers.ts.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ChildEnvironment } from '@castellan/contract';
import type { McpClock } from '../host.ts';
import { GRACE_MS } from './limits.ts';

export interface Program {
  /** Absolute. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ChildEnvironment;
}

export interface ServerProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** How it ended, in words. */
  readonly ended: Promise<string>;
  /** Ends its input, then asks it to go, then kills it. Resolves when it is gone. */
  stop(): Promise<void>;
  /** At once. */
  kill(): void;
}

export type ProcessStarted =
  | { readonly ok: true; readonly process: ServerProcess }
  | { readonly ok: false; readonly why: string };

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'its program or its folder does not exist',
  EACCES: 'its program may not be run',
  ENOEXEC: 'its program is of no kind that runs here',
  EMFILE: 'too many files are open',
  EAGAIN: 'too many processes run',
  E2BIG: 'its arguments and variables are too long',
};

export function startProcess(program: Program, clock: McpClock): Promise<ProcessStarted> {
  const { promise, resolve } = Promise.withResolvers<ProcessStarted>();
  let child: Child;
  try {
    child = spawn(program.file, [...program.args], {
      cwd: program.cwd,
      env: program.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    return Promise.resolve({ ok: false, why: whyOf(error) });
  }
  child.once('error', (error) => resolve({ ok: false, why: whyOf(error) }));
  child.once('spawn', () => {
    // A child that has a pid has been started.
    resolve({ ok: true, process: handleOf(child, child.pid ?? 0, clock) });
  });
  return promise;
}

function handleOf(child: Child, pid: number, clock: McpClock): ServerProcess {
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  let isOver = false;
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name);
    } catch {
      // Nobody is left in the group.
    }
  };
  // `exit`, not `close`: a child that left the group may hold the streams open for ever.
  child.once('exit', (code, by) => {
    isOver = true;
    signal('SIGKILL');
    resolve(by === null ? `ended with code ${code ?? 0}` : `ended by ${by}`);
  });
  child.stdin.on('error', () => undefined);
  return {
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    kill: () => {
      if (!isOver) signal('SIGKILL');
    },
    async stop() {
      if (!isOver) child.stdin.end();
      const off = [clock.after(GRACE_MS, () => signal('SIGTERM')), clock.after(GRACE_MS * 2, () => signal('SIGKILL'))];
      await ended;
      for (const each of off) each();
    },
  };
}

function whyOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return WHY[code] ?? `it cannot be started (${code})`;
}
