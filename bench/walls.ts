// What walls cost a program that does nothing, from its start to its end, over the same program without them: Landlock, bubblewrap with
// castellan-inner, another user by castellan-enter, and a way out by castellan-inner. In the same run the sandbox that Claude Code uses, by its
// interface and by its command line. What is composed before the start (paths looked at) is counted in.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxManager, type SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime';
import { childEnvironment } from '../packages/contract/src/index.ts';
import { type Confinement, confineProgram, type WallName, wallsHere } from '../packages/sandbox/src/index.ts';
import { report, spread } from './lib/spread.ts';

const ROUNDS = process.argv.includes('--quick') ? 15 : 101;
/** The slow ones: their medians are known sooner. */
const FEW = Math.ceil(ROUNDS / 5);
const TRUE = '/bin/true';
const [SYSTEM, AGENT] = [61_001, 61_002];

const root = realpathSync(mkdtempSync(join(tmpdir(), 'castellan-bench-')));
chmodSync(root, 0o755);
process.once('exit', () => rmSync(root, { recursive: true, force: true }));
const [home, state] = [join(root, 'home'), join(root, 'home/.config/castellan')];
const project = join(home, 'project');
for (const folder of [project, state]) mkdirSync(folder, { recursive: true });
const env = childEnvironment('bare', process.env);

const socket = join(state, 'egress.sock');
const server = createServer((each) => each.end()).listen(socket);
await once(server, 'listening');

const plain: Confinement = {
  folder: project,
  write: [project],
  read: [],
  keep: [],
  never: [state],
  given: [],
  own: { home: join(root, 'own/home'), temp: join(root, 'own/temp') },
  home,
  network: 'none',
  programs: true,
  sockets: 'none',
  terminal: false,
  limits: { processes: 1024, memoryBytes: 2 ** 31, fileBytes: 2 ** 30 },
};

async function ended(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${child.spawnargs.slice(0, 3).join(' ')} ended with ${code}`);
}
const start = (file: string, args: readonly string[] = [], user?: number): Promise<void> =>
  ended(spawn(file, args, { env, stdio: 'ignore', ...(user !== undefined && { uid: user, gid: user }) }));

async function within(wall: WallName, spec: Confinement): Promise<void> {
  const confined = await confineProgram(spec, { file: TRUE, args: [], env }, [wall]);
  if (!confined.ok) throw new Error(confined.why);
  await ended(spawn(confined.file, confined.args, { env: confined.env, stdio: 'ignore' }));
}

const RUNTIME: SandboxRuntimeConfig = {
  network: { allowedDomains: [], deniedDomains: [] },
  filesystem: { denyRead: [state], allowWrite: [project], denyWrite: [] },
};

/** castellan-launcher with a daemon that only waits; null: not root. */
async function launcher(): Promise<(() => Promise<void>) | null> {
  if (process.getuid?.() !== 0) return null;
  const own = (name: string): string =>
    join(import.meta.dirname, '../packages/sandbox/bin', `castellan-${name}-linux-${process.arch}`);
  const at = join(root, 'launcher/socket');
  mkdirSync(join(root, 'launcher'));
  const users = [
    ...['--system', `${SYSTEM}:${SYSTEM}`, '--agent', `${AGENT}:${AGENT}`, '--shared', '61000', '--socket', at],
    ...['--', '/bin/sh', '-c', 'exec sleep 600'],
  ];
  const running = spawn(own('launcher'), users, { env, stdio: 'inherit' });
  process.once('exit', () => running.kill());
  while (!existsSync(at)) await new Promise((resolve) => setTimeout(resolve, 10));
  return () => start(own('enter'), ['--socket', at, '--cwd', '/', '--', TRUE], SYSTEM);
}

interface Kind {
  readonly what: string;
  readonly rounds: number;
  readonly run: () => Promise<void>;
}
const { tried } = await wallsHere();
const stands = (wall: WallName): boolean => tried.some(({ name, ok }) => name === wall && ok);
const other = await launcher();
const kinds: Kind[] = [{ what: 'without walls', rounds: ROUNDS, run: () => start(TRUE) }];
const given: Confinement = { ...plain, network: { egress: socket, forwards: [] } };
if (stands('Landlock')) kinds.push({ what: 'Landlock', rounds: ROUNDS, run: () => within('Landlock', plain) });
if (stands('bubblewrap')) {
  kinds.push({ what: 'bubblewrap', rounds: ROUNDS, run: () => within('bubblewrap', plain) });
  kinds.push({ what: 'bubblewrap, with a way out', rounds: ROUNDS, run: () => within('bubblewrap', given) });
}
if (other !== null) kinds.push({ what: 'another user', rounds: ROUNDS, run: other });
process.chdir(project);
let initialised = 0;
try {
  const before = performance.now();
  await SandboxManager.initialize(RUNTIME);
  initialised = performance.now() - before;
  const wrapped = async (): Promise<void> => start('/bin/bash', ['-c', await SandboxManager.wrapWithSandbox(TRUE)]);
  await wrapped();
  const settings = join(root, 'settings.json');
  writeFileSync(settings, JSON.stringify(RUNTIME));
  const cli = join(import.meta.dirname, '../node_modules/@anthropic-ai/sandbox-runtime/dist/cli.js');
  const command = [cli, '--settings', settings, '-c', TRUE];
  await start(process.execPath, command);
  kinds.push({ what: 'sandbox-runtime, each command', rounds: FEW, run: wrapped });
  kinds.push({ what: 'sandbox-runtime, command line', rounds: FEW, run: () => start(process.execPath, command) });
} catch (error) {
  console.error(`SKIPPED: sandbox-runtime does not work here: ${String(error).slice(0, 200)}`);
}

// One of each in turn: a machine that is busy for a while is busy for all of them.
const times = new Map(kinds.map(({ what }) => [what, [] as number[]]));
for (let round = -1; round < ROUNDS; round += 1)
  for (const { what, run } of kinds.filter((kind) => round < kind.rounds)) {
    const before = performance.now();
    await run();
    if (round >= 0) times.get(what)?.push(performance.now() - before);
  }
await SandboxManager.reset();
process.chdir(import.meta.dirname);
server.close();

const spreads = new Map([...times].map(([what, all]) => [what, spread(all)]));
const base = spreads.get('without walls')?.p50 ?? 0;
const over = (what: string): number => Number(((spreads.get(what)?.p50 ?? Number.NaN) - base).toFixed(2));
const rows = [...spreads].map(([what, { p50, p99 }]) => ({
  what,
  'median ms': p50,
  'p99 ms': p99,
  'over none': over(what),
}));
if (initialised > 0)
  rows.push({
    what: 'sandbox-runtime, once',
    'median ms': Number(initialised.toFixed(1)),
    'p99 ms': 0,
    'over none': 0,
  });
const promise = (what: string, most: number) =>
  spreads.has(what) ? [{ text: `${what}: at most ${most} ms over none: ${over(what)}`, kept: over(what) <= most }] : [];
report('walls', rows, [...promise('Landlock', 2), ...promise('bubblewrap', 15), ...promise('another user', 30)]);
process.exit();
