// Who carries bytes into walls, at the moments that a load of connections meets only by chance (support/carrier.c): an end that is
// found in the last turn of many, and a full queue while others are busy. Without these, somebody waits for ever or is cut off.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inRoot, runProcess, tempFolder } from '@castellan/testkit';
import { expect, type TestContext, test } from 'vitest';

async function carried(context: TestContext, what: 'ends' | 'queue'): Promise<string> {
  const folder = tempFolder('carrier');
  const program = join(folder, 'carrier');
  const source = fileURLToPath(new URL('support/carrier.c', import.meta.url));
  const why =
    process.platform === 'linux'
      ? compiled(source, program)
      : 'castellan-inner is a program of Linux, and this is none';
  if (why !== null) {
    process.stderr.write(`SKIPPED: ${context.task.name}: ${why}\n`);
    context.skip(why);
  }
  const inner = inRoot('packages/sandbox/bin', `castellan-inner-linux-${process.arch}`);
  const { stdout, stderr } = await runProcess(program, [inner, folder, what], { timeout: 60_000 });
  return `${stdout}${stderr}`.trim();
}

function compiled(source: string, program: string): string | null {
  try {
    execFileSync('gcc', ['-O1', '-w', '-o', program, source], { stdio: 'pipe' });
    return null;
  } catch {
    return 'there is no C compiler';
  }
}

test('everybody hears all that was said and then the end, however much there was to say at once', async (context) => {
  expect(await carried(context, 'ends')).toBe('ends 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16');
});

test('who finds the queue full waits, however busy another connection keeps the carrier', async (context) => {
  expect(await carried(context, 'queue')).toBe('queue 6 6 6');
});
