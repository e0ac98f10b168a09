// The launcher of an installation with two users: whom it starts something for, what that begins with, and how it ends. Messages that
// chance makes of good ones are sent to the one under the sanitizers.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, runProcess, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { spawn as spawnInPty } from '@lydell/node-pty';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import {
  AGENT,
  type Installed,
  installed,
  needsReach,
  noTwoUsers,
  SHARED,
  SYSTEM,
  setpriv,
} from './support/two-users.ts';

let it: Installed;

describe.skipIf(noTwoUsers)('the launcher', () => {
  beforeAll(async () => {
    it = await installed();
  });
  afterAll(async () => {
    await it?.[Symbol.asyncDispose]();
  });

  verifies(
    ['I1'],
    'what whoever starts the daemon left open is closed, with two users and without',
    async (context) => {
      await needsReach(context);
      const secret = join(tempFolder(), 'of-root');
      writeFileSync(secret, 'of root', { mode: 0o600 });
      const wrapper = ['/bin/bash', '-c', `exec 9<${secret} 50<${secret} 251<${secret}; exec "$@"`, 'bash'];
      const open = (pid: number): readonly string[] =>
        readdirSync(`/proc/${pid}/fd`).filter((fd) => {
          try {
            if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== secret) return false;
            // What closes when a program is started is handed to nobody: Node marks the first few so.
            const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '';
            return (Number.parseInt(flags, 8) & 0o2000000) === 0;
          } catch {
            return false;
          }
        });
      const [shell = '', ...words] = wrapper;
      const control = spawn(shell, [...words, 'sleep', '60'], { stdio: 'ignore' });
      await expect.poll(() => open(control.pid ?? 0)).toEqual(['251', '50', '9']);
      control.kill('SIGKILL');
      await using alone = await startDaemon({ wrapper, setup: false });
      expect(open(alone.pid)).toEqual([]);
      await using both = await installed({}, wrapper);
      expect(open(both.daemon.pid)).toEqual([]);
      expect((await both.asAgent(['sh', '-c', 'ls /proc/self/fd'])).stdout.trim().split('\n')).toEqual([
        '0',
        '1',
        '2',
        '3',
      ]);
    },
  );

  verifies(['I1'], 'a start is asked for by the system user alone, of a launcher that is root’s', async (context) => {
    await needsReach(context);
    const { enter, socket } = it.installation;
    const words = [enter, '--socket', socket, '--', 'id', '-u'];
    expect((await it.asSystem(words)).stdout.trim(), 'the control').toBe(String(AGENT));
    expect(await it.asNumber(words)).toMatchObject({ code: 125, stdout: '' });
    // Root is not the system user either: who it is is asked of the kernel, and nothing else.
    const [file = '', ...args] = words;
    expect(() => execFileSync(file, args, { stdio: 'pipe' })).toThrow(/castellan: /);
    // Somebody who took its place is handed nothing: no stream, no word of the environment.
    const folder = tempFolder('fake-');
    chmodSync(folder, 0o777);
    const fake = join(folder, 'launcher.sock');
    const listen = `require('node:net').createServer((to) => to.on('data', (bytes) => console.log('got ' + bytes.length))).listen(process.argv[1], () => console.log('up'))`;
    const [node = '', ...rest] = [...setpriv(AGENT), process.execPath, '-e', listen, fake];
    const server = spawn(node, rest, { stdio: ['ignore', 'pipe', 'inherit'], env: {}, cwd: '/' });
    let got = '';
    server.stdout.on('data', (chunk) => {
      got += String(chunk);
    });
    await expect.poll(() => got).toBe('up\n');
    chmodSync(fake, 0o777);
    const asked = await it.asSystem([enter, '--socket', fake, '--', 'id']);
    expect(asked).toMatchObject({ code: 125, stdout: '', stderr: expect.stringContaining("not root's") });
    server.kill('SIGKILL');
    expect(got).toBe('up\n');
  });

  verifies(
    ['I1'],
    'the program has the streams, folder, exit code and signals it would have; its end is the end of all it started',
    async (context) => {
      await needsReach(context);
      expect((await it.asAgent(['cat'], { input: 'handed over' })).stdout).toBe('handed over');
      expect((await it.asAgent(['pwd'], { cwd: it.project })).stdout.trim()).toBe(it.project);
      expect(await it.asAgent(['sh', '-c', 'echo out; echo err >&2; exit 7'])).toMatchObject({
        code: 7,
        stdout: 'out\n',
        stderr: 'err\n',
      });
      expect(await it.asAgent(['sh', '-c', 'kill -TERM $$'])).toMatchObject({ signal: 'SIGTERM' });
      expect(await it.asAgent(['/nowhere/at-all'])).toMatchObject({ code: 127 });
      expect(await it.asAgent(['pwd'], { cwd: it.installation.home })).toMatchObject({
        code: 125,
        stderr: expect.stringContaining('may not enter'),
      });
      const mark = 'sleep 98765.4321';
      const left = (): string =>
        execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
          .split('\n')
          .filter((each) => each === mark)
          .join();
      await it.asAgent(['sh', '-c', `${mark} & (setsid ${mark} &) ; nohup ${mark} & exit 0`]);
      expect(left()).toBe('');
      // Whoever asked for it is killed: the same.
      const [file = '', ...args] = [
        ...setpriv(SYSTEM, [SHARED]),
        it.installation.enter,
        '--socket',
        it.installation.socket,
        '--',
        'sh',
        '-c',
        `echo up; (setsid ${mark} &); ${mark}`,
      ];
      const asked = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
      await new Promise((resolve) => asked.stdout.once('data', resolve));
      await expect.poll(left).toContain(mark);
      asked.kill('SIGKILL');
      await expect.poll(left).toBe('');
    },
  );

  verifies(['I1'], 'a terminal that was made for it is its own: keys, size, jobs and its end', async (context) => {
    await needsReach(context);
    const { enter, socket } = it.installation;
    const words = [
      ...setpriv(SYSTEM, [SHARED]),
      enter,
      '--socket',
      socket,
      '--',
      'bash',
      '--norc',
      '--noprofile',
      '-i',
    ];
    const [file = '', ...args] = words;
    const pty = spawnInPty(file, args, { cwd: '/', cols: 91, rows: 31, env: { PATH: '/usr/bin:/bin', PS1: '$' } });
    let screen = '';
    pty.onData((text) => {
      screen += text;
    });
    const ended = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
    const shows = (text: string | RegExp): Promise<void> => expect.poll(() => screen).toMatch(text);
    pty.write('id -u; stty size; echo to-$((40+2)) > /dev/tty\r');
    await shows(new RegExp(`${AGENT}\\r\\n31 91\\r\\nto-42`));
    pty.resize(77, 22);
    pty.write('stty size\r');
    await shows('22 77');
    // The interrupt key ends what runs in front, and the shell goes on; the other one stops it.
    pty.write('echo begun-$((1+1)); sleep 1000\r');
    await shows('begun-2');
    pty.write('\x03');
    pty.write('echo code-$?\r');
    await shows('code-130');
    pty.write('echo again-$((1+1)); sleep 1001\r');
    await shows('again-2');
    pty.write('\x1a');
    await shows('Stopped');
    pty.write('exit 5\r');
    await shows('There are stopped jobs');
    pty.write('exit 5\r');
    expect(await ended).toBe(5);
  });

  verifies(
    ['I1'],
    'what the agent user may have at a time is bounded for all it starts, and nobody else is kept waiting',
    async (context) => {
      await needsReach(context);
      const [user, folder] = [61_012, socketFolder()];
      const small = await launcher(it.installation.launcher.path, folder, user, ['--processes', '40', '--files', '64']);
      const start = (script: string) =>
        runProcess(
          'setpriv',
          [
            ...setpriv(SYSTEM, [SHARED]).slice(1),
            ...[it.installation.enter, '--socket', join(folder, 'l.sock'), '--cwd', '/', '--', '/bin/sh', '-c', script],
          ],
          { env: { PATH: '/usr/bin:/bin' }, cwd: '/' },
        );
      const forks = await start('for i in $(seq 60); do sleep 30 & echo $i; done');
      const running = Number(forks.stdout.trim().split('\n').at(-1));
      expect(running).toBeGreaterThan(20);
      expect(running).toBeLessThan(40);
      const most = await start('ulimit -n; ulimit -Hn; ulimit -n 65 || echo refused');
      expect(most.stdout).toBe('64\n64\nrefused\n');
      expect((await it.asAgent(['echo', 'fine'])).stdout).toBe('fine\n');
      expect((await it.daemon.request('GET', '/v1/status')).status).toBe(200);
      await small.end();
    },
  );

  verifies(['I1'], 'no message makes the launcher do anything but refuse', async (context) => {
    const sanitized = join(it.prefix, 'launcher-asan');
    const send = join(it.prefix, 'send');
    const sources = ['castellan-launcher.c', 'launcher-keeper.c'].map((name) => inRoot('native', name));
    const flags = [
      '-std=c11',
      '-O1',
      '-g',
      '-fsanitize=address,undefined',
      '-fno-sanitize-recover=all',
      '-static-libasan',
    ];
    try {
      execFileSync('gcc', [...flags, '-o', sanitized, ...sources], { stdio: 'pipe' });
      execFileSync(
        'gcc',
        ['-O1', '-w', '-static', '-o', send, join(import.meta.dirname, 'support', 'two-users-send.c')],
        { stdio: 'pipe' },
      );
    } catch {
      process.stderr.write(`SKIPPED: ${context.task.name}: no gcc with sanitizers\n`);
      return context.skip('no compiler');
    }
    const [user, folder] = [61_013, socketFolder()];
    const under = await launcher(sanitized, folder, user, []);
    const [file = '', ...rest] = setpriv(SYSTEM, [SHARED]);
    const answer = async ({ bytes, fds = 3, head = 20 }: Message): Promise<string> => {
      const args = [...rest, send, join(folder, 'l.sock'), String(fds), String(head)];
      return (await runProcess(file, args, { input: bytes, cwd: '/', env: {} })).stdout.split(' ')[0] ?? '';
    };
    const STARTED = '1';
    const REFUSED = '4';
    expect(await answer({ bytes: message({}) }), 'the control').toBe(STARTED);
    const hostile: readonly Message[] = [
      ...[0, 1, 2, 4, 5, 16].map((fds) => ({ bytes: message({}), fds })),
      { bytes: message({}), head: 4 },
      { bytes: message({ magic: 0 }) },
      ...[4, 0x80000000, 0xffffffff].map((flags) => ({ bytes: message({ flags }) })),
      ...[0, 2, 3, 4097, 0xffffffff].map((args) => ({ bytes: message({ args }) })),
      ...[0, 2, 1025, 0xffffffff].map((env) => ({ bytes: message({ env }) })),
      ...[0, 1, 20, 1_048_577, 0xffffffff].map((length) => ({ bytes: message({ length }) })),
      { bytes: message({ words: ['relative', '/bin/true', 'A=b'] }) },
      { bytes: message({ words: ['/', '', 'A=b'] }) },
      { bytes: message({ words: ['/', '/bin/true', 'nothing'] }) },
      { bytes: Buffer.alloc(0), fds: 0, head: 0 },
      { bytes: Buffer.alloc(2_000_000, 65) },
    ];
    for (const each of hostile)
      expect([REFUSED, ''], each.bytes.subarray(0, 24).toString('hex')).toContain(await answer(each));
    const good = message({});
    const random = fc.sample(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), {
      numRuns: 60,
      seed: 9,
    });
    for (const changes of random) {
      const bytes = Buffer.from(good);
      // The program's name stays: chance is not to start another one.
      for (const [at, value] of changes) if (at < 22) bytes[at] = value;
      await answer({ bytes });
    }
    expect(await answer({ bytes: message({}) }), 'it goes on').toBe(STARTED);
    await under.end();
    expect(under.said()).not.toMatch(/Sanitizer|runtime error/);
  });
});

interface Message {
  readonly bytes: Buffer;
  readonly fds?: number;
  readonly head?: number;
}

/** As castellan-enter sends it (native/launcher.h), with what is wrong about it. */
function message(wrong: {
  magic?: number;
  flags?: number;
  args?: number;
  env?: number;
  length?: number;
  words?: readonly string[];
}): Buffer {
  const words = Buffer.from((wrong.words ?? ['/', '/bin/true', 'A=b']).map((word) => `${word}\0`).join(''));
  const head = Buffer.alloc(20);
  const fields = [
    wrong.magic ?? 0x31545343,
    wrong.flags ?? 0,
    wrong.args ?? 1,
    wrong.env ?? 1,
    wrong.length ?? words.length,
  ];
  for (const [at, field] of fields.entries()) head.writeUInt32LE(field, at * 4);
  return Buffer.concat([head, words]);
}

/** Root's alone, as the launcher wants it. */
function socketFolder(): string {
  const folder = tempFolder('run-');
  chmodSync(folder, 0o755);
  return folder;
}

/** A launcher whose daemon only waits. */
async function launcher(path: string, folder: string, user: number, more: readonly string[]) {
  const ids = ['--system', `${SYSTEM}:${SYSTEM}`, '--agent', `${user}:${user}`, '--shared', String(SHARED)];
  const args = [...ids, '--socket', join(folder, 'l.sock'), ...more, '--', '/bin/sleep', '600'];
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await expect.poll(() => readdirSync(folder)).toContain('l.sock');
  return {
    said: () => said,
    end: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
