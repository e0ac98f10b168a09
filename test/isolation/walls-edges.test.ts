// The edges of the walls: what stands inside although it is Castellan's own, ways out, signals and terminals, ends, and everything that
// has to be a fault instead of a weaker start.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { childEnvironment } from '@castellan/contract';
import { type Confinement, confineProgram, type WallName } from '@castellan/sandbox';
import { inRoot, runProcess, verifies } from '@castellan/testkit';
import { expect, type TestContext } from 'vitest';
import { type Grounds, grounds, needs } from './support/walls.ts';

const ME = 'whoever runs this';
const SH = ['/bin/sh', '-c'] as const;
const BOTH: readonly WallName[] = ['bubblewrap', 'Landlock'];

async function opened(context: TestContext, wall: WallName): Promise<Grounds> {
  return grounds(ME, await needs(context, wall, ME));
}

/** An agent's own folder in the state folder, with sockets of its own beside it. */
function ownOf({ state }: Grounds): { readonly folder: string; readonly sockets: string } {
  const [folder, sockets] = [join(state, 'agents/one'), join(state, 'sockets/one')];
  for (const each of [join(folder, 'client'), join(state, 'agents/two'), sockets]) mkdirSync(each, { recursive: true });
  writeFileSync(join(folder, 'client/settings.json'), 'ours\n');
  writeFileSync(join(state, 'agents/two/hook'), 'the-secret-of-somebody\n');
  return { folder, sockets };
}

const confined = async (spec: Confinement, script: string, wall: WallName) => {
  const program = { file: SH[0], args: [SH[1], script], env: childEnvironment('bare', { PATH: '/usr/bin:/bin' }) };
  return confineProgram(spec, program, [wall]);
};

/** Answers with the digest of all that it was sent, once the other side has said that this is all. */
const digesting = (): Server =>
  createServer({ allowHalfOpen: true }, (socket) => {
    const hash = createHash('sha256');
    socket.on('data', (bytes) => hash.update(bytes));
    socket.on('end', () => socket.end(hash.digest('hex')));
    socket.on('error', () => socket.destroy());
  });

verifies(
  ['I2', 'I4'],
  'the only way out is the one that was made: a port inside leads to one socket, whole, both ways',
  async (context) => {
    await using it = await opened(context, 'bubblewrap');
    const { sockets } = ownOf(it);
    const server = digesting();
    const echoing = createServer((socket) => socket.pipe(socket).on('error', () => socket.destroy()));
    server.listen(join(sockets, 'egress.sock'));
    echoing.listen(join(sockets, 'gate.sock'));
    await Promise.all([once(server, 'listening'), once(echoing, 'listening')]);
    const sent = randomBytes(3_000_000);
    writeFileSync(join(it.project, 'sent'), sent);
    const script = `
    const net = await import('node:net');
    const fs = await import('node:fs');
    const crypto = await import('node:crypto');
    const sent = fs.readFileSync('sent');
    const all = (socket) => new Promise((resolve, reject) => {
      const got = [];
      socket.on('data', (bytes) => got.push(bytes)).on('end', () => resolve(Buffer.concat(got))).on('error', reject);
    });
    const one = net.connect({ host: '::1', port: 3128, allowHalfOpen: true });
    one.end(sent);
    console.log('digest', String(await all(one)));
    // Many at once, each with its own bytes, and none of them read before everything was sent: nothing is lost or mixed up.
    const many = await Promise.all(Array.from({ length: 200 }, async (_, at) => {
      const socket = net.connect({ host: '127.0.0.1', port: 9999 });
      const own = Buffer.alloc(20_000, at);
      const heard = all(socket);
      socket.end(own);
      return (await heard).equals(own);
    }));
    console.log('whole', many.filter(Boolean).length);
    const elsewhere = net.connect({ host: '127.0.0.1', port: Number(process.argv[1]) });
    elsewhere.on('error', ({ code }) => console.log('elsewhere', code)).on('connect', () => console.log('REACHED'));
    console.log('proxy', process.env.HTTPS_PROXY, process.env.all_proxy, process.env.NO_PROXY);
  `;
    const spec: Confinement = {
      ...it.spec,
      given: [{ from: sockets, at: sockets, writable: false }],
      network: {
        egress: join(sockets, 'egress.sock'),
        forwards: [{ port: 9999, socket: join(sockets, 'gate.sock') }],
        user: 'run-1',
      },
      read: [...it.spec.read, process.execPath],
    };
    const port = it.targets.find((each) => each.startsWith('tcp='))?.slice(4) ?? '';
    const node = [process.execPath, '--input-type=module', '-e', script, port] as const;
    const { stdout, stderr } = await it.run(spec, node, ['bubblewrap']);
    expect(stdout, stderr).toContain(`digest ${createHash('sha256').update(sent).digest('hex')}`);
    expect(stdout).toContain('whole 200');
    expect(stdout).toContain('elsewhere ECONNREFUSED');
    const proxy = 'http://run-1:run@127.0.0.1:3128';
    expect(stdout).toContain(`proxy ${proxy} ${proxy} localhost,127.0.0.1,::1`);

    // Who carries the bytes can open sockets: nobody inside gets hold of it, or of a socket.
    const attacker = join(it.home, 'bin/probe');
    const tries = [
      'see_environment',
      'see_memory',
      'see_descriptors',
      'trace',
      'read_memory',
      'write_memory',
      'take_descriptor',
    ];
    const find =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills this place in
      'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline | grep -q "^/run/castellan/inner " && pid=${p#/proc/}; done; echo "carrier ${pid:-none}"';
    const attack = tries.map((name) => `${attacker} only=${name} victim=$pid`).join('; ');
    const said = await it.run(spec, [
      ...SH,
      `${find}; ${attack}; ${attacker} only=by_path pathname=${join(sockets, 'gate.sock')}`,
    ]);
    expect(said.stdout).toMatch(/^carrier \d+$/m);
    for (const name of tries) expect(said.stdout).toMatch(new RegExp(`^${name} \\d+$`, 'm'));
    expect(said.stdout).toMatch(/^by_path 1$/m);
    for (const each of [server, echoing]) each.close();
  },
);

verifies(
  ['I2'],
  'what is given stands inside, and nothing else of the state folder; a link in its place starts nothing',
  async (context) => {
    await using it = await opened(context, 'bubblewrap');
    const { folder } = ownOf(it);
    const settings = join(folder, 'client/settings.json');
    const spec: Confinement = {
      ...it.spec,
      given: [{ from: folder, at: folder, writable: true }],
      keep: [settings],
    };
    const script = [
      `echo mine > ${folder}/client/own && echo wrote`,
      `echo x >> ${settings}; rm -f ${settings}; mv ${settings} ${settings}.x; mv ${folder}/client ${folder}/c; cat ${settings}`,
      `ls -A ${it.state} ${it.state}/agents; cat ${it.state}/vault/sealed ${it.state}/agents/two/hook`,
    ].join('; ');
    const { stdout } = await it.run(spec, [...SH, script], ['bubblewrap']);
    expect(stdout).toContain('wrote\nours\n');
    expect(stdout).toMatch(/castellan:\nagents\n\n.*agents:\none\n$/s);
    expect(stdout).not.toContain('the-secret');
    expect(readFileSync(settings, 'utf8')).toBe('ours\n');
    // The next time: the agent may write in its folder, and put a link to somebody else's where ours was.
    rmSync(join(folder, 'client'), { recursive: true });
    symlinkSync(join(it.state, 'agents/two'), join(folder, 'client'));
    const again = { ...spec, given: [{ from: join(folder, 'client'), at: join(it.home, 'c'), writable: false }] };
    expect(await confined(again, 'cat ~/c/hook', 'bubblewrap')).toMatchObject({
      ok: false,
      why: expect.stringContaining('is not what it was'),
    });
    const all = { ...spec, given: [{ from: it.state, at: it.state, writable: false }] };
    expect(await confined(all, 'true', 'bubblewrap')).toMatchObject({ ok: false });
    const home = { ...spec, given: [{ from: it.home, at: '/mnt', writable: false }] };
    expect(await confined(home, 'true', 'bubblewrap')).toMatchObject({ ok: false });
  },
);

for (const wall of BOTH)
  verifies(['I2'], `${wall}: what is exchanged between the look and the start starts nothing`, async (context) => {
    await using it = await opened(context, wall);
    const shown = join(it.project, 'shown');
    mkdirSync(shown);
    writeFileSync(join(shown, 'id_ed25519'), 'mine\n');
    // Somebody who works in the same project exchanges a folder in it for a way out.
    const spec = { ...it.spec, folder: join(it.home, 'bin'), write: [], keep: [], read: [...it.spec.read, shown] };
    const known = await confined(spec, `cat ${shown}/id_ed25519`, wall);
    if (!known.ok) throw new Error(known.why);
    expect((await runProcess(known.file, known.args, { env: known.env })).stdout).toBe('mine\n');
    renameSync(shown, `${shown}.before`);
    symlinkSync('../.ssh', shown);
    const late = await runProcess(known.file, known.args, { env: known.env });
    expect(late).toMatchObject({ code: 125, stdout: '' });
    expect(late.stderr).toContain('something else was put in the place of');
    // The control: without the numbers the link is followed.
    const at = known.args.flatMap((word, place) => (word === '--same' ? [place, place + 1] : []));
    const unheld = known.args.filter((_word, place) => !at.includes(place));
    expect((await runProcess(known.file, unheld, { env: known.env })).stdout).toBe('the-secret-of-somebody\n');
  });

verifies(
  ['I2'],
  'with sockets that are given, those of other programs in the project are not there',
  async (context) => {
    await using it = await opened(context, 'bubblewrap');
    const { sockets } = ownOf(it);
    const gate = join(sockets, 'gate.sock');
    const server = createServer((socket) => socket.end('REACHED\n')).listen(gate);
    await once(server, 'listening');
    chmodSync(gate, 0o777);
    const spec: Confinement = {
      ...it.spec,
      sockets: 'given',
      given: [{ from: sockets, at: sockets, writable: false }],
    };
    const pathname = join(it.project, 's.sock');
    const abstract = it.targets.find((each) => each.startsWith('abstract=')) ?? '';
    const probe = join(it.home, 'bin/probe');
    const script = [
      `${probe} only=by_path pathname=${gate}`,
      `${probe} only=by_path pathname=${pathname}`,
      `${probe} only=by_abstract_name ${abstract}`,
    ].join('; ');
    const tried = (stdout: string) =>
      stdout
        .trim()
        .split('\n')
        .map((line) => line.endsWith(' ok'));
    const control = await it.run(null, [...SH, script]);
    expect(tried(control.stdout)).toEqual([true, true, true]);
    // With the machine's own network as well: abstract names belong to it.
    for (const network of ['none', 'host'] as const) {
      const { stdout, stderr } = await it.run({ ...spec, network }, [...SH, script], ['bubblewrap']);
      expect(tried(stdout), `${network}: ${stdout}${stderr}`).toEqual([true, false, false]);
    }
    server.close();
  },
);

verifies(['I2'], 'what Landlock cannot hold of a spec is a fault, and nothing starts', async (context) => {
  await using it = await opened(context, 'Landlock');
  const { folder, sockets } = ownOf(it);
  const plain = { ...it.spec, keep: [] };
  const weaker: readonly Confinement[] = [
    { ...plain, keep: [join(it.project, 'kept')] },
    { ...plain, sockets: 'given' },
    { ...plain, network: { egress: join(sockets, 'egress.sock'), forwards: [] } },
    { ...plain, network: { egress: null, forwards: [{ port: 9999, socket: join(sockets, 'gate.sock') }] } },
    { ...plain, given: [{ from: folder, at: join(it.home, 'elsewhere'), writable: false }] },
    {
      ...plain,
      given: [
        { from: folder, at: folder, writable: true },
        { from: `${folder}/client`, at: `${folder}/client`, writable: false },
      ],
    },
  ];
  for (const spec of weaker)
    expect(await confined(spec, 'true', 'Landlock')).toMatchObject({
      ok: false,
      why: expect.stringContaining('Landlock'),
    });
  expect(await confined(plain, 'true', 'Landlock')).toMatchObject({ ok: true, words: 'Landlock, seccomp' });
});

for (const wall of BOTH)
  verifies(
    ['I2'],
    `${wall}: rights, limits, exit codes and the end of everything that was started`,
    async (context) => {
      await using it = await opened(context, wall);
      const spec = { ...it.spec, keep: [] };
      const status = 'echo "id $(id -u)"; ulimit -u; ulimit -n; ulimit -c; ulimit -d; ulimit -f; exit 3';
      const { stdout, code } = await it.run(spec, ['/bin/bash', '-c', status], [wall]);
      const { processes, memoryBytes, fileBytes } = spec.limits;
      const [, atOnce, descriptors, core, data, file] = stdout.trim().split('\n');
      expect({ atOnce, core, data, file, code }).toEqual({
        ...{
          atOnce: String(processes),
          core: '0',
          data: String(memoryBytes / 1024),
          file: String(fileBytes / 1024),
          code: 3,
        },
      });
      expect(Number(descriptors)).toBeLessThanOrEqual(65_536);
      const rights = await it.run(
        spec,
        ['/bin/grep', '-E', '^(CapEff|CapPrm|CapBnd|CapAmb|NoNewPrivs|Seccomp):', '/proc/self/status'],
        [wall],
      );
      // Landlock shows a program its own process alone, and that it is the program itself here.
      expect(rights.stdout.replaceAll(/\s+/g, ' ').trim()).toBe(
        'CapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000000 CapAmb: 0000000000000000 NoNewPrivs: 1 Seccomp: 2',
      );
      expect((await it.run(spec, [...SH, 'kill -TERM $$'], [wall])).code).toBe(wall === 'bubblewrap' ? 143 : 202);
      // It ends, and so does what it left behind in a session of its own; then, its starter is killed.
      const mark = `9${process.pid}${wall === 'Landlock' ? 1 : 2}`;
      await it.run(spec, [...SH, `setsid sleep ${mark}1 > /dev/null 2>&1 & sleep 0.2`], [wall]);
      const known = await confined(spec, `setsid sleep ${mark}2 & setsid sleep ${mark}3 & echo began; wait`, wall);
      if (!known.ok) throw new Error(known.why);
      const child = spawn(known.file, known.args, {
        env: known.env,
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      });
      await once(child.stdout, 'data');
      const left = async (): Promise<string> => (await runProcess('pgrep', ['-f', `^sleep ${mark}`])).stdout;
      await expect.poll(async () => (await left()).trim().split('\n').length).toBe(2);
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await expect.poll(left).toBe('');
    },
  );

verifies(['I2'], 'in a terminal: its signals come to the program, and the walls outlast them', async (context) => {
  await using it = await opened(context, 'bubblewrap');
  const known = await confined(
    { ...it.spec, terminal: true },
    'trap "echo caught; exit 42" INT; echo ready; while :; do sleep 0.05; done',
    'bubblewrap',
  );
  if (!known.ok) throw new Error(known.why);
  const driver = [
    'import json, os, pty, sys',
    'words, env = json.loads(sys.argv[1])',
    'pid, fd = pty.fork()',
    'if pid == 0: os.execve(words[0], words, env)',
    'seen = b""',
    'typed = False',
    'while True:',
    '    try: got = os.read(fd, 1000)',
    '    except OSError: break',
    '    if not got: break',
    '    seen += got',
    '    if b"ready" in seen and not typed: typed = True; os.write(fd, b"\\x03")',
    'print(seen.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))',
  ].join('\n');
  const told = JSON.stringify([[known.file, ...known.args], known.env]);
  const said = await runProcess('/usr/bin/python3', ['-c', driver, told], { env: { PATH: '/usr/bin:/bin' } }).catch(
    () => null,
  );
  if (said === null) {
    process.stderr.write(`SKIPPED: ${context.task.name}: there is no python3 to make a terminal with\n`);
    return context.skip('no python3');
  }
  expect(said.stdout).toContain('caught');
  expect(said.stdout.trim().endsWith(' 42')).toBe(true);
});

verifies(['I2'], 'castellan-inner starts nothing when anything of what it is told cannot be done', async (context) => {
  await needs(context, 'bubblewrap', ME);
  const inner = inRoot('packages/sandbox/bin', `castellan-inner-linux-${process.arch}`);
  const say = ['--', '/bin/echo', 'STARTED'];
  // Refuses the system calls of Landlock with ENOSYS, as an older kernel does: load number, three times equal, allow, refuse.
  const instruction = (code: number, yes: number, no: number, value: number): string => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt16LE(code, 0);
    bytes.writeUInt8(yes, 2);
    bytes.writeUInt8(no, 3);
    bytes.writeUInt32LE(value, 4);
    return bytes.toString('hex');
  };
  const old = [
    instruction(0x20, 0, 0, 0),
    ...[instruction(0x15, 3, 0, 444), instruction(0x15, 2, 0, 445), instruction(0x15, 1, 0, 446)],
    ...[instruction(0x06, 0, 0, 0x7fff0000), instruction(0x06, 0, 0, 0x00050000 | 38)],
  ].join('');
  const tries: readonly (readonly string[])[] = [
    [],
    ['--'],
    ['--no-such-option', 'x', ...say],
    ['--filter', 'zz', ...say],
    ['--filter', '0000000000000000', ...say],
    ['--filter', '', ...say],
    ['--same', '1:1:/usr', ...say],
    ['--same', '1:1', ...say],
    ['--same', '1:1:/not/there', ...say],
    ['--before', '--open', '/not/there', ...say],
    ['--before', '--no-such-option', ...say],
    ['--before'],
    ['--processes', '-1', ...say],
    ['--processes', '99999999999999999999', ...say],
    ['--folder', '/not/there', ...say],
    ['--read', '/usr', ...say],
    ['--landlock', '--read', '/not/there', ...say],
    ['--forward', '99999:/x', ...say],
    ['--forward', '3128:relative', ...say],
    ['--forward', `3128:/${'x'.repeat(200)}`, ...say],
    ['--forward'],
    ['--', '/not/there'],
    ['--filter', old, '--', inner, '--landlock', '--read', '/usr', ...say],
    ['--filter', old, '--', inner, '--scope', ...say],
  ];
  for (const args of tries) {
    const { code, stdout, stderr } = await runProcess(inner, args);
    expect({ args, code, stdout }).toEqual({ args, code: 125, stdout: '' });
    expect(stderr).toMatch(/^castellan: [^\n]+\n$/);
  }
  expect(await runProcess(inner, say)).toMatchObject({ code: 0, stdout: 'STARTED\n' });
  expect((await runProcess(inner, ['--filter', old, '--', inner, '--abi'])).stdout).toBe('0\n');
  expect(existsSync(inner)).toBe(true);
});
