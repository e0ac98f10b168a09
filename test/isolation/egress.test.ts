// The way out on a net of the test's own: two network namespaces with a wire between them, the daemon in one, a name server that changes
// its mind and servers in the other. What is on this machine, or leads back to it, is not reached by any name.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bareEnvironment,
  inRoot,
  type RunningDaemon,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { needs } from '../e2e/support/machine.ts';
import { plain, socketsOf, tunnel } from '../e2e/support/way-out.ts';
import { ofKind, sleep, type TestAgent, UNHURRIED, until, type World, worldOf } from '../e2e/support/world.ts';

const HERE = '45.33.7.1';
const THERE = '45.33.7.2';
const THERE_SIX = '2600:1f00::2';

const POSSIBLE = needs('root', 'network namespace', 'curl');
const HAS_WIRES =
  POSSIBLE.skip !== true && spawnSync('ip', ['-V']).status === 0 && spawnSync('nsenter', ['-V']).status === 0;
if (!HAS_WIRES) process.stderr.write('SKIPPED: the way out on a net of its own: needs root, unshare, nsenter and ip\n');
const OPTIONS = { skip: !HAS_WIRES, timeout: 60_000 };

const children: ChildProcess[] = [];
/** Holds namespaces open until its input ends. */
function holder(...args: readonly string[]): number {
  const child = spawn('unshare', args, { stdio: ['pipe', 'ignore', 'inherit'] });
  children.push(child);
  return child.pid ?? 0;
}
const inside = (pid: number, ...args: readonly string[]): readonly string[] => [
  'nsenter',
  '-t',
  String(pid),
  '-n',
  '-m',
  '--',
  ...args,
];
function run(...words: readonly string[]): void {
  const [command = '', ...args] = words;
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
}

let it: World;
let daemon: RunningDaemon;
let agent: TestAgent;
let egress: string;
/** What was said on the net: names that were asked for. */
let said = '';
/** Connections that a server of this machine got. */
let met = '';

/** Everything is listed, so that nothing but where it leads can refuse it. */
const config = {
  approvals: { timeoutSeconds: 20 },
  limits: UNHURRIED,
  network: {
    allow: [
      '*.example',
      '*.example:7000',
      '*.example:7001',
      `[${THERE_SIX}]:7000`,
      `${HERE}:7001`,
      '127.0.0.1:7001',
      '[::1]:7001',
    ],
    connections: 1200,
    newHosts: 'deny',
  },
};

/** A program in a namespace that tells what it sees. */
function helper(pid: number, tell: (text: string) => void, ...words: readonly string[]): Promise<void> {
  const [command = '', ...args] = inside(pid, process.execPath, ...words);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${words[0]}: ended with ${code}`)));
    child.stdout.on('data', (text: Buffer) => {
      tell(text.toString());
      if (text.includes('ready')) resolve();
    });
  });
}

beforeAll(async () => {
  if (!HAS_WIRES) return;
  const folder = tempFolder();
  const resolver = join(folder, 'resolv.conf');
  writeFileSync(resolver, `nameserver ${THERE}\noptions timeout:1 attempts:2\n`);
  const away = holder('--net', '--mount', 'cat');
  const home = holder(
    '--net',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    `mount --bind ${resolver} /etc/resolv.conf && exec cat`,
  );
  await until('two namespaces', () => {
    const own = (pid: number): string => spawnSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' }).stdout;
    const looks = spawnSync(
      inside(home, 'cat', '/etc/resolv.conf')[0] ?? '',
      inside(home, 'cat', '/etc/resolv.conf').slice(1),
      { encoding: 'utf8' },
    );
    return own(away) !== own(process.pid) && own(home) !== own(process.pid) && looks.stdout.includes(THERE)
      ? true
      : undefined;
  });
  run(
    'ip',
    'link',
    'add',
    'castella0',
    'netns',
    String(home),
    'type',
    'veth',
    'peer',
    'name',
    'castella1',
    'netns',
    String(away),
  );
  for (const [pid, device, four, six] of [
    [home, 'castella0', HERE, '2600:1f00::1'],
    [away, 'castella1', THERE, THERE_SIX],
  ] as const) {
    run(...inside(pid, 'ip', 'addr', 'add', `${four}/24`, 'dev', device));
    run(...inside(pid, 'ip', '-6', 'addr', 'add', `${six}/64`, 'dev', device, 'nodad'));
    for (const each of ['lo', device]) run(...inside(pid, 'ip', 'link', 'set', each, 'up'));
  }
  const file = inRoot('test', 'isolation', 'support', 'internet.ts');
  await helper(away, (text) => (said += text), file, THERE, THERE_SIX);
  const server = `require('net').createServer((s) => { console.log('met'); s.on('error', () => 0); s.end('HTTP/1.1 200 OK\\r\\ncontent-length: 9\\r\\n\\r\\nneighbour'); }).listen(7001, '::', () => console.log('ready'))`;
  await helper(home, (text) => (met += text), '-e', server);
  daemon = await startDaemon({ home: join(tempFolder(), 'state'), config, wrapper: inside(home) });
  it = worldOf({
    ...daemon,
    request: (method, path, options = {}) => daemon.request(method, path, { ...options, over: 'socket' }),
  });
  agent = await it.connect();
  egress = socketsOf(daemon.home, agent).egress;
}, 90_000);

afterAll(async () => {
  await daemon?.[Symbol.asyncDispose]();
  for (const child of children.toReversed()) child.kill('SIGKILL');
});

const answered = async (place: string): Promise<string> => {
  const client = tunnel(egress, place);
  const text = await client.end();
  return text.split('\r\n', 1)[0] ?? '';
};

verifies(
  ['I4'],
  'a host of the net is reached by its name over either kind of address, through tunnels, plain requests and SOCKS',
  async () => {
    for (const name of ['good.example:7000', 'six.example:7000', `[${THERE_SIX}]:7000`, 'two.example:7000']) {
      const client = tunnel(egress, name);
      await client.heard('200 Connection established');
      client.socket.end('hello');
      expect(await client.end()).toContain('hello');
    }
    expect(await plain(egress, 'http://good.example/').heard('the open net')).toContain('200 OK');
    // A real client, by the kind of proxy that it can reach over a socket of files.
    const curl = (url: string) =>
      runProcess('curl', ['-sS', '-L', '--max-time', '20', '--proxy', `socks5h://localhost${egress}`, url], {
        env: bareEnvironment('/'),
        cwd: '/',
      });
    const fetched = await curl('http://good.example/');
    expect(fetched.stdout).toBe('the open net\n');
    // Where a redirect leads is asked for anew, and looked at anew.
    const led = await curl('http://good.example/?to=http://inward.example:7001/');
    expect(led.code).not.toBe(0);
    expect(led.stdout).not.toContain('neighbour');
    const twice = await curl(
      `http://good.example/?to=${encodeURIComponent('http://good.example/?to=http://127.0.0.1:7001/')}`,
    );
    expect(twice.stdout).not.toContain('neighbour');
    expect(met).not.toContain('met');
  },
  OPTIONS,
);

verifies(
  ['I4'],
  'a name that leads to this machine at the second look is not followed there, whatever it said first',
  async () => {
    const first = tunnel(egress, 'rebind.example:7000');
    await first.heard('200 Connection established');
    first.socket.end('hello');
    expect(await first.end()).toContain('hello');
    for (let at = 0; at < 5; at += 1)
      expect(await answered('rebind.example:7001')).toMatch(
        /^HTTP\/1\.1 403 castellan: rebind\.example:7001 leads to 127\.0\.0\.1/,
      );
    expect(met).not.toContain('met');
    const found = ofKind(await it.records(), 'connection').filter(({ host }) => host === 'rebind.example');
    expect(found.map(({ address, outcome }) => [address, outcome])).toEqual([
      [THERE, 'closed'],
      ...Array(5).fill([undefined, 'refused']),
    ]);
  },
  OPTIONS,
);

verifies(
  ['I4'],
  'no name and no address of the net leads back to this machine, its wires or its keys',
  async () => {
    const names = ['mixed', 'inward', 'inward-six', 'mapped', 'unique', 'link', 'keys', 'wide', 'self'];
    const places = [
      ...names.map((name) => `${name}.example:7001`),
      ...[
        '127.0.0.1:7001',
        '127.1:7001',
        '2130706433:7001',
        `${HERE}:7001`,
        '[::1]:7001',
        '[::ffff:127.0.0.1]:7001',
        '0.0.0.0:7001',
      ],
    ];
    for (const place of places)
      expect([place, await answered(place)]).toEqual([place, expect.stringMatching(/^HTTP\/1\.1 403 castellan: /)]);
    expect(met).not.toContain('met');
    // The control: something does listen there, and whoever is on this machine reaches it.
    const direct = spawnSync(
      'nsenter',
      ['-t', String(daemon.pid), '-n', '--', 'curl', '-s', 'http://127.0.0.1:7001/'],
      { encoding: 'utf8' },
    );
    expect(direct.stdout).toBe('neighbour');
    await until('the server to tell that it was met', () => (met.includes('met') ? true : undefined));
  },
  OPTIONS,
);

verifies(
  ['I4'],
  'who is refused asks no name server, so that no name carries anything out',
  async () => {
    const client = tunnel(egress, 'secret-0123456789.elsewhere.test:443');
    expect(await client.end()).toContain('403 castellan: ');
    expect(await plain(egress, 'http://secret-0123456789.elsewhere.test/').heard('403 castellan')).toBeTruthy();
    expect(said).not.toContain('secret-0123456789');
    expect(said).toContain('asked good.example');
  },
  OPTIONS,
);

verifies(
  ['I4', 'D1'],
  'a thousand tunnels and names that nobody answers leave the daemon answering',
  async () => {
    const slow = Array.from({ length: 8 }, () => tunnel(egress, 'slow.example:7000'));
    // All of them come while the daemon does something else.
    process.kill(daemon.pid, 'SIGSTOP');
    let open: ReturnType<typeof tunnel>[] = [];
    try {
      open = Array.from({ length: 1000 }, () => tunnel(egress, `[${THERE_SIX}]:7000`));
      await sleep(500);
    } finally {
      process.kill(daemon.pid, 'SIGCONT');
    }
    await Promise.all(open.map((each) => each.heard('200 Connection established')));
    for (const each of open) each.socket.write('x');
    await Promise.all(open.map((each) => each.heard('\r\n\r\nx')));
    const before = performance.now();
    expect((await it.daemon.request('GET', '/v1/status')).status).toBe(200);
    expect((await agent.pre('TodoWrite', { todos: [] })).verdict).toBe('allow');
    expect(performance.now() - before).toBeLessThan(10_000);
    // No more than so many at a time.
    const more = Array.from({ length: 250 }, () => tunnel(egress, `[${THERE_SIX}]:7000`));
    const ends = await Promise.all(more.map((each) => Promise.race([each.end(), each.heard('200 Conn')])));
    expect(ends.filter((text) => text.includes('503 castellan: too many connections')).length).toBeGreaterThanOrEqual(
      50,
    );
    for (const each of slow) expect(await each.end()).toContain('502 castellan: ');
    for (const each of [...open, ...more]) each.socket.destroy();
    await until('room again', async () => {
      const client = tunnel(egress, 'good.example:7000');
      const text = await Promise.race([client.end(), client.heard('200 Conn')]);
      return text.includes('200 Conn') ? true : undefined;
    });
  },
  OPTIONS,
);
