// Grounds for attackers inside of walls: a home with secrets, a project in it, a process, sockets and shared memory of the same user,
// everything open to that user, so that nothing but the walls is in the way. The attacker is `probe.c`, started within them as any user.
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Confinement, type WallName, wallsHere } from '@castellan/sandbox';
import { type ProcessResult, runProcess, tempFolder } from '@castellan/testkit';
import type { TestContext } from 'vitest';

/** A user without a right and without an entry in any list. */
const NOBODY_ELSE = 61_003;
const PATH = '/usr/local/bin:/usr/bin:/bin';

export type User = 'whoever runs this' | 'another user';
/** As root both are tried; as anybody else there is only one. */
export const USERS: readonly User[] =
  process.getuid?.() === 0 ? ['whoever runs this', 'another user'] : ['whoever runs this'];
const idOf = (user: User): number => (user === 'another user' ? NOBODY_ELSE : (process.getuid?.() ?? NOBODY_ELSE));

/** In front of a program that is started as this user. */
const as = (user: User): readonly string[] =>
  user === 'another user'
    ? ['setpriv', `--reuid=${NOBODY_ELSE}`, `--regid=${NOBODY_ELSE}`, '--clear-groups', '--inh-caps=-all', '--']
    : [];

/** The attacker; null: there is no compiler. */
function probe(): string | null {
  const folder = tempFolder('probe');
  const source = fileURLToPath(new URL('probe.c', import.meta.url));
  try {
    execFileSync('gcc', ['-O1', '-w', '-static', '-o', join(folder, 'probe'), source], { stdio: 'pipe' });
    return join(folder, 'probe');
  } catch {
    return null;
  }
}

function skip(context: TestContext, why: string): never {
  process.stderr.write(`SKIPPED: ${context.task.name}: ${why}\n`);
  return context.skip(why);
}

/** The attacker, or the test is skipped, loudly. */
export async function needs(context: TestContext, wall: WallName, user: User): Promise<string> {
  const { tried } = await wallsHere();
  const known = tried.find(({ name }) => name === wall);
  if (known?.ok !== true) skip(context, `${wall} does not stand here: ${known?.why ?? 'unknown'}`);
  const program = probe();
  if (program === null) skip(context, 'there is no C compiler that links statically');
  // Whoever is confined has to read what confines.
  if (user === 'another user' && (await runAs(user, [process.execPath, '--version'])).code !== 0)
    skip(context, 'another user may not read this checkout');
  return program;
}

const runAs = (user: User, words: readonly string[]): Promise<ProcessResult> => {
  const [file = '', ...args] = [...as(user), ...words];
  return runProcess(file, args, { env: { PATH }, cwd: '/' }).catch((error) => ({
    code: 1,
    signal: null,
    stdout: '',
    stderr: String(error),
  }));
};

export interface Grounds extends AsyncDisposable {
  readonly root: string;
  readonly home: string;
  readonly project: string;
  readonly state: string;
  readonly spec: Confinement;
  /** What the attacker is told. */
  readonly targets: readonly string[];
  /** Runs something within walls, as the user; `null`: without. */
  run(
    spec: Confinement | null,
    words: readonly [string, ...string[]],
    walls?: readonly WallName[],
  ): Promise<ProcessResult>;
  /** What each try of the attacker came to. */
  attack(spec: Confinement | null, walls: readonly WallName[]): Promise<ReadonlyMap<string, string>>;
}

const FILES = {
  '.ssh/id_ed25519': 'home',
  '.aws/credentials': 'home',
  '.config/castellan/vault/sealed': 'home',
  'other/.env': 'home',
  'outside/file': 'home',
  'outside/removable': 'home',
  'outside/renamable': 'home',
  'project/kept/config': 'home',
} as const;

function owned(folder: string, id: number): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    chownSync(join(entry.parentPath, entry.name), id, id);
  chownSync(folder, id, id);
}

const answering = (): Server => createServer((socket) => socket.end('REACHED\n'));

/** Everything that an attacker may be after, as this user. @param program the attacker */
export async function grounds(user: User, program: string): Promise<Grounds> {
  const root = realpathSync(tempFolder('walls'));
  const home = join(root, 'home');
  const [project, state, outside] = [join(home, 'project'), join(home, '.config/castellan'), join(home, 'outside')];
  for (const file of Object.keys(FILES)) {
    mkdirSync(join(home, file, '..'), { recursive: true });
    writeFileSync(join(home, file), 'the-secret-of-somebody\n');
  }
  const attacker = join(home, 'bin/probe');
  mkdirSync(join(home, 'bin'));
  execFileSync('cp', [program, attacker]);
  writeFileSync(join(root, 'inherited'), 'the-secret-of-somebody\n');
  if (process.getuid?.() === 0) owned(root, idOf(user));

  const [file = '', ...args] = [...as(user), attacker, 'victim'];
  const victim = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { THE_SECRET: 'of-somebody' } });
  const [said] = (await once(victim.stdout, 'data')) as [Buffer];
  const [segment = ''] = said.toString('utf8').split(' ');

  const pathname = join(project, 's.sock');
  const abstract = `castellan-walls-${process.pid}-${root.slice(-6)}`;
  const [byPath, byName, byPort] = [answering(), answering(), answering()];
  byPath.listen(pathname);
  byName.listen(`\0${abstract}`);
  byPort.listen(0, '127.0.0.1');
  const datagrams = createSocket('udp4');
  datagrams.on('message', (_bytes, { port, address }) => datagrams.send('REACHED', port, address));
  datagrams.bind(0, '127.0.0.1');
  await Promise.all([...[byPath, byName, byPort].map((each) => once(each, 'listening')), once(datagrams, 'listening')]);
  chmodSync(pathname, 0o777);

  const spec: Confinement = {
    folder: project,
    write: [project],
    read: [join(home, 'bin')],
    keep: [join(project, 'kept/config'), join(project, 'kept')],
    never: [state],
    given: [],
    own: { home: join(root, 'own/home'), temp: join(root, 'own/temp') },
    home,
    network: 'none',
    programs: true,
    sockets: 'none',
    terminal: false,
    limits: { processes: 1024, memoryBytes: 2 ** 31, fileBytes: 2 ** 28 },
  };
  const targets = [
    ...[`home=${home}`, `project=${project}`, `outside=${outside}`, `victim=${victim.pid}`, `segment=${segment}`],
    ...[`pathname=${pathname}`, `abstract=${abstract}`, `tcp=${portOf(byPort.address())}`],
    `udp=${datagrams.address().port}`,
  ];
  const run: Grounds['run'] = (wanted, words, walls = ['bubblewrap', 'Landlock']) => {
    const script = fileURLToPath(new URL('confine-and-run.ts', import.meta.url));
    // A descriptor that whoever starts it forgot to close.
    const open = ['/bin/bash', '-c', 'exec 50<"$1"; shift; exec "$@"', 'bash', join(root, 'inherited')];
    const told = JSON.stringify({ spec: wanted, words, walls });
    const all = [...as(user), ...open, process.execPath, '--no-warnings', script, told];
    const [first = '', ...rest] = all;
    return runProcess(first, rest, { env: { PATH, HOME: home }, cwd: '/', timeout: 110_000 });
  };
  return {
    ...{ root, home, project, state, spec, targets, run },
    async attack(wanted, walls) {
      const result = await run(wanted, [attacker, ...targets], walls);
      const lines = result.stdout.trim().split('\n');
      if (result.code !== 0) throw new Error(`the attacker did not end well: ${JSON.stringify(result)}`);
      return new Map(lines.map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
    },
    async [Symbol.asyncDispose]() {
      victim.stdin.end();
      for (const server of [byPath, byName, byPort]) server.close();
      datagrams.close();
      await once(victim, 'exit');
    },
  };
}

const portOf = (address: ReturnType<Server['address']>): number =>
  typeof address === 'object' && address !== null ? address.port : 0;
