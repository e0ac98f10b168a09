// A secret that stands just where a text is cut: half of it is not recognised by what hides secrets later, so none of it is shown.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginning, ending } from '../src/workspace/inside/cut.ts';
import { Output } from '../src/workspace/output.ts';
import { effect, type Grounds, grounds, needWalls, saidIn } from './support/workspace.ts';

await needWalls();

let it: Grounds;
beforeAll(() => {
  it = grounds();
});
afterAll(() => it[Symbol.asyncDispose]());

const SECRET = 'zq8Lr2Xv9Tn4Ws7Kp1Yb6Md3';
const parts = (text: string): boolean =>
  !text.includes(SECRET) &&
  Array.from(SECRET.slice(6), (_, at) => SECRET.slice(at, at + 6)).some((part) => text.includes(part));

test('of a command: at the end of its beginning, at the beginning of its end, and in what is read of it bit by bit', () => {
  for (let shift = 0; shift <= SECRET.length; shift += 1)
    for (const filler of ['word ', 'a line\n', 'k="v",']) {
      const before = filler.repeat(3000).slice(0, 12_000 - shift - 1);
      const output = new Output();
      const middle = ` ${SECRET} ${filler.repeat(20_000)}`;
      output.add(Buffer.from(before + middle));
      const room = filler.repeat(4000).slice(0, 18_000 - shift - 1);
      output.add(Buffer.from(` ${SECRET} ${room}`));
      expect(parts(output.text()), `${shift} ${filler}`).toBe(false);
      expect(parts(output.from(0, false).text), `${shift} ${filler}`).toBe(false);
      expect(parts(output.from(15_000, true).text), `${shift} ${filler}`).toBe(false);
    }
});

test('of a line of a file, read or found', async () => {
  const path = join(it.workspace, 'line.txt');
  for (const most of [2000, 400])
    for (const shift of [1, 10, 23]) {
      writeFileSync(
        path,
        `${'x="yz",'.repeat(400).slice(0, most - shift - 1)} ${SECRET} and more ${'w '.repeat(2000)}\n`,
      );
      const read = await it.use('read_file', { file_path: path }, [effect('read', path)]);
      const found = await it.use('search_text', { pattern: 'yz', path }, [effect('read', path)]);
      expect(saidIn(read)).toContain('more characters');
      for (const result of [read, found]) expect(parts(saidIn(result)), `${most} ${shift}`).toBe(false);
    }
});

test('what fits is not touched, and what is one single word is not begun', () => {
  expect(beginning('short', 10)).toBe('short');
  expect(beginning('x'.repeat(100), 10)).toBe('');
  expect(beginning('one two three', 9)).toBe('one two ');
  expect(ending('d of it\nnext')).toBe('next');
  expect(ending('x'.repeat(100))).toBe('');
});
