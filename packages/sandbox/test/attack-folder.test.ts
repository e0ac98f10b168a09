// A client that names as its project what is none: the machine's processes and devices, the system, the home, or a link to one of them.
// RULE: whatever is tried here is never the machine's to change: files are opened for reading, or not at all.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isProject } from '../src/index.ts';
import { effect, type Grounds, grounds, needWalls, standingIn, UNTOLD } from './support/workspace.ts';

await needWalls();

let it: Grounds;
beforeAll(() => {
  it = grounds();
});
afterAll(() => it[Symbol.asyncDispose]());

const NONE = [
  ...['/', '/proc', '/proc/1', '/proc/sys/kernel', '/sys', '/sys/fs', '/dev', '/dev/shm', '/run', '/run/lock', '/tmp'],
  ...[
    '/etc',
    '/etc/cron.d',
    '/usr',
    '/usr/bin',
    '/usr/local/bin',
    '/bin',
    '/lib',
    '/var',
    '/var/log',
    '/var/spool/cron',
  ],
  ...['/opt', '/home', '/boot', '/proc/self/root', '/proc/self/cwd/../../..', '/etc/not-there/yet'],
];

test.for(NONE)('%s is no project: nothing runs there, and nothing of it is read', async (folder) => {
  expect(isProject(folder, it.home)).toBe(false);
  await using session = standingIn(it, folder);
  const ran = await session.run('echo RAN; cat cmdline hosts 2>/dev/null');
  expect(ran).toMatchObject({ failed: true, text: expect.stringContaining('is no project') });
  expect(ran.text).not.toContain('RAN');
  const listed = await session.use('list_folder', { path: folder }, [effect('read', folder)]);
  expect(listed).toMatchObject({ isError: true });
});

test('a link that leads there is what it leads to, also where it was put there after the session began', async () => {
  const link = join(it.root, 'link');
  mkdirSync(link);
  expect(isProject(link, it.home)).toBe(true);
  await using session = standingIn(it, link);
  expect((await session.run('echo RAN')).text).toBe('RAN');
  rmSync(link, { recursive: true });
  for (const target of ['/proc', '/etc', '/run', it.home]) {
    symlinkSync(target, link);
    expect(isProject(link, it.home)).toBe(false);
    expect((await session.run('echo RAN')).text).not.toContain('RAN');
    rmSync(link);
  }
});

test('what is of the machine is never let in, whatever was decided', async () => {
  for (const target of ['/proc/1/cmdline', '/proc/self/environ', '/sys/kernel/hostname', '/dev/null', '/run'])
    for (const tool of ['read_file', 'list_folder'] as const) {
      const result = await it.use(tool, { file_path: target }, [effect('read', target, { place: 'elsewhere' })]);
      expect(result, target).toMatchObject({ isError: true });
    }
  const { text } = await it.run(`cat /proc/${process.pid}/cmdline && echo SEEN`, [
    effect('read', `/proc/${process.pid}/cmdline`, { place: 'elsewhere' }),
    effect('write', '/run', { place: 'elsewhere', certainty: 'possible' }),
  ]);
  expect(text).not.toContain('SEEN');
  expect(text).toContain('of the machine itself');
});

test('projects are projects wherever people keep them', () => {
  for (const folder of [
    '/opt/app',
    '/srv/site',
    '/var/www/html',
    '/usr/src/app',
    '/mnt/disk/x',
    '/tmp/x',
    '/home/me/x',
  ])
    expect(isProject(folder, '/home/me'), folder).toBe(true);
  expect(isProject('/var/lib/robot/work', '/var/lib/robot')).toBe(true);
  expect(isProject('/var/lib/robot', '/var/lib/robot')).toBe(false);
});

test('what is kept is kept with the folders above it, and what was not there is moved aside when a command makes it', async () => {
  const at = (name: string): string => join(it.workspace, name);
  mkdirSync(at('.git/hooks'), { recursive: true });
  writeFileSync(at('.git/config'), 'mine\n');
  symlinkSync('a.txt', at('.mcp.json'));
  const script = [
    'import os, shutil',
    'def tried(*steps):',
    '  for step in steps:',
    '    try: step()',
    '    except OSError as e: print(e)',
    'tried(lambda: os.rename(".git", "g3"), lambda: shutil.copytree(".git", "g4"), lambda: os.rename("g4", ".git"),',
    '  lambda: os.symlink("g4", ".git"), lambda: shutil.rmtree(".git/hooks"),',
    '  lambda: open(".git/hooks/pre-commit", "w").write("EVIL"), lambda: open(".git/config", "a").write("EVIL"),',
    '  lambda: open(".git/index", "w").write("daily work"),',
    '  lambda: open(".envrc", "w").write("EVIL"), lambda: os.makedirs(".claude"),',
    '  lambda: open(".claude/settings.json", "w").write("EVIL"), lambda: os.symlink("/etc", ".vscode"),',
    '  lambda: os.unlink(".mcp.json"), lambda: open(".mcp.json", "w").write("EVIL"))',
  ].join('\n');
  writeFileSync(at('do.py'), script);
  const { text } = await it.run('python3 do.py');
  expect(readFileSync(at('.git/config'), 'utf8')).toBe('mine\n');
  expect(existsSync(at('.git/hooks/pre-commit'))).toBe(false);
  expect(readFileSync(at('.git/index'), 'utf8')).toBe('daily work');
  for (const name of ['.envrc', '.claude', '.vscode', '.mcp.json']) {
    expect(lstatSync(at(name), { throwIfNoEntry: false }), name).toBeUndefined();
    expect(text).toContain(`\`${at(name)}\` makes other programs run`);
  }
  // Nothing is lost, and what was decided stays.
  expect(readdirSync(it.workspace).filter((name) => name.includes('castellan-aside'))).toHaveLength(4);
  await it.run('echo fine > .envrc', [UNTOLD, effect('write', at('.envrc'))]);
  expect(readFileSync(at('.envrc'), 'utf8')).toBe('fine\n');
});

test('where no repository is none can be put in the way of git, and one that git makes stays', async () => {
  const at = (name: string): string => join(it.workspace, name);
  rmSync(at('.git'), { recursive: true, force: true });
  for (const attack of ['echo "gitdir: evil" > .git', 'ln -s evil .git', 'mkdir -p refs objects; echo x > HEAD']) {
    const { text } = await it.run(attack, [UNTOLD]);
    expect(text, attack).toMatch(/`[^`]*\/(?:\.git|HEAD)` makes other programs run/);
    for (const name of ['.git', 'HEAD']) expect(lstatSync(at(name), { throwIfNoEntry: false }), name).toBeUndefined();
  }
  await it.run('mkdir -p .git/objects; echo x > .git/HEAD; echo ../evil > .git/commondir', [UNTOLD]);
  expect(readFileSync(at('.git/HEAD'), 'utf8')).toBe('x\n');
  expect(existsSync(at('.git/commondir'))).toBe(false);
});

test('what a command in the background makes there does not stay while it runs', async () => {
  await it.run('while true; do echo EVIL > opencode.json; sleep 0.2; done', [UNTOLD], { run_in_background: true });
  await expect
    .poll(async () => (await it.use('read_output', { id: 'bg_1' })).content, { timeout: 30_000 })
    .toMatchObject([{ text: expect.stringContaining('ended: it makes again and again') }]);
  expect(existsSync(join(it.workspace, 'opencode.json'))).toBe(false);
});
