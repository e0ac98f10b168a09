// What the tools for files give a model that uses them as it should.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@castellan/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type WorkspaceTool, wallsHere } from '../src/index.ts';
import { bare, effect, type Grounds, grounds, landlocked, needWalls, reopened, saidIn } from './support/workspace.ts';

await needWalls();

let it: Grounds;
beforeAll(() => {
  it = grounds();
});
afterAll(() => it[Symbol.asyncDispose]());

const put = (name: string, content: string | Buffer): string => {
  const path = join(it.workspace, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};
const WRITES: ReadonlySet<WorkspaceTool> = new Set(['write_file', 'edit_file']);
const say = async (tool: WorkspaceTool, target: string, args: JsonObject = {}): Promise<string> =>
  saidIn(await it.use(tool, args, [effect(WRITES.has(tool) ? 'write' : 'read', target)]));

test('a part of a file, with the numbers of its lines', async () => {
  const path = put('lines.txt', Array.from({ length: 3000 }, (_, index) => `line ${index + 1}`).join('\n'));
  expect(await say('read_file', path, { offset: 10, limit: 2 })).toBe(
    '    10\tline 10\n    11\tline 11\n(2989 more lines: read on with `offset` 12)',
  );
  expect(await say('read_file', path)).toContain('(1000 more lines: read on with `offset` 2001)');
  expect(await say('read_file', path, { offset: 5000 })).toContain('the file has 3000 lines');
  expect(await say('read_file', put('empty.txt', ''))).toBe('(the file is empty)');
});

test('a picture is shown as one', async () => {
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
  const path = put('p.png', png);
  const { content } = await it.use('read_file', {}, [effect('read', path)]);
  expect(content).toEqual([{ type: 'image', data: png.toString('base64'), mimeType: 'image/png' }]);
  expect(await say('read_file', put('big.png', Buffer.concat([png, Buffer.alloc(300_000)])))).toContain(
    'make it smaller',
  );
});

test('edits keep the mark and the ends of lines of a file, and are all made or none', async () => {
  const path = put('crlf.txt', '\uFEFFone\r\ntwo\r\nthree\r\n');
  const edits = [
    { old_string: 'one\ntwo', new_string: '1\n2' },
    { old_string: 'three', new_string: '3' },
  ];
  expect(await say('edit_file', path, { edits })).toBe('edited `crlf.txt`: 2 places');
  expect(readFileSync(path, 'utf8')).toBe('\uFEFF1\r\n2\r\n3\r\n');
  const wrong = [
    { old_string: '1', new_string: 'one' },
    { old_string: 'nowhere', new_string: 'x' },
  ];
  expect(await say('edit_file', path, { edits: wrong })).toContain('`old_string` of edit 2 is not in `crlf.txt`');
  expect(readFileSync(path, 'utf8')).toBe('\uFEFF1\r\n2\r\n3\r\n');
  const twice = put('twice.txt', 'a a $& a');
  expect(await say('edit_file', twice, { old_string: 'a', new_string: '$&b' })).toContain('stands 3 times');
  await say('edit_file', twice, { old_string: 'a', new_string: '$&b', replace_all: true });
  expect(readFileSync(twice, 'utf8')).toBe('$&b $&b $& $&b');
  expect(await say('edit_file', twice, { old_string: '$&b  $&b', new_string: 'x' })).toContain('other spaces');
});

test('files by name, what is ignored left out, last changed first', async () => {
  put('glob/.gitignore', '*.log\n/build/\n!keep.log\nnode_modules\n');
  for (const name of [
    'a.ts',
    'b/c.ts',
    'b/d.tsx',
    'x.log',
    'keep.log',
    'build/e.ts',
    'node_modules/m/f.ts',
    'b/build/g.ts',
  ])
    put(`glob/${name}`, '');
  const root = join(it.workspace, 'glob');
  utimesSync(join(root, 'b/c.ts'), 2_000_000_000, 2_000_000_000);
  utimesSync(join(root, 'a.ts'), 1_900_000_000, 1_900_000_000);
  const find = async (pattern: string, more: JsonObject = {}) =>
    (await say('find_files', root, { pattern, ...more })).split('\n').filter((line) => line.startsWith('glob/'));
  expect((await find('*.ts')).slice(0, 2)).toEqual(['glob/b/c.ts', 'glob/a.ts']);
  expect((await find('*.ts')).toSorted()).toEqual(['glob/a.ts', 'glob/b/build/g.ts', 'glob/b/c.ts']);
  expect((await find('b/*.{ts,tsx}')).toSorted()).toEqual(['glob/b/c.ts', 'glob/b/d.tsx']);
  expect(await find('*.log')).toEqual(['glob/keep.log']);
  expect(await find('**/f.ts', { include_ignored: true })).toEqual(['glob/node_modules/m/f.ts']);
  expect(await find('[ab]*.ts')).toHaveLength(1);
});

test('lines that fit, with what stands around them', async () => {
  put('s/one.txt', 'alpha\nBeta\ngamma\ndelta\n');
  put('s/two.md', 'beta here\n');
  const root = join(it.workspace, 's');
  const search = (args: JsonObject) => say('search_text', root, args);
  expect(await search({ pattern: 'Beta', context: 1 })).toBe('s/one.txt\n1- alpha\n2: Beta\n3- gamma');
  expect(await search({ pattern: 'b[A-E]ta', ignore_case: true, files_only: true })).toBe('s/one.txt\ns/two.md');
  expect(await search({ pattern: 'beta', glob: '*.txt' })).toBe('no match in 1 files');
  expect(await say('search_text', join(root, 'two.md'), { pattern: '^beta' })).toBe('s/two.md\n1: beta here');
});

test('commits are by the person, and nothing else of their configuration is there', async () => {
  writeFileSync(
    join(it.home, '.gitconfig'),
    '[url "https://token@x/"]\n\tname = no\n[User]\n  name = Mia Maier\n  email = mia@example.org\n[credential]\n\thelper = store\n',
  );
  await using other = reopened(it);
  const { text } = await other.run(
    'git config --global --list; git init -q r && cd r && git commit -q --allow-empty -m x && git log --format=%an',
  );
  expect(text).toBe('user.name=Mia Maier\nuser.email=mia@example.org\nMia Maier');
});

test('a command says what it said, how it ended, and what it could not have', async () => {
  expect(await it.run('echo out; echo err >&2; exit 3')).toEqual({ text: 'out\nerr\nexit code 3', failed: true });
  expect(await it.run('true')).toEqual({ text: '(it said nothing; exit code 0)', failed: false });
  expect((await it.run('kill -9 $$')).text).toContain('signal 9');
  expect((await it.run('cat')).text).toContain('exit code 0');
  const started = saidIn(
    await it.use('run_command', { command: 'echo one; sleep 0.3; echo two; exit 2', run_in_background: true }),
  );
  const id = /bg_\d+/.exec(started)?.[0] ?? '';
  let all = '';
  while (!all.includes('exit code')) {
    all += `${saidIn(await it.use('read_output', { id }))}\n`;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const between = ['', 'it runs', '(nothing new)'];
  expect(all.split('\n').filter((line) => !between.includes(line))).toEqual(['one', 'two', 'exit code 2']);
  expect(saidIn(await it.use('read_output', { id: 'bg_99' }))).toContain('there is no command');
});

/** Control groups that this process made for what it runs. Others come and go meanwhile. */
function groups(): readonly string[] {
  const below = (folder: string, tries = 20): readonly string[] => {
    try {
      return readdirSync(folder, { recursive: true, encoding: 'utf8' });
    } catch (error) {
      if (tries === 0) throw error;
      return below(folder, tries - 1);
    }
  };
  const places = ['/sys/fs/cgroup', '/sys/fs/cgroup/pids', '/sys/fs/cgroup/memory'].filter((each) => existsSync(each));
  return places.flatMap((each) => below(each)).filter((name) => name.includes(`castellan-${process.pid}-`));
}

test('a command that cannot be started is refused in words, and keeps no group', async () => {
  const before = groups();
  // Within what the tool takes in characters; three bytes each.
  const long = await it.run(`: ${'\u20ac'.repeat(60_000)}`);
  expect(long).toMatchObject({ failed: true, text: expect.stringContaining('it cannot be started: spawn E2BIG') });
  expect(long.text).toContain('write what is long to a file first');
  const zero = await it.run('echo a\0b');
  expect(zero).toMatchObject({ failed: true, text: expect.stringContaining('leave out the byte 0') });
  await expect.poll(groups).toEqual(before);
});

test('where no walls stand nothing runs, and it says what to do; an administrator may say otherwise', async () => {
  const path = put('bare.txt', 'bare\n');
  await using shut = bare(it, 'sandboxed');
  const refused = await shut.run('echo ran');
  expect(refused).toMatchObject({ failed: true, text: expect.stringContaining('apt install bubblewrap') });
  expect(refused.text).not.toContain('ran\n');
  const unread = await shut.use('read_file', {}, [effect('read', path)]);
  expect(unread).toMatchObject({ isError: true });
  await using open = bare(it, 'open');
  expect(await open.run('echo ran; cat bare.txt')).toEqual({ text: 'ran\nbare', failed: false });
  expect(saidIn(await open.use('read_file', {}, [effect('read', path)]))).toContain('1\tbare');
});

test('what Landlock alone cannot hold of a command does not run, `open` or not; the rest does, within it', async (context) => {
  const { tried } = await wallsHere();
  const landlock = tried.find(({ name }) => name === 'Landlock');
  if (landlock?.ok !== true) {
    process.stderr.write(`SKIPPED: ${context.task.name}: ${landlock?.why}\n`);
    context.skip('no Landlock');
  }
  const path = put('locked.txt', 'locked\n');
  for (const commands of ['sandboxed', 'open'] as const) {
    await using locked = landlocked(it, commands);
    expect(saidIn(await locked.use('read_file', {}, [effect('read', path)]))).toContain('1\tlocked');
    const plain = await locked.run(`cat locked.txt; cat ${it.home}/.ssh/id_ed25519`);
    expect(plain).toMatchObject({ failed: true, text: expect.stringMatching(/^locked\n.*Permission denied/) });
    // In a project with something that is kept it would have to run with less than was wanted.
    put('.envrc', 'mine\n');
    const refused = await locked.run('echo ran');
    rmSync(join(it.workspace, '.envrc'));
    expect(refused).toMatchObject({ failed: true, text: expect.stringContaining('cannot keep') });
    expect(refused.text).not.toContain('ran\n');
    expect(refused.text.includes('counts only where no walls stand at all')).toBe(commands === 'open');
  }
});
