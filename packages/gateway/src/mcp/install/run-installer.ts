// Runs an installer to its end: no shell, a process group that is killed whole, little kept of what it prints. INVARIANT: of
// our environment it gets what the table lists; a token of ours is not in there.
import { spawn } from 'node:child_process';
import type { ChildEnvironment } from '@castellan/contract';

interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ChildEnvironment;
}

export type InstallerEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'cancelled'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** A large tree over a slow line fits; a registry that never answers does not hold a person up for longer. */
const MAX_MS = 300_000;
/** What a report of a large tree needs; an installer that prints more is cut off there. */
const MAX_OUTPUT = 4 * 1024 * 1024;

/** Ends when the program and everything it started have ended, or were killed. */
export function runInstaller(program: Program, signal: AbortSignal): Promise<InstallerEnd> {
  if (signal.aborted) return Promise.resolve({ kind: 'cancelled', why: 'it was cancelled' });
  return new Promise((resolve) => {
    const child = spawn(program.file, [...program.args], {
      cwd: program.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: program.env,
    });
    const output = { stdout: '', stderr: '' };
    const keep = (name: 'stdout' | 'stderr') => (chunk: string) => {
      if (output[name].length < MAX_OUTPUT) output[name] += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', keep('stdout'));
    child.stderr.setEncoding('utf8').on('data', keep('stderr'));
    let why: string | null = null;
    const kill = (reason: string): void => {
      why ??= reason;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended in the meantime.
      }
    };
    const onAbort = (): void => kill('it was cancelled');
    const timer = setTimeout(() => kill(`it took longer than ${MAX_MS / 60_000} minutes`), MAX_MS);
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = (end: InstallerEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(end);
    };
    child.on('error', (error) => settle({ kind: 'failed', why: error.message }));
    child.on('close', (code) =>
      settle(why === null ? { kind: 'exited', code: code ?? 1, ...output } : { kind: 'cancelled', why }),
    );
  });
}

/** The line that says most, for a person. */
export function lastWords(text: string, hideText: (text: string) => string): string {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^(?:npm )?(?:ERR!|error|ERROR:?)\s*/u, '').trim())
    .filter((line) => line !== '' && !/^(?:code E|A complete log|errno|syscall|verbose stack)/u.test(line));
  const line = lines.find((each) => /integrity|404|not found|no matching|ETARGET|notarget/iu.test(each)) ?? lines[0];
  return [...hideText(line ?? 'it said nothing')].slice(0, 300).join('');
}
