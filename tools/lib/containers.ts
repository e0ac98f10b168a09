// The images that test/container starts: a base made here of Debian and the Node of node_modules (no registry of images is asked), then
// container/Dockerfile as anybody builds it. Everything lies below .cache, the engine's own storage too.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { inRoot, run } from './run.ts';

const SUITE = 'bookworm';
const folder = inRoot('.cache', 'container');
const BASE = 'localhost/castellan-base';
/** The images by their names in container/compose.yaml. */
const TARGETS = {
  castellan: 'localhost/castellan',
  agent: 'localhost/castellan-agent',
  together: 'localhost/castellan-together',
} as const;

export interface Engine {
  /** What every call of podman begins with. */
  readonly podman: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const found = (tool: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Why no container can be started here; null: nothing is in the way. */
export function withoutContainers(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'containers are started by root on Linux';
  const missing = ['podman', 'runc', 'catatonit', 'debootstrap', 'iptables', 'tar'].filter((tool) => !found(tool));
  if (missing.length > 0) return `${missing.join(', ')} is not installed`;
  return existsSync('/usr/lib/podman/netavark') ? null : 'netavark is not installed';
}

/** An engine whose storage, networks and settings are ours: nothing of a person's containers is seen or changed. */
export function engine(): Engine {
  mkdirSync(folder, { recursive: true });
  // The storage belongs to one such folder for good, and podman wants a short path.
  const run = join('/run', `castellan-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`);
  const settings = join(folder, 'containers.conf');
  writeFileSync(
    settings,
    [
      '[engine]',
      'cgroup_manager = "cgroupfs"',
      'runtime = "runc"',
      'events_logger = "none"',
      'init_path = "/usr/bin/catatonit"',
      '[network]',
      'network_backend = "netavark"',
      `network_config_dir = "${join(run, 'networks')}"`,
      '[containers]',
      'log_driver = "k8s-file"',
      '',
    ].join('\n'),
  );
  return {
    podman: ['podman', '--root', join(folder, 'storage'), '--runroot', join(run, 'run'), '--tmpdir', join(run, 'tmp')],
    env: { CONTAINERS_CONF: settings },
  };
}

const podman = (
  own: Engine,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> => {
  const [command = 'podman', ...first] = own.podman;
  return run(command, [...first, ...args], { env: own.env, output: 'keep', timeoutMs: 900_000 });
};

async function must(what: string, ended: Promise<{ readonly code: number; readonly output: string }>): Promise<string> {
  const { code, output } = await ended;
  if (code !== 0) throw new Error(`${what} failed\n${output}`);
  return output;
}

/** Debian with Node 24 and npm, as the official slim image has them. Kept as one file. */
async function baseFile(): Promise<string> {
  const file = join(folder, `base-${SUITE}-${process.versions.node}.tar`);
  if (existsSync(file)) return file;
  const root = mkdtempSync(join(folder, 'root-'));
  try {
    const packages = '--include=ca-certificates,passwd,util-linux';
    await must('debootstrap', run('debootstrap', ['--variant=minbase', packages, SUITE, root], { output: 'keep' }));
    const npm = dirname(
      dirname(realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim())),
    );
    cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
    cpSync(process.execPath, join(root, 'usr/local/bin/node'));
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
    symlinkSync('../lib/node_modules/npm/bin/npx-cli.js', join(root, 'usr/local/bin/npx'));
    for (const left of ['var/cache/apt', 'var/lib/apt/lists'])
      rmSync(join(root, left), { recursive: true, force: true });
    await must('tar', run('tar', ['-C', root, '-cf', `${file}.new`, '.'], { output: 'keep' }));
    renameSync(`${file}.new`, file);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return file;
}

/** What npm needs here that a build elsewhere does not: this machine's certificates, and what was fetched before. */
function ofThisMachine(): readonly string[] {
  const settings = join(folder, 'npmrc');
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  writeFileSync(settings, existsSync(certificates) ? `cafile=${certificates}\n` : '');
  const cache = join(homedir(), '.npm');
  return [
    ...['--network=host', '-v', `${settings}:/root/.npmrc:ro`],
    ...(existsSync('/etc/ssl/certs') ? ['-v', '/etc/ssl/certs:/etc/ssl/certs:ro'] : []),
    ...(existsSync(cache) ? ['-v', `${cache}:/root/.npm:O`] : []),
  ];
}

/** Builds the base where it is not there, and both images always. @throws Error with what was said where that fails */
export async function buildImages(own: Engine): Promise<void> {
  // What builds of other days left.
  await podman(own, 'image', 'prune', '--force', '--filter', 'until=24h');
  const isThere = await podman(own, 'image', 'exists', BASE);
  if (isThere.code !== 0) await must('podman import', podman(own, 'import', await baseFile(), BASE));
  for (const [target, name] of Object.entries(TARGETS))
    await must(
      `podman build --target ${target}`,
      podman(
        own,
        ...['build', '--format=docker', '--isolation=chroot', '--build-arg', `BASE_IMAGE=${BASE}`, ...ofThisMachine()],
        ...['-f', inRoot('container', 'Dockerfile'), '--target', target, '-t', name, inRoot()],
      ),
    );
}

/** Another image on top of the agent's, with one more program, as a person makes theirs. */
export async function withProgram(own: Engine, name: string, program: string, as: string): Promise<void> {
  const context = mkdtempSync(join(folder, 'program-'));
  try {
    cpSync(program, join(context, 'program'), { dereference: true });
    writeFileSync(join(context, 'Dockerfile'), `FROM ${TARGETS.agent}\nCOPY program /usr/local/bin/${as}\n`);
    await must(
      `podman build ${name}`,
      podman(own, 'build', '--format=docker', '--isolation=chroot', '-t', name, context),
    );
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
