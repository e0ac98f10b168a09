// A story that goes otherwise must fail, in every way it can.
import { expect, test } from 'vitest';
import { matchLines, parseStory, runStory, StoryError } from '../src/index.ts';

const play = (text: string): Promise<void> => runStory(parseStory(`# a title\n${text}`));

test.for([
  ['other output', '$ echo a\n> b'],
  ['output where none was expected', '$ echo a'],
  ['less output', '$ true\n> a'],
  ['more output', '$ echo a; echo b\n> a'],
  ['stderr where none was expected', '$ echo a >&2'],
  ['another exit code', '$ exit 3\n? 2'],
  ['an exit code where 0 was expected', '$ exit 1'],
  ['a pattern that matches only a part', '$ echo abc\n> /b/'],
  ['a wait for nothing', 'wait'],
  ['a background command that nobody waits for', '$ true &'],
] as const)('%s fails', ([, text]) => expect(play(text)).rejects.toThrow(StoryError));

test.for(['> before a step', '$ true\nnonsense', '$ true\n? one', '$ true\n| not a file', 'daemon fly'])(
  '`%s` is no story',
  (text) => expect(() => parseStory(`# a title\n${text}`)).toThrow(StoryError),
);

test('what a person would see is said when it fails', () =>
  expect(play('$ echo out; echo err >&2; exit 4')).rejects.toThrow(/line 2[\s\S]*out[\s\S]*err[\s\S]*exit 4/));

test('an elision takes as many lines as it must', () => {
  expect(matchLines(['...', 'b', '...'], ['a', 'b', 'b', 'c'])).toEqual({});
  expect(matchLines(['...', '/(?<n>\\d)/'], ['1', '2'])).toEqual({ n: '2' });
  expect(matchLines(['...', 'z'], ['a'])).toContain('z');
});
