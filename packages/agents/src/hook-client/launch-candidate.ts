// Runs one candidate for the hook client once, as a client of an agent would: an event on stdin, an end, two texts.
import { spawn } from 'node:child_process';
import { childEnvironment } from '@castellan/contract';
import type { Command } from '../machine.ts';

export interface HookEnd {
  /** Null: it was killed, or it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Far above what any candidate needs; one that hangs is none. */
const PATIENCE_MS = 25_000;

export function runCandidate(command: Command, file: string, event: string): Promise<HookEnd> {
  return new Promise((resolve) => {
    const child = spawn(command.file, [...command.args, file], {
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
      env: childEnvironment('bare', {}, command.env),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', () => resolve({ code: null, stdout, stderr }));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    // It may end without having read it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(event);
  });
}
