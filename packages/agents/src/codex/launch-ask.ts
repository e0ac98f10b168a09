// Asks a program that speaks JSON lines over its standard streams, and ends it (it alone) once the answer is there.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Program } from '../launch.ts';

/** The first line that `answer` takes for one; null: there was none in time. */
export function askLines<T>(
  program: Program,
  lines: readonly object[],
  answer: (line: unknown) => T | null,
  timeoutMs: number,
): Promise<T | null> {
  return new Promise((resolve) => {
    const child = spawn(program.file, [...program.args], {
      cwd: program.cwd,
      env: program.env,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let found: T | null = null;
    child.stdin.on('error', () => undefined);
    child.stdin.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (found !== null) return;
      try {
        found = answer(JSON.parse(line));
      } catch {
        // Not for us.
      }
      if (found !== null) child.kill('SIGKILL');
    });
    child.on('error', () => resolve(null));
    child.on('close', () => resolve(found));
  });
}
