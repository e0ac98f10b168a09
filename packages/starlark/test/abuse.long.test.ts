// The hostile program: it wants the interpreter's memory, stack or time. Each runs in a process of its own that has 128 MB, and must come
// back with an ordinary error that has a position; a process that dies, hangs or lets a JavaScript error through has lost.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StarlarkError } from '../src/index.ts';
import { type HostileProgram, PROGRAMS } from './abuse/programs.ts';

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// What one process has compiled, the next need not.
const CACHE = tempFolder();
const RUNNER = join(import.meta.dirname, 'abuse', 'run.ts');

function runHostile(program: HostileProgram): Promise<Outcome> {
  const flags = [
    '--max-old-space-size=128',
    ...(program.stackKb === undefined ? [] : [`--stack-size=${program.stackKb}`]),
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, RUNNER], { stdio: 'pipe', env: { NODE_COMPILE_CACHE: CACHE } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('close', (status) => resolve({ status, stdout, stderr: stderr.slice(0, 2000) }));
    child.stdin.end(program.source);
  });
}

const outcomes = new Map<HostileProgram, Outcome>();

beforeAll(async () => {
  const waiting = [...PROGRAMS];
  const worker = async (): Promise<void> => {
    for (let program = waiting.pop(); program !== undefined; program = waiting.pop()) {
      outcomes.set(program, await runHostile(program));
    }
  };
  await Promise.all([worker(), worker()]);
}, 600_000);

describe('a hostile program', () => {
  it('has many forms, each of them once', () => {
    expect(PROGRAMS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(PROGRAMS.map(({ name }) => name)).size).toBe(PROGRAMS.length);
  });

  it.each(PROGRAMS)('$name', (program) => {
    const outcome = outcomes.get(program);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    const { error } = JSON.parse(outcome?.stdout ?? '') as { readonly error?: StarlarkError };
    expect(error?.at?.file).toBe('abuse.star');
    // Somebody has to read it, and something has to carry it.
    expect(outcome?.stdout.length).toBeLessThan(100_000);
    expect(error?.message).not.toMatch(/internal error|cancelled: stack overflow/);
    if (typeof program.ends === 'string') expect(error).toMatchObject({ kind: 'budget', budget: program.ends });
    else expect(error?.message).toMatch(program.ends);
  });
});
