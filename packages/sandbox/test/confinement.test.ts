// What holds a child (S1, S6): a program that runs in its place tries everything that a program of ours never does. Each wall by itself where
// it can be had by itself: the hull without Node's own permissions, and those without a hull.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { noLimitsHere, tempFolder } from '@castellan/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FrameReader, frameOf } from '../src/frames.ts';
import { bubblewrap } from '../src/hull/bubblewrap.ts';
import { shellLimits } from '../src/hull/hull.ts';
import { memoryFor } from '../src/pool/nursery.ts';
import { bundledChild } from './support/child-program.ts';
import { NEVER, NOBODY, openPool, specOf } from './support/pools.ts';

/** Of somebody, with something in it. */
const HOME = tempFolder();
const PROBE = join(import.meta.dirname, 'children/probe.mjs');
const server = createServer((socket) => socket.destroy());
let port = 0;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
});
afterAll(() => server.close());

type Found = Readonly<Record<string, unknown>>;

async function probed(
  isolation: 'strongest' | 'limits only',
): Promise<{ readonly found: Found; readonly words: string }> {
  await using pool = await openPool({ program: PROBE, warm: 0, isolation });
  const outcome = await pool.run(specOf('', { args: [{ port, home: HOME }] }), NOBODY, NEVER);
  if (!outcome.result.ok) throw new Error(outcome.result.error.message);
  return { found: outcome.result.value as Found, words: outcome.isolation };
}

const REFUSED = expect.stringMatching(/^refused: |^E[A-Z]+$/);
/** What Node's own permissions hold, whatever is around it. */
const WITHIN = {
  passwd: REFUSED,
  home: REFUSED,
  root: REFUSED,
  proc: REFUSED,
  parent: REFUSED,
  write: REFUSED,
  writeBesides: REFUSED,
  folder: '/',
  fork: REFUSED,
  node: REFUSED,
  worker: REFUSED,
  code: 'refused: EvalError',
  binding: REFUSED,
  addon: REFUSED,
  exec: REFUSED,
};
const NO_NETWORK = { loopback: REFUSED, outside: REFUSED, socket: REFUSED, name: REFUSED };

it('in the strongest hull that holds here', async () => {
  const { found, words } = await probed('strongest');
  expect(found).toMatchObject(WITHIN);
  expect(found.environment).toMatch(/^(?:PWD)?$/);
  if (words.startsWith('bubblewrap')) expect(found).toMatchObject(NO_NETWORK);
});

it('with limits only: files and processes are held, and it says that no more is', async ({ skip }) => {
  const why = noLimitsHere();
  if (why !== null) return skip(why);
  const { found, words } = await probed('limits only');
  expect(found).toMatchObject(WITHIN);
  expect(found.environment).toBe('');
  const isRoot = process.getuid?.() === 0;
  expect(words).toBe(isRoot ? 'limits only, as nobody' : 'limits only');
  // INVARIANT: never root, and nobody else's process hears of a signal from root's child.
  expect(found.user).toBe(isRoot ? 65_534 : process.getuid?.());
  if (isRoot) expect(found.signal).toBe('refused: EPERM');
});

it('root starts nothing where nobody cannot: no child is ever root', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('this is not root');
  const folder = tempFolder('closed');
  const program = join(folder, 'probe.mjs');
  cpSync(PROBE, program);
  chmodSync(folder, 0o700);
  await using pool = await openPool({ program, warm: 0, isolation: 'limits only' });
  const { result } = await pool.run(specOf('', { args: [{ port, home: HOME }] }), NOBODY, NEVER);
  expect(result).toMatchObject({ ok: false, error: { hint: expect.stringContaining('bubblewrap') } });
});

describe('the hull by itself, around a Node that may do everything', () => {
  it('has no files but its own, no network and no other processes', async ({ skip }) => {
    const hull = await bubblewrap(process.execPath);
    if (hull === undefined) return skip('there is no bubblewrap here');
    const program = { node: process.execPath, entry: PROBE, reads: [PROBE] };
    const { file, args, filter } = hull.command(program, memoryFor(0), [process.execPath, PROBE]);
    const child = spawn(file, args, {
      cwd: '/',
      env: {},
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const [, , , input, output, filtering] = child.stdio as readonly unknown[] as readonly Duplex[];
    filtering?.end(filter);
    input?.write(frameOf({ args: JSON.stringify([{ port, home: HOME }]) }));
    const reader = new FrameReader(100_000);
    const messages: { readonly kind: string; readonly result: string }[] = [];
    for await (const chunk of output ?? []) {
      reader.add(chunk as Buffer);
      for (let frame = reader.next(); typeof frame !== 'string'; frame = reader.next())
        messages.push(JSON.parse(frame.toString()));
      if (messages.at(-1)?.kind === 'done') break;
    }
    input?.destroy();
    await once(child, 'exit');
    const found = JSON.parse(messages.at(-1)?.result ?? '') as Found;
    expect(found).toMatchObject({
      ...NO_NETWORK,
      passwd: 'refused: ENOENT',
      home: 'refused: ENOENT',
      proc: 'refused: ENOENT',
      parent: 'refused: ENOENT',
      write: REFUSED,
      writeBesides: REFUSED,
      environment: 'PWD',
      fork: REFUSED,
      node: REFUSED,
      listen: REFUSED,
    });
    expect(String(found.root).split(',').toSorted()).toEqual(expect.arrayContaining(['lib64']));
    // What leads to Node and to the program is there, and holds nothing else.
    const own = [process.execPath, ...program.reads].map((path) => path.split('/')[1]);
    const besides = String(found.root)
      .split(',')
      .filter((name) => !own.includes(name));
    expect(besides.join()).not.toMatch(/home|etc|root|proc|tmp|var|dev/);
  });
});

it('a shell sets limits where nothing else can', () => {
  const [file = '', ...args] = shellLimits([
    '/bin/sh',
    '-c',
    'ulimit -n; ulimit -c; ulimit -f; ulimit -t; echo "$1"',
    'sh',
    "a b'$c",
  ]);
  expect(spawnSync(file, args, { encoding: 'utf8', env: {} }).stdout).toBe("32\n0\n0\n330\na b'$c\n");
});

describe('a parent that is killed', () => {
  it.each(noLimitsHere() === null ? ['strongest', 'limits only'] : ['strongest'])(
    'takes its children along: %s',
    async (isolation) => {
      const program = await bundledChild();
      const parent = spawn(
        process.execPath,
        [join(import.meta.dirname, 'support/endless-parent.ts'), program, isolation],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      await once(parent.stdout, 'data');
      expect(processesOf(program).length).toBeGreaterThan(1);
      parent.kill('SIGKILL');
      await expect.poll(() => processesOf(program)).toEqual([]);
    },
  );
});

/** Processes with this program on their command line. */
function processesOf(program: string): readonly string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^[0-9]+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(program);
    } catch {
      return false;
    }
  });
}
