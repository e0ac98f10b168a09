// What a prompt is taken to name, form by form as the real client read it (or did not).
import { expect, test } from 'vitest';
import { mentioned, mentions } from '../src/claude-code/hook/mentions.ts';

const files = (text: string) =>
  mentions(text).flatMap(({ tool, arguments: { file_path } }) => (tool === 'Read' ? [file_path] : []));

test.each([
  ['look at @a.txt', ['a.txt']],
  ['@a.txt and @b.txt, @c.txt.', ['a.txt', 'b.txt', 'c.txt']],
  ['\n@a.txt\t@../b @~/c @/d/e', ['a.txt', '../b', '~/c', '/d/e']],
  ['@"with space.txt"x', ['with space.txt']],
  ['@"a.txt#L1"', ['a.txt#L1', 'a.txt']],
  ['@a.txt#L1-2', ['a.txt']],
  ['@a.txt). @b.txt" @c.txt— @d.txt**', ['a.txt', 'b.txt', 'c.txt', 'd.txt']],
  ['@m.txt#L1).', ['m.txt']],
  ['、@a.txt 。@b.txt ！@c', ['a.txt', 'b.txt', 'c']],
  ['\ufeff@a.txt\u3000@b.txt\u2028@c.txt', ['a.txt', 'b.txt', 'c.txt']],
  ['```\n@a.txt\n```', ['a.txt']],
  ['@résumé', ['résum', 'résumé']],
  ['@.hidden @dir/', ['.hidden', 'dir']],
  ['@~/ @..', ['~/', '..']],
  ['@/', ['/']],
  ['@agent-x.txt', ['agent-x.txt']],
])('%j names %j', (text, named) => {
  expect(new Set(files(text))).toEqual(new Set(named));
});

test.each(['me@example.com', '(@a.txt)', '"@a.txt"', '`@a.txt`', ',@a.txt', '@@a', 'x/@a.txt', '看@a.txt', '@ a.txt'])(
  '%j names no file as it was tried',
  (text) => {
    // One too many is only asked about: `@@a` is such a one.
    expect(files(text).filter((name) => name === 'a.txt' || name === 'example.com')).toEqual([]);
  },
);

test('a resource of a tool server is decided as its tool, and as the file it could be', () => {
  expect(mentions('see @docs:file:///x/y.')).toEqual([
    { module: 'claude-code', tool: 'Read', arguments: { file_path: 'docs:file:///x/y' } },
    { module: 'claude-code', tool: 'ReadMcpResourceTool', arguments: { server: 'docs', uri: 'file:///x/y.' } },
  ]);
});

test('what the model gives a skill or a command can name files as a prompt does', () => {
  const of = (tool: string, input: Readonly<Record<string, string>>) =>
    mentioned({ module: 'claude-code', tool }, input).map((use) => use.arguments.file_path);
  expect(of('Skill', { skill: 'x', args: 'explain @a.txt ~/.ssh/id_rsa dir/b.txt now' })).toEqual([
    'a.txt',
    '~/.ssh/id_rsa',
    'dir/b.txt',
  ]);
  expect(of('SlashCommand', { command: '/explain @a.txt ../b' })).toEqual(['a.txt', '../b']);
  expect(of('Skill', { skill: '@a.txt' })).toEqual([]);
  expect(of('Agent', { prompt: '@a.txt' }), 'what a sub-agent is told is not read like a prompt').toEqual([]);
});
