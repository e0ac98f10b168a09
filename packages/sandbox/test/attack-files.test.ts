// The agent, with the tools for files: whatever it names and whatever it puts in the place of what was decided, only what was decided is
// opened. The gate is forced to let everything through.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effect, type Grounds, grounds, needWalls, saidIn } from './support/workspace.ts';

await needWalls();

let it: Grounds;
beforeAll(() => {
  it = grounds();
});
afterAll(() => it[Symbol.asyncDispose]());

const inside = (name: string): string => join(it.workspace, name);
const read = async (target: string, more: object = {}) => {
  const result = await it.use('read_file', { file_path: target, ...more }, [effect('read', target)]);
  return { text: saidIn(result), failed: result.isError === true };
};

test('nothing is opened but the path that was decided, whatever the arguments say', async () => {
  const result = await it.use('read_file', { file_path: join(it.home, '.netrc') }, [effect('read', inside('a.txt'))]);
  expect(saidIn(result)).toContain('a file');
  const none = await it.use('read_file', { file_path: inside('a.txt') }, []);
  expect(none).toMatchObject({ isError: true });
  const written = await it.use('write_file', { file_path: '/etc/x', content: 'x' }, [effect('read', inside('a.txt'))]);
  expect(written).toMatchObject({ isError: true });
});

test('a link that takes the place of a file, or of a folder on the way, after it was decided', async () => {
  mkdirSync(inside('folder'));
  writeFileSync(inside('folder/f.txt'), 'decided\n');
  expect((await read(inside('folder/f.txt'))).text).toContain('decided');
  rmSync(inside('folder/f.txt'));
  symlinkSync(inside('a.txt'), inside('folder/f.txt'));
  expect((await read(inside('folder/f.txt'))).failed).toBe(true);
  rmSync(inside('folder/f.txt'));
  renameSync(inside('folder'), inside('moved'));
  mkdirSync(inside('other'));
  writeFileSync(inside('other/f.txt'), 'another\n');
  symlinkSync(inside('other'), inside('folder'));
  const through = await read(inside('folder/f.txt'));
  expect(through).toMatchObject({ failed: true, text: expect.stringContaining('leads elsewhere') });
  for (const [tool, args] of [
    ['write_file', { content: 'x' }],
    ['edit_file', { old_string: 'another', new_string: 'x' }],
  ] as const) {
    const target = inside('folder/f.txt');
    const result = await it.use(tool, { file_path: target, ...args }, [effect('write', target)]);
    expect(result).toMatchObject({ isError: true });
  }
  expect(readFileSync(inside('other/f.txt'), 'utf8')).toBe('another\n');
  // A folder of links is walked without them.
  symlinkSync(it.home, inside('up'));
  for (const [tool, args] of [
    ['search_text', { pattern: 'secret', include_ignored: true }],
    ['find_files', { pattern: '**/*', include_ignored: true }],
  ] as const) {
    const said = saidIn(await it.use(tool, args, [effect('read', it.workspace)]));
    expect(said).not.toMatch(/netrc|id_ed25519|the-secret/);
  }
});

test('pipes, devices and folders in the place of files block nothing and give nothing', async () => {
  execFileSync('mkfifo', [inside('pipe')]);
  expect(await read(inside('pipe'))).toMatchObject({ failed: true, text: expect.stringContaining('no ordinary file') });
  expect(await read(it.workspace)).toMatchObject({ failed: true, text: expect.stringContaining('list_folder') });
  const written = await it.use('write_file', { content: 'x' }, [effect('write', inside('pipe'))]);
  expect(written).toMatchObject({ isError: true });
  expect((await read('/dev/zero')).failed).toBe(true);
  rmSync(inside('pipe'));
});

test('what lies elsewhere is reached where it was decided, alone, and never the state folder or what holds it', async () => {
  const notes = join(it.home, 'other/notes.txt');
  writeFileSync(notes, 'notes\n');
  const home = (kind: 'read' | 'write', target: string) => [effect(kind, target, { place: 'home' })];
  const use = async (
    tool: 'read_file' | 'write_file' | 'search_text',
    kind: 'read' | 'write',
    target: string,
    args: object = {},
  ) => it.use(tool, { file_path: target, pattern: 'secret', content: 'changed\n', ...args }, home(kind, target));
  expect(saidIn(await use('read_file', 'read', notes))).toContain('notes');
  expect(saidIn(await use('write_file', 'write', notes))).toContain('replaced');
  expect(readFileSync(notes, 'utf8')).toBe('changed\n');
  for (const target of [join(it.state, 'state.json'), it.state, join(it.home, '.config'), it.home, '/'])
    for (const [tool, kind] of [
      ['read_file', 'read'],
      ['search_text', 'read'],
      ['write_file', 'write'],
    ] as const) {
      const result = await use(tool, kind, target);
      expect(result).toMatchObject({ isError: true });
      expect(saidIn(result)).not.toContain(it.secret);
    }
  expect(readFileSync(join(it.state, 'state.json'), 'utf8')).toContain(it.secret);
  symlinkSync(join(it.state, 'state.json'), join(it.home, 'other/swapped'));
  const swapped = await use('read_file', 'read', join(it.home, 'other/swapped'));
  expect(swapped).toMatchObject({ isError: true });
  const made = await use('write_file', 'write', join(it.home, 'new/folder/f.txt'));
  expect(made).toMatchObject({ isError: true });
  expect(existsSync(join(it.home, 'new'))).toBe(false);
});

test('a file is replaced whole: its mode stays, another name of it keeps what it had, a link in its place is not followed', async () => {
  const script = inside('script.sh');
  writeFileSync(script, 'one\n');
  chmodSync(script, 0o750);
  linkSync(script, inside('same.sh'));
  const result = await it.use('edit_file', { file_path: script, old_string: 'one', new_string: 'two' }, [
    effect('write', script),
  ]);
  expect(saidIn(result)).toBe('edited `script.sh`: 1 place');
  expect(statSync(script).mode & 0o777).toBe(0o750);
  expect(readFileSync(inside('same.sh'), 'utf8')).toBe('one\n');
});

test('patterns that would backtrack for ever do not; those that cannot be run in linear time are refused', async () => {
  writeFileSync(inside('long.txt'), `${'a'.repeat(100_000)}b\n`);
  const search = async (pattern: string, more: object = {}) =>
    saidIn(await it.use('search_text', { pattern, path: 'long.txt', ...more }, [effect('read', inside('long.txt'))]));
  expect(await search('(a+)+$')).toContain('no match');
  expect(await search('(A|AA)+$', { ignore_case: true })).toContain('no match');
  expect(await search('(x+x+)+y')).toContain('no match');
  for (const pattern of ['(a)\\1', '(?=a)b']) expect(await search(pattern)).toContain('not searched for');
  expect(await search('(')).toContain('no regular expression');
  const glob = `${'*a'.repeat(30)}b`;
  const found = saidIn(await it.use('find_files', { pattern: glob }, [effect('read', it.workspace)]));
  expect(found).toContain('no file is named');
}, 60_000);

test('what is too large, no text, or no UTF-8 is told and not shown', async () => {
  writeFileSync(inside('b.bin'), Buffer.from([1, 2, 0, 3]));
  expect((await read(inside('b.bin'))).text).toContain('is no text (4 bytes)');
  writeFileSync(inside('latin.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9]));
  expect((await read(inside('latin.txt'))).text).toContain('no UTF-8');
  writeFileSync(inside('huge.txt'), Buffer.alloc(11 * 1024 * 1024, 97));
  expect((await read(inside('huge.txt'))).text).toContain('too large');
  writeFileSync(inside('long-line.txt'), 'x'.repeat(50_000));
  expect((await read(inside('long-line.txt'))).text.length).toBeLessThan(3000);
  rmSync(inside('huge.txt'));
});
