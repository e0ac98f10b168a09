// What `--help` prints: at 80 columns no line is wider, each command has an example, and a name that is no command gets no
// help of another one.
import { readdirSync, readFileSync } from 'node:fs';
import { bareEnvironment, inRoot, runProcess, tempFolder } from '@castellan/testkit';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../src/program/create-program.ts';
import { unknownCommand } from '../src/program/unknown-command.ts';

const WIDTH = 80;

function programAt(width: number): Command {
  const nothing = (): never => {
    throw new Error('help runs nothing');
  };
  const stream = { write: nothing };
  const out = { line: nothing, lines: nothing, json: nothing, note: nothing, error: nothing, width };
  const world = { stdout: stream, stderr: stream };
  return createProgram({ context: { world, out, command: 'castellan' } as never, done: nothing }, '0.0.0');
}

const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)];

/** As it is printed, with what was added after it. */
function helpOf(command: Command): string {
  let text = '';
  const before = command.configureOutput();
  command.configureOutput({
    ...before,
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  command.configureOutput(before);
  return text;
}

describe('help', () => {
  const commands = all(programAt(WIDTH));
  test('there are commands', () => expect(commands.length).toBeGreaterThan(30));

  for (const command of commands) {
    const name = [...ancestors(command), command.name()].join(' ');
    test(`${name} fits ${WIDTH} columns`, () => {
      const lines = helpOf(command).split('\n');
      expect(lines.filter((line) => line.length > WIDTH)).toEqual([]);
    });
    if (command.parent !== null)
      test(`${name} has an example that is a command`, () => {
        const typed = [...helpOf(command).matchAll(/^ {2}\$ [^\n]*?castellan (\S+)/gm)].map(([, first]) => first);
        expect(typed.length).toBeGreaterThan(0);
        for (const first of typed) expect(commands.map((each) => each.name())).toContain(first?.replace(/\)$/, ''));
      });
  }
});

function ancestors(command: Command): readonly string[] {
  return command.parent === null ? [] : [...ancestors(command.parent), command.parent.name()];
}

test('a word that is no command is found where a command is wanted, and nowhere else', () => {
  const program = programAt(WIDTH);
  const names = (...argv: readonly string[]) => unknownCommand(program, argv)?.name ?? null;
  expect(names('frobnicate', '--help')).toBe('frobnicate');
  expect(names('--help', 'frobnicate')).toBe('frobnicate');
  expect(names('policy', 'frobnicate', '--help')).toBe('policy frobnicate');
  expect(names('help', 'frobnicate')).toBe('frobnicate');
  expect(names('help', 'policy', 'frobnicate')).toBe('policy frobnicate');
  expect(names()).toBeNull();
  expect(names('--version')).toBeNull();
  expect(names('policy', '--json')).toBeNull();
  expect(names('grants', 'add', '--tool', 'x')).toBeNull();
  expect(names('backup', '--out', 'a.copy', '--json')).toBeNull();
  expect(names('backup', '-o', 'a.copy', 'frobnicate')).toBe('backup frobnicate');
  expect(names('backup', 'verify', 'a.copy', '--passphrase-file', 'x')).toBeNull();
  expect(names('try', 'frobnicate')).toBeNull();
  expect(names('run', 'claude-code', 'frobnicate')).toBeNull();
  expect(names('--', 'frobnicate')).toBeNull();
});

test('documents name commands that there are', () => {
  const program = programAt(WIDTH);
  const pages = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/README.md'].concat(
    readdirSync(inRoot('docs', 'guide'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/guide/${name}`),
  );
  const named = pages.flatMap((page) =>
    [...readFileSync(inRoot(page), 'utf8').matchAll(/(?:`|^ {4}|^npx )castellan ((?:[a-z-]+ ?)+)/gm)].map(
      ([, words = '']) => [page, words.trim().split(' ')] as const,
    ),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(([, words]) => unknownCommand(program, words) !== null)).toEqual([]);
});

test('it is an error of usage that names the nearest', async () => {
  const home = tempFolder();
  const env = { ...bareEnvironment(home), CASTELLAN_HOME: `${home}/state` };
  const run = (...args: readonly string[]) =>
    runProcess(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), ...args], {
      env,
      timeout: 60_000,
    });
  const near = await run('polcy', '--help');
  expect(near).toMatchObject({ code: 64, stdout: '' });
  expect(near.stderr).toMatch(
    /^castellan: error: unknown command `polcy`\nhint: did you mean `[^`]*castellan[^`]* policy`\?\n/,
  );
  const inner = await run('policy', 'tets', '--help');
  expect(inner).toMatchObject({ code: 64, stdout: '' });
  expect(inner.stderr).toMatch(
    /unknown command `policy tets`\nhint: did you mean `[^`]* policy test`\?\nhint: `[^`]* policy --help`/,
  );
});
