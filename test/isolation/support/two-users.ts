// A whole installation with two users below a folder of the test: made by the command, started as its service starts it. The users are
// numbers without an entry anywhere, so that nothing of the machine is changed.
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Installation, parseInstallation } from '@castellan/contract';
import {
  bareEnvironment,
  inRoot,
  type ProcessResult,
  type RunningDaemon,
  runProcess,
  startDaemon,
  tempFolder,
} from '@castellan/testkit';
import type { TestContext } from 'vitest';
import { UNHURRIED } from '../../e2e/support/world.ts';
import { FORCED_CONFIG } from './forced.ts';

export const SYSTEM = 61_001;
export const AGENT = 61_002;
export const SERVER = 61_004;
export const SHARED = 61_000;
/** A person who is none of them. */
export const PERSON = 61_005;

export const CLI = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
const PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

export const setpriv = (uid: number, groups: readonly number[] = []): readonly string[] => [
  ...['setpriv', `--reuid=${uid}`, `--regid=${uid}`],
  groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`,
  ...['--inh-caps=-all', '--ambient-caps=-all', '--'],
];

function reason(): string | null {
  if (process.platform !== 'linux') return 'no Linux';
  if (process.getuid?.() !== 0) return 'not root';
  for (const tool of ['setpriv', 'setfacl', 'getfacl'])
    if (!['/usr/bin', '/bin'].some((folder) => existsSync(join(folder, tool)))) return `\`${tool}\` is not installed`;
  return null;
}

const WHY_NOT = reason();
export const noTwoUsers = WHY_NOT !== null;
if (WHY_NOT !== null) process.stderr.write(`SKIPPED: two users: ${WHY_NOT}\n`);

/** Another user must be able to enter the checkout: not so below a private home folder. */
export async function needsReach(context: TestContext): Promise<void> {
  const [file = '', ...args] = [...setpriv(AGENT), process.execPath, CLI, '--version'];
  const ended = await runProcess(file, args, { env: { PATH, HOME: '/' }, cwd: '/' });
  if (ended.code === 0) return;
  process.stderr.write(`SKIPPED: ${context.task.name}: another user may not read this checkout\n`);
  context.skip('another user may not read this checkout');
}

export const command = (args: readonly string[], home?: string): Promise<ProcessResult> =>
  runProcess(process.execPath, [CLI, ...args], {
    cwd: '/',
    env: { ...bareEnvironment('/'), ...(home === undefined ? {} : { CASTELLAN_HOME: home }) },
  });

export interface Grounds {
  readonly prefix: string;
  readonly project: string;
  readonly options: readonly string[];
}

/** A folder that everybody may enter, with a project of a person in it that nobody else may. */
export function grounds(): Grounds {
  const prefix = tempFolder('two-');
  chmodSync(prefix, 0o755);
  const project = join(prefix, 'project');
  mkdirSync(join(project, 'src'), { recursive: true, mode: 0o700 });
  writeFileSync(join(project, 'src', 'page.txt'), 'a page\n', { mode: 0o600 });
  for (const path of [project, join(project, 'src'), join(project, 'src', 'page.txt')]) chownSync(path, PERSON, PERSON);
  chmodSync(project, 0o700);
  const users = ['--system-user', SYSTEM, '--agent-user', AGENT, '--server-user', SERVER, '--group', SHARED].map(
    String,
  );
  return { prefix, project, options: ['--prefix', prefix, ...users] };
}

export function installationIn(prefix: string): Installation {
  const read = parseInstallation(JSON.parse(readFileSync(join(prefix, 'var/lib/castellan/install.json'), 'utf8')));
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.value;
}

export interface Installed extends Grounds, AsyncDisposable {
  readonly installation: Installation;
  readonly daemon: RunningDaemon;
  /** As the system user starts agents: by castellan-enter. */
  asAgent(
    words: readonly string[],
    options?: { readonly cwd?: string; readonly input?: string },
  ): Promise<ProcessResult>;
  /** Nothing of the launcher: only the number, with every right it could have kept. */
  asNumber(words: readonly string[]): Promise<ProcessResult>;
  asSystem(words: readonly string[]): Promise<ProcessResult>;
}

/** The words of the service's command, as systemd would start it. */
function serviceCommand({ unit }: Installation): readonly string[] {
  const line = /^ExecStart=(.*)$/m.exec(readFileSync(unit ?? '', 'utf8'))?.[1] ?? '';
  if (line.includes('"')) throw new Error('a folder of this test has a name that systemd wants in quotes');
  return line.split(' ');
}

/** @param before what starts the launcher, with the whole command behind. */
export async function installed(
  config: Readonly<Record<string, unknown>> = {},
  before: readonly string[] = [],
): Promise<Installed> {
  const ground = grounds();
  const made = await command(['system', 'install', ...ground.options, '--project', ground.project, '--yes']);
  if (made.code !== 0) throw new Error(made.stderr + made.stdout);
  const installation = installationIn(ground.prefix);
  const words = serviceCommand(installation);
  const [at, become] = [words.indexOf('--'), words.indexOf('--become')];
  const flags = words.slice(at + 2, become - 1);
  // The daemon of this suite, not the one that was bundled last; all else as the service has it.
  const script = `node=$1; shift; exec ${words.slice(0, at).join(' ')} --env CASTELLAN_PORT=0 -- "$node" ${flags.join(' ')} "$@" ${words.slice(become).join(' ')}`;
  const daemon = await startDaemon({
    home: installation.home,
    config: { ...FORCED_CONFIG, limits: UNHURRIED, ...config },
    wrapper: [...before, '/bin/sh', '-c', script, 'sh'],
  });
  const run = (
    words: readonly string[],
    more: { readonly cwd?: string; readonly input?: string } = {},
  ): Promise<ProcessResult> => {
    const [file = '', ...args] = words;
    return runProcess(file, args, { env: { PATH, HOME: '/nonexistent' }, cwd: more.cwd ?? '/', ...more });
  };
  const enter = [installation.enter, '--socket', installation.socket, '--cwd'];
  const system = setpriv(SYSTEM, [SHARED]);
  return {
    ...ground,
    installation,
    daemon,
    asAgent: (words, { cwd = '/', ...more } = {}) => run([...system, ...enter, cwd, '--', ...words], more),
    asNumber: (words) => run([...setpriv(AGENT, [SHARED]), ...words]),
    asSystem: (words) => run([...system, ...words]),
    [Symbol.asyncDispose]: async () => {
      await daemon[Symbol.asyncDispose]();
      rmSync(ground.prefix, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
