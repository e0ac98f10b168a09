// Law: a command that a page or a message names can be typed. A hint that leads nowhere is worse than none.
import { expect, test } from 'vitest';
import { createProgram } from '../../packages/cli/src/program/create-program.ts';
import type { Registrar } from '../../packages/cli/src/program/registrar.ts';
import { filesBelow, readRoot, SOURCES } from './lib/source.ts';

const still = {
  context: { command: 'castellan', out: { width: 80 }, world: { stdout: {}, stderr: {} } },
  done: () => undefined,
} as unknown as Omit<Registrar, 'program'>;
const program = createProgram(still, '0');
type Command = typeof program;

const find = (command: Command, name: string): Command | undefined =>
  command.commands.find((each) => each.name() === name || each.aliases().includes(name));

/** Commands in backticks: `castellan modules add NAME`, also as a shell's line in an indented example. */
const named = (text: string): readonly string[] =>
  [...text.matchAll(/`castellan ([a-z][a-z-]*(?: [a-z][a-z-]*)*)/g)].map(([, words = '']) => words);

/** A template that begins with our name and is no command, and the two that are examples of what is not there. */
const SENTENCE = /^(?:already runs|runs at|is running|should be|refused this|seal$|frobnicate|policy frobnicate)/;

/** What cannot be typed of them: a first word, or a second one below a command that has only commands below it. */
function unknown(text: string): readonly string[] {
  return named(text).filter((words) => {
    const [first = '', second] = words.split(' ');
    if (first === 'help' || SENTENCE.test(words)) return false;
    const command = find(program, first);
    if (command === undefined) return true;
    if (second === undefined || command.commands.length === 0 || command.registeredArguments.length > 0) return false;
    return find(command, second) === undefined;
  });
}

const PAGES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', ...filesBelow('docs', /\.md$/)].filter(
  (path) => !path.startsWith('docs/design/'),
);

test('the law goes red', () => {
  expect(program.commands.length).toBeGreaterThan(20);
  expect(
    unknown('`castellan nonsense`, `castellan modules nonsense`, `castellan modules add x`, `castellan why call_1`'),
  ).toEqual(['nonsense', 'modules nonsense']);
});

test('every command that a page names is there', () => {
  expect(PAGES.length).toBeGreaterThan(30);
  expect(PAGES.flatMap((path) => unknown(readRoot(path)).map((words) => `${path}: castellan ${words}`))).toEqual([]);
});

test('every command that a text of the program names is there', () => {
  expect(SOURCES.length).toBeGreaterThan(300);
  expect(SOURCES.flatMap(({ path, text }) => unknown(text).map((words) => `${path}: castellan ${words}`))).toEqual([]);
});
