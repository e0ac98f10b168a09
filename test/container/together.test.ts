// Both in one container (I3): begins as root, and what it then is. Attacked as the agent's user, which castellan-enter starts, with the gate as far
// open as it can be set.
import { PERSON, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { FORCED_CONFIG } from '../isolation/support/forced.ts';
import { must, podman, type Started, startedAs, until, withContainers } from './support/podman.ts';

const name = `together-${process.pid}`;
const volumes = ['state', 'workspace'].map((each) => `${name}-${each}`);
/** As docs/guide/containers.md says. */
const OPTIONS = [
  ...['--read-only', '--read-only-tmpfs=false', '--tmpfs', '/tmp', '--tmpfs', '/run', '--init', '--cap-drop', 'ALL'],
  ...['SETUID', 'SETGID', 'SETPCAP', 'KILL', 'CHOWN', 'FOWNER', 'DAC_OVERRIDE'].flatMap((right) => [
    '--cap-add',
    right,
  ]),
  ...['--security-opt', 'no-new-privileges', '--memory', '4g', '--cpus', '2', '--pids-limit', '512'],
  ...['-v', `${volumes[0]}:/var/lib/castellan`, '-v', `${volumes[1]}:/workspace`],
];
const LIMITS = ['--ulimit', 'nofile=8192:8192', '--ulimit', 'nproc=1024:1024'];
const HOME = '/var/lib/castellan/data';

let one: Started | null = null;
beforeAll(async () => {
  if (withContainers.skip) return;
  await must([
    'run',
    '--detach',
    '--name',
    name,
    '--network',
    'none',
    ...LIMITS,
    ...OPTIONS,
    'localhost/castellan-together',
  ]);
  one = startedAs(name);
  await until('it is healthy', () => podman(['healthcheck', 'run', name]));
  const config = JSON.stringify({ schema: 'castellan/config/v1', ...FORCED_CONFIG });
  await system(['sh', '-c', `cat >${HOME}/config.yaml`], config);
  const setup = ['castellan', 'setup', '--non-interactive', '--name', PERSON.name, '--password-stdin'];
  const done = await system(setup, `${PERSON.password}\n`);
  if (done.code !== 0) throw new Error(`castellan setup: ${done.stderr}${done.stdout}`);
  const connected = await system(['castellan', 'connect', 'mcp', '--name', 'agent', '--json']);
  if (connected.code !== 0) throw new Error(`castellan connect: ${connected.stderr}${connected.stdout}`);
});
afterAll(async () => {
  if (one === null) return;
  await podman(['rm', '--force', '--time', '2', name]);
  for (const volume of volumes) await podman(['volume', 'rm', '--force', volume]);
});

function running(): Started {
  if (one === null) throw new Error('the container was not started');
  return one;
}
/** As Castellan's user. */
const system = (command: readonly string[], input = '') => running().exec(command, { input, user: 'castellan' });
/** A shell's words as the agent's user, as `castellan run` starts an agent. */
const agent = (script: string) =>
  system([
    ...['/usr/local/lib/castellan/castellan-enter', '--socket', '/run/castellan/launcher.sock', '--cwd', '/workspace'],
    ...['--', '/bin/sh', '-c', script],
  ]);
async function done(tries: readonly string[]): Promise<readonly string[]> {
  const script = tries.map((each, index) => `( ${each} ) >/dev/null 2>&1 && echo done ${index}`).join('\n');
  const { stdout } = await agent(`${script}\n:`);
  return [...stdout.matchAll(/done (\d+)/g)].map(([, index]) => tries[Number(index)] ?? '');
}

verifies(
  ['I3'],
  'in one container the daemon and agents are two users without rights; only what starts them is root',
  async () => {
    const status = (await agent('cat /proc/self/status')).stdout;
    for (const line of ['Uid:\t10002\t10002\t10002\t10002', 'Gid:\t10002\t10002\t10002\t10002', 'NoNewPrivs:\t1'])
      expect(status).toContain(line);
    for (const set of ['CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(status).toContain(`${set}:\t0000000000000000`);
    const all = await running().sh(
      'for p in /proc/[0-9]*; do echo "$(sed -n "s/^Uid:\\t\\([0-9]*\\).*/\\1/p" $p/status) $(sed -n "s/^CapEff:\\t//p" $p/status) $(tr "\\0" " " <$p/cmdline | cut -c1-400)"; done',
    );
    const daemon = all.stdout
      .split('\n')
      .find((line) => /daemon\/dist\/main/.test(line) && !/castellan-launcher/.test(line));
    expect(daemon).toMatch(/^10001 0000000000000000 /);
    expect(all.stdout).toMatch(/^0 \S+ \/usr\/local\/lib\/castellan\/castellan-launcher/m);
    expect((await system(['castellan', 'status'])).stdout).toContain('castellan');
  },
  withContainers,
);

verifies(
  ['I3'],
  'in one container the agent reads, changes, signals and starts nothing of Castellan, while the gate allows everything',
  async () => {
    expect(await done(['touch /workspace/mine', 'touch /tmp/mine'])).toHaveLength(2);
    const secrets = ['daemon/state.json', 'config.yaml', 'castellan.db', 'ledger', 'vault', 'daemon/castellan.sock'];
    for (const each of secrets) expect((await system(['ls', `${HOME}/${each}`])).code, each).toBe(0);
    const pid = (await running().sh('grep -lz daemon/dist/[m]ain.js /proc/[0-9]*/cmdline')).stdout
      .split('\n')
      .map((path) => /\d+/.exec(path)?.[0] ?? '')
      .filter(Boolean)
      .at(-1);
    expect(Number(pid)).toBeGreaterThan(1);
    const tries = [
      ...secrets.map((each) => `ls ${HOME}/${each}`),
      ...['environ', 'mem', 'maps', 'fd', 'cwd', 'root'].map(
        (each) => `ls -L /proc/${pid}/${each}/ || head -c1 /proc/${pid}/${each} | grep -q .`,
      ),
      `kill -0 ${pid}`,
      `kill -USR1 ${pid}`,
      'kill -0 1',
      'cat /proc/1/environ',
      // The launcher listens to Castellan's user alone.
      '/usr/local/lib/castellan/castellan-enter --socket /run/castellan/launcher.sock -- /bin/true',
      'rm /run/castellan/launcher.sock',
      'mv /var/lib/castellan/sockets /var/lib/castellan/other',
      'touch /var/lib/castellan/sockets/mine',
      'touch /var/lib/castellan/agents/mine',
      'touch /etc/mine /usr/local/lib/castellan/mine /opt/castellan/mine',
      'setpriv --reuid=10001 true',
      'setpriv --reuid=0 true',
      'su castellan -s /bin/sh -c true',
      'mknod /tmp/mem c 1 1',
      'mount -o remount,rw /',
    ];
    expect(await done(tries)).toEqual([]);
    // A shell that would be its owner's stays the agent's.
    const copy = await agent('cp /bin/dash /workspace/sh && chmod 6755 /workspace/sh && /workspace/sh -p -c "id -u"');
    expect(copy.stdout.trim()).toBe('10002');
    // What was started ends with who started it.
    expect((await podman(['healthcheck', 'run', name])).code).toBe(0);
  },
  withContainers,
);
