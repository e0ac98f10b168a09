// Which program a server is: every file that a runtime is told to load, and that it is told where there is none.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpProcess } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { identify, pinsRuntimeOnly } from '../src/mcp/upstream/identity.ts';

const FOLDER = tempFolder();
const file = (name: string, text = 'honest'): string => {
  const path = join(FOLDER, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};
const started = (args: readonly string[], command = process.execPath): McpProcess => ({
  kind: 'mcp',
  command,
  args: [...args],
  env: {},
  pass: [],
  timeoutSeconds: 20,
  concurrency: 1,
});

async function digestOf(start: McpProcess): Promise<string> {
  const found = await identify(start, FOLDER, process.env.PATH);
  if (!found.ok) throw new Error(found.why);
  return found.identity.digest;
}

const server = file('server.js');
const hook = file('lib/hook.js');
const settings = file('.env', 'A=1');

test.each([
  ['-r', ['-r', hook, server], hook],
  ['--require=', [`--require=${hook}`, server], hook],
  ['--import with an address', ['--import', `file://${hook}`, server], hook],
  ['--loader by a relative path', ['--loader', './lib/hook.js', server], hook],
  ['the second of two', ['-r', server, '--import', hook, server], hook],
  ['a preload, and the script behind it', ['--require', hook, server], server],
  ['a file of settings', ['--env-file', settings, server], settings],
  ['a file of settings after `=`', [`--env-file=${settings}`, server], settings],
  ['the script behind a file of settings', ['--env-file', settings, server], server],
  ['the script behind a plain option', ['--enable-source-maps', server, hook], server],
])('another file is another server: %s', async (_name, args, swapped) => {
  const before = await digestOf(started(args));
  expect(await digestOf(started(args))).toBe(before);
  file(swapped.slice(FOLDER.length + 1), `hostile ${args.length}`);
  expect(await digestOf(started(args))).not.toBe(before);
  expect(await pinsRuntimeOnly(started(args), FOLDER)).toBe(false);
  file(swapped.slice(FOLDER.length + 1));
});

test('data that a script is given behind it is no part of it', async () => {
  const data = file('notes.db', 'one');
  const before = await digestOf(started([server, data]));
  file('notes.db', 'two');
  expect(await digestOf(started([server, data]))).toBe(before);
});

test.each([
  [['-m', 'mcp_server_fetch'], 'python3'],
  [['-c', 'print(1)', server], 'python3'],
  [['-e', 'import("x")'], 'node'],
  [['-r', hook, '-e', 'import("x")'], 'node'],
  [['run', 'npm:server'], '/usr/bin/deno'],
  [[], 'bash'],
])('what names no file pins the runtime alone: %j', async (args, command) => {
  expect(await pinsRuntimeOnly(started(args, command), FOLDER)).toBe(true);
});

test('a program of its own is pinned by itself', async () => {
  expect(await pinsRuntimeOnly(started(['-m', 'x'], file('fetch-server')), FOLDER)).toBe(false);
});
