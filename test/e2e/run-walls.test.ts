// `castellan run --sandbox`: an agent within walls works as it does without, and where none stand it is not started. The command itself,
// the real daemon, and a program in the agent's place; the real clients are in test/clients/sandbox*.test.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { wallsHere } from '@castellan/sandbox';
import { inRoot, type RunningDaemon, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type IsolatedAgent, isolatedAgent, runAtTerminal } from './support/run-in-terminal.ts';
import { until, world } from './support/world.ts';

const here = (await wallsHere()).tried.some(({ name, ok }) => ok && name === 'bubblewrap');
const withWalls = { skip: !here };
if (!here) process.stderr.write('SKIPPED: bubblewrap does not work here, so that no agent has walls\n');
const hiding = process.getuid?.() === 0 && existsSync('/usr/bin/unshare');
const withoutBubblewrap = { skip: !hiding };
if (!hiding) process.stderr.write('SKIPPED: only root can hide bubblewrap from a run\n');

/** Writes down where it is, then does what its first argument says. */
const AGENT = `
const { writeFileSync, readFileSync, existsSync, mkdirSync } = await import('node:fs');
const { spawn } = await import('node:child_process');
const [what, ...more] = process.argv.slice(process.argv.indexOf('-p') + 1);
const status = readFileSync('/proc/self/status', 'utf8');
const seccomp = /Seccomp:\\s+(\\d)/.exec(status)?.[1];
const outside = more.filter((path) => path.startsWith('/') && existsSync(path));
writeFileSync('given.json', JSON.stringify({ env: process.env, pid: process.pid, seccomp, outside }));
if (what === '--session-id') process.exit(0);
if (what === 'end') process.exit(Number(more[0] ?? 0));
if (what === 'die') process.kill(process.pid, 'SIGKILL');
if (what === 'leave') { mkdirSync('.claude'); writeFileSync('.claude/settings.json', '{}'); process.exit(0); }
if (what === 'child') spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
const got = [];
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH', 'SIGCONT', 'SIGUSR1'])
  process.on(name, () => { got.push(name); writeFileSync('got.txt', got.join(' ')); if (name === 'SIGTERM') process.exit(9); });
writeFileSync('ready.txt', process.env.CASTELLAN_RUN);
setInterval(() => undefined, 1000);
`;

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
  said(): string;
}

interface Start {
  readonly cwd?: string;
  readonly wrapper?: readonly string[];
}

function start(
  daemon: RunningDaemon,
  { user, project }: Pick<IsolatedAgent, 'user' | 'project'>,
  args: readonly string[],
  { cwd = project, wrapper = [] }: Start = {},
): Started {
  const entry = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  const [file = '', ...rest] = [...wrapper, process.execPath, entry, 'run', ...args];
  const child = spawn(file, rest, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: user, CASTELLAN_HOME: daemon.home },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = once(child, 'close').then(([code]) => Number(code ?? -1));
  return { child, ended, said: () => said };
}

const asked = (...words: readonly string[]): readonly string[] => ['--sandbox', 'claude-code', '--', '-p', ...words];
const given = ({ project }: IsolatedAgent) =>
  JSON.parse(readFileSync(join(project, 'given.json'), 'utf8')) as {
    readonly env: Record<string, string>;
    readonly seccomp: string;
    readonly outside: readonly string[];
  };
const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8') || undefined;
  } catch {
    return undefined;
  }
};
const agentFolder = ({ home }: RunningDaemon): string => {
  const [id = ''] = readdirSync(join(home, 'agents')).filter((name) => name.startsWith('agent_'));
  return join(home, 'agents', id);
};
/** Processes that carry what a run calls itself, by their ids outside. */
const ofRun = (run: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`)?.split('\0').includes(`CASTELLAN_RUN=${run}`) === true)
    .map(Number);
const commOf = (pid: number): string => read(`/proc/${pid}/comm`)?.trim() ?? '';
const stateOf = (pid: number): string => /\) (\S)/.exec(read(`/proc/${pid}/stat`) ?? '')?.[1] ?? '';

verifies(
  ['K7', 'I2'],
  'within walls its exit code is its own, its home is one of its own, and what it left that makes others run is aside',
  async () => {
    await using it = await world();
    const agent = await isolatedAgent(it.daemon, AGENT);
    const secrets = [join(it.daemon.home, 'config.yaml'), join(it.daemon.home, 'daemon', 'state.json')];
    writeFileSync(join(agent.user, 'private.txt'), 'x');
    const first = start(
      it.daemon,
      agent,
      asked('end', '7', ...secrets, join(agent.user, 'private.txt'), agent.settings),
    );
    expect(await first.ended, first.said()).toBe(7);
    expect(first.said()).toContain('note: within walls (bubblewrap, seccomp): it changes ');
    expect(first.said()).toContain(agent.project);
    // Its own settings are there, and nothing else of the state folder.
    expect(given(agent)).toMatchObject({ seccomp: '2', outside: [agent.settings] });
    expect(given(agent).env).toMatchObject({
      HOME: agent.user,
      HTTPS_PROXY: expect.stringContaining('127.0.0.1:3128'),
    });
    expect(await start(it.daemon, agent, asked('die')).ended).toBe(128 + 9);
    expect(readdirSync(join(agentFolder(it.daemon), 'walls', 'runs'))).toEqual([]);
    const leaves = start(it.daemon, agent, asked('leave'));
    expect(await leaves.ended).toBe(0);
    expect(leaves.said()).toContain('was made by the run, and makes other programs do things');
    expect(existsSync(join(agent.project, '.claude'))).toBe(false);
  },
  withWalls,
);

verifies(
  ['K7'],
  'within walls signals reach it, stopping stops both, and what it started in the background ends with it',
  async () => {
    await using it = await world();
    const agent = await isolatedAgent(it.daemon, AGENT);
    const { child, ended, said } = start(it.daemon, agent, asked('child'));
    const run = await until('the agent', () => read(join(agent.project, 'ready.txt')));
    const inside = await until('its processes', () => {
      const found = ofRun(run).filter((pid) => !['bwrap', 'inner', 'sleep'].includes(commOf(pid)) && pid !== child.pid);
      return found.length > 0 ? found[0] : undefined;
    });
    expect(ofRun(run).map(commOf)).toContain('sleep');
    for (const name of ['SIGINT', 'SIGHUP', 'SIGWINCH', 'SIGUSR1'] as const) {
      child.kill(name);
      await until(name, () => read(join(agent.project, 'got.txt'))?.includes(name) || undefined);
    }
    child.kill('SIGTSTP');
    const own = child.pid ?? 0;
    await until('both stopped', () => (stateOf(inside) === 'T' && stateOf(own) === 'T' ? true : undefined));
    child.kill('SIGCONT');
    await until('both going on', () => (stateOf(inside) !== 'T' && stateOf(own) !== 'T' ? true : undefined));
    child.kill('SIGTERM');
    expect(await ended, said()).toBe(9);
    expect(ofRun(run)).toEqual([]);
  },
  withWalls,
);

verifies(
  ['K7'],
  'whoever kills the command has killed all of it',
  async () => {
    await using it = await world();
    const agent = await isolatedAgent(it.daemon, AGENT);
    const { child } = start(it.daemon, agent, asked('child'));
    const run = await until('the agent', () => read(join(agent.project, 'ready.txt')));
    expect(ofRun(run).length).toBeGreaterThan(1);
    child.kill('SIGKILL');
    await until('its end', () => (ofRun(run).length === 0 ? true : undefined));
    // What it left is gone with the next one.
    expect(readdirSync(join(agentFolder(it.daemon), 'walls', 'runs'))).toHaveLength(1);
    expect(await start(it.daemon, agent, asked('end')).ended).toBe(0);
    expect(readdirSync(join(agentFolder(it.daemon), 'walls', 'runs'))).toEqual([]);
  },
  withWalls,
);

verifies(
  ['K7', 'H11'],
  'within walls its terminal is its own: keys, size, an interrupt from the keyboard, a signal',
  async () => {
    await using it = await world();
    const at = await runAtTerminal(
      it.daemon,
      `
process.on('SIGINT', () => process.stdout.write('interrupted '));
process.stdout.on('resize', () => process.stdout.write('size ' + process.stdout.columns + 'x' + process.stdout.rows + ' '));
process.on('SIGTERM', () => { process.stdout.write('asked to end '); process.exit(5); });
process.stdin.on('data', (bytes) => {
  process.stdout.write('line ' + JSON.stringify(String(bytes)) + ' ');
  process.stdin.setRawMode(true);
});
process.stdout.write('ready ' + process.stdin.isTTY + ' ');`,
      { args: ['--sandbox'] },
    );
    await until('ready', () => at.screen().includes('ready true') || undefined);
    expect(at.screen()).toContain('within walls (bubblewrap, seccomp)');
    // In a terminal that reads lines the keyboard itself interrupts whatever is in front.
    at.pty.write('\u0003');
    await until('the interrupt', () => at.screen().includes('interrupted') || undefined);
    at.pty.write('hallo\r');
    await until('the line', () => at.screen().includes('line "hallo\\n"') || undefined);
    at.pty.write('\u0003');
    await until('the raw key', () => at.screen().includes('line "\\u0003"') || undefined);
    at.pty.resize(100, 30);
    await until('the size', () => at.screen().includes('size 100x30') || undefined);
    process.kill(at.pty.pid, 'SIGTERM');
    expect(await at.ended).toBe(5);
  },
  withWalls,
);

verifies(
  ['K7', 'I2'],
  'where nothing is run without walls, every run has them',
  async () => {
    await using it = await world({ sandbox: { runs: 'always' } });
    const agent = await isolatedAgent(it.daemon, AGENT);
    const ended = start(it.daemon, agent, ['claude-code', '--', '-p', 'end']);
    expect(await ended.ended, ended.said()).toBe(0);
    expect(given(agent).seccomp).toBe('2');
    // Those that a schedule starts as well, with nobody there.
    rmSync(join(agent.project, 'given.json'));
    const target = {
      kind: 'agent',
      agent: basename(agentFolder(it.daemon)),
      prompt: 'do it',
      workspace: agent.project,
    };
    const body = { name: 'nightly', cron: '0 3 * * *', timeZone: 'UTC', target: { ...target, minutes: 5 } };
    const made = await it.daemon.request('POST', '/v1/schedules', { body });
    expect(made.status, made.text).toBe(200);
    await it.daemon.request('POST', `/v1/schedules/${(made.json() as { id: string }).id}/run`);
    await until('the scheduled run', () => read(join(agent.project, 'given.json')));
    expect(given(agent).seccomp).toBe('2');
  },
  withWalls,
);

/** A machine without bubblewrap, for one command. */
const HIDDEN = ['unshare', '--mount', 'sh', '-c', 'mount --bind /dev/null /usr/bin/bwrap && exec "$@"', 'sh'];

verifies(
  ['K7', 'I2'],
  'where no walls stand nothing is started that was to have some, and it is said what is missing',
  async () => {
    await using it = await world({ sandbox: { runs: 'always' } });
    const agent = await isolatedAgent(it.daemon, AGENT);
    for (const args of [asked('end'), ['claude-code', '--', '-p', 'end']]) {
      const none = start(it.daemon, agent, args, { wrapper: HIDDEN });
      expect(await none.ended, none.said()).toBe(1);
      expect(none.said()).toContain('is not started without walls');
      expect(none.said()).toContain('hint: ');
    }
    expect(existsSync(join(agent.project, 'given.json'))).toBe(false);
  },
  withoutBubblewrap,
);

verifies(
  ['I2'],
  'neither the home of a person nor where logins are kept is let in, whatever the configuration says',
  async () => {
    await using it = await world({ sandbox: { read: ['~/.ssh'] } });
    const agent = await isolatedAgent(it.daemon, AGENT);
    mkdirSync(join(agent.user, '.ssh'));
    const refused = async (cwd: string): Promise<string> => {
      const run = start(it.daemon, agent, asked('end'), { cwd });
      expect(await run.ended, run.said()).toBe(1);
      return run.said();
    };
    expect(await refused(agent.project)).toContain('where logins are kept');
    for (const folder of [agent.user, '/usr/share']) expect(await refused(folder)).toContain('is no project');
    expect([agent.project, agent.user].map((folder) => existsSync(join(folder, 'given.json')))).toEqual([false, false]);
  },
);
