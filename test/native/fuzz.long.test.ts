// The native hook client under the address and undefined-behaviour sanitizers, against answers and hook files that chance makes
// of good ones. Whatever it is given, it ends as it must: never with a fault of its own, and with exit 0 only for a whole yes.
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { tempFolder } from '@castellan/testkit';
import fc from 'fast-check';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { inRoot } from '../../tools/lib/run.ts';

const folder = tempFolder();
const program = join(folder, 'castellan-hook');
const COMPILER = 'gcc';
let can = false;

beforeAll(() => {
  const flags = [
    '-std=c11',
    '-O1',
    '-g',
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all',
    '-static-libasan',
  ];
  try {
    execFileSync(COMPILER, [...flags, '-o', program, inRoot('native/castellan-hook.c')], { stdio: 'pipe' });
    can = true;
  } catch (error) {
    process.stderr.write(
      `SKIPPED: no gcc with sanitizers for the fuzz of the native hook client: ${String(error).slice(0, 200)}\n`,
    );
  }
});

const TYPE = 'application/vnd.castellan.hook';
const hookText = (socket: string): string =>
  `castellan-hook 1\nsocket=${socket}\nowner=${process.getuid?.() ?? 0}\ncredential=abc_DEF-1\nroute=/v1/hooks/codex\ntimeout=20\n`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
async function run(args: readonly string[], event: string | Uint8Array): Promise<Ended> {
  const child = spawn(program, [...args], {
    stdio: 'pipe',
    env: { ASAN_OPTIONS: 'exitcode=99:detect_leaks=0', UBSAN_OPTIONS: 'exitcode=99' },
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(event);
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr, ended] = await Promise.all([text(child.stdout), text(child.stderr), code]);
  return { code: ended, stdout, stderr };
}
const LINE = /^castellan: [^\n]+; (run `castellan up`|connect the agent again)\n$/;

/** A good text with some of its bytes left out, doubled or put in by chance. */
const broken = (good: string): fc.Arbitrary<Buffer> =>
  fc
    .array(
      fc.tuple(
        fc.nat(good.length + 4),
        fc.constantFrom('cut', 'drop', 'put', 'double'),
        fc.uint8Array({ maxLength: 12 }),
      ),
      { maxLength: 4 },
    )
    .map((changes) => {
      let bytes = Buffer.from(good);
      for (const [at, how, put] of changes) {
        const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
        if (how === 'cut') bytes = Buffer.from(before);
        else if (how === 'drop') bytes = Buffer.concat([before, after.subarray(put.length)]);
        else if (how === 'put') bytes = Buffer.concat([before, Buffer.from(put), after]);
        else bytes = Buffer.concat([before, before, after]);
      }
      return bytes;
    });

/** As the format has it, written a second time and in another way. */
function yesOf(answer: Buffer): string | null {
  const end = answer.indexOf('\r\n\r\n');
  const head = answer.toString('latin1', 0, Math.max(end, 0));
  const types = head
    .split('\r\n')
    .slice(1)
    .filter((line) => /^content-type:/i.test(line));
  const [type] = types;
  if (end < 0 || !head.startsWith('HTTP/1.1 200 ') || types.length !== 1 || head.includes('\0')) return null;
  if (type === undefined || type.replace(/^content-type: */i, '') !== TYPE) return null;
  const body = answer.toString('latin1', end + 4);
  const match = /^0 (0|[1-9]\d*)\n([\s\S]*)$/.exec(body);
  return match !== null && Number(match[1]) === match[2]?.length && !body.includes('\0') ? (match[2] ?? '') : null;
}

const words = 'a yes of some length\n';
const GOOD = `HTTP/1.1 200 OK\r\nContent-Type: ${TYPE}\r\nContent-Length: ${words.length + 5}\r\nConnection: close\r\n\r\n0 ${words.length}\n${words}`;

test('any answer', async () => {
  if (!can) return;
  const [socket, file] = [join(folder, 's'), join(folder, 'hook')];
  writeFileSync(file, hookText(socket), { mode: 0o600 });
  let answer: Buffer = Buffer.alloc(0);
  const server = createServer((at) => {
    at.on('error', () => undefined);
    at.once('data', () => at.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => void server.close());
  const any = fc.oneof(
    broken(GOOD),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(any, async (bytes) => {
      answer = bytes;
      const ended = await run([file], '{}');
      const yes = yesOf(bytes);
      if (yes !== null) expect(Buffer.from(ended.stdout).toString()).toBe(Buffer.from(yes, 'latin1').toString());
      else expect(ended.stdout).toBe('');
      expect(ended.code).toBe(yes === null ? 2 : 0);
      if (yes === null && !/^2 /.test(bytes.toString('latin1').split('\r\n\r\n')[1] ?? ''))
        expect(ended.stderr).toMatch(LINE);
    }),
    { numRuns: 400, seed: 861_008 },
  );
});

test('any hook file, any words behind its name', async () => {
  if (!can) return;
  const file = join(folder, 'any');
  const away = hookText(join(folder, 'none'));
  const flag = fc.constantFrom('--remind', '--tell', '--wait', '1', '-1', '99999999999999999999', '', file, '--');
  await fc.assert(
    fc.asyncProperty(broken(away), fc.array(flag, { maxLength: 3 }), async (bytes, flags) => {
      writeFileSync(file, bytes, { mode: 0o600 });
      const ended = await run([...flags, file], '{}');
      const holds = !flags.includes('--remind') && !flags.includes('--tell');
      expect(ended.stderr).toMatch(LINE);
      if (holds) expect(ended).toMatchObject({ code: 2, stdout: '' });
      else expect([0, 2]).toContain(ended.code);
    }),
    { numRuns: 300, seed: 861_008 },
  );
});
