// Installing what `npx` names, against a registry on loopback and the real npm of this machine.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpProcess } from '@castellan/contract';
import { type ResolvedStart, type Resolving, resolveStart } from '@castellan/gateway';
import {
  bareEnvironment,
  type NpmRegistry,
  type PublishedPackage,
  runProcess,
  startNpmRegistry,
  tempFolder,
} from '@castellan/testkit';
import { expect, test } from 'vitest';

const start = (command: string, ...args: readonly string[]): McpProcess => ({
  kind: 'mcp',
  command,
  args: [...args],
  env: {},
  pass: [],
  timeoutSeconds: 60,
  concurrency: 16,
});

const server = (version: string, more: PublishedPackage['manifest'] = {}, name = 'mcp-note'): PublishedPackage => ({
  name,
  version,
  files: { 'run.js': `#!/usr/bin/env node\nconsole.log('note ${version}', process.argv.slice(2).join(' '));\n` },
  manifest: { bin: { [name.replace(/^@[^/]*\//, '')]: 'run.js' }, ...more },
});

interface Ground {
  readonly registry: NpmRegistry;
  readonly folder: string;
  readonly resolve: (start: McpProcess, more?: Partial<Resolving>) => Promise<ResolvedStart>;
}

async function ground(): Promise<Ground & AsyncDisposable> {
  const registry = await startNpmRegistry();
  const home = tempFolder();
  const folder = join(home, 'state', 'modules', 'packages');
  const env = bareEnvironment(home);
  writeFileSync(
    join(home, '.npmrc'),
    `registry=${registry.url}\nignore-scripts=false\nomit-lockfile-registry-resolved=true\n`,
  );
  const signal = new AbortController().signal;
  return {
    registry,
    folder,
    resolve: (wanted, more = {}) =>
      resolveStart(wanted, { folder, env, signal, hideText: (text) => text, step: () => {}, ...more }),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

const done = (resolved: ResolvedStart) => {
  if (!resolved.ok) throw new Error(`${resolved.code}: ${resolved.message}`);
  return resolved;
};
const leftIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

test('a range becomes one version with its integrity, started by an absolute path; nothing newer is ever taken', async () => {
  await using at = await ground();
  for (const version of ['1.0.0', '1.2.0', '2.0.0']) at.registry.publish(server(version));
  const seen: string[] = [];
  const { start: first, steps } = done(
    await at.resolve(start('npx', '-y', 'mcp-note@^1', '--root', '/x y'), { step: (text) => seen.push(text) }),
  );
  expect(first.package).toMatchObject({ ecosystem: 'npm', name: 'mcp-note', version: '1.2.0' });
  expect(first.package?.integrity).toMatch(/^sha512-/);
  expect(first.command).toMatch(/^\/.*node$/);
  const [script = '', ...args] = first.args;
  expect(script).toBe(join(at.folder, 'mcp-note@1.2.0', 'node_modules', 'mcp-note', 'run.js'));
  expect(args).toEqual(['--root', '/x y']);
  expect(seen).toEqual(steps);
  expect(steps.join('\n')).toContain('mcp-note@^1 is mcp-note@1.2.0');
  const ran = await runProcess(first.command, first.args);
  expect(ran.stdout).toBe('note 1.2.0 --root /x y\n');

  at.registry.publish(server('1.3.0'));
  const asked = at.registry.asked.length;
  expect((await runProcess(first.command, first.args)).stdout).toBe('note 1.2.0 --root /x y\n');
  expect(at.registry.asked.length).toBe(asked);
  // What was resolved is no runner of packages any more: to resolve it again changes nothing.
  expect(done(await at.resolve(first)).start).toEqual(first);
  expect(leftIn(at.folder)).toEqual(['mcp-note@1.2.0']);
});

test('scoped names, `--package`, `npm exec`, `pnpm dlx`, `bunx`', { timeout: 120_000 }, async () => {
  await using at = await ground();
  at.registry.publish(server('0.1.0', { bin: { alpha: 'run.js', beta: 'run.js' } }, '@acme/tools'));
  for (const [command, ...args] of [
    ['npx', '--yes', '@acme/tools', 'a'],
    ['npx', '-y', '--', '@acme/tools@0.1.0', 'a'],
    ['npx', '-y', '--package=@acme/tools', '--', 'beta', 'a'],
    ['npx', '-p', '@acme/tools', 'alpha', 'a'],
    ['npm', 'exec', '-y', '@acme/tools', '--', 'a'],
    ['pnpm', 'dlx', '@acme/tools@latest', 'a'],
    ['bunx', '@acme/tools', 'a'],
    ['/usr/local/bin/npx', '@acme/tools', 'a'],
  ] as const) {
    const { start: made } = done(await at.resolve(start(command, ...args)));
    expect(made.package).toMatchObject({ name: '@acme/tools', version: '0.1.0' });
    expect(made.args.slice(1)).toEqual(['a']);
  }
  expect(await at.resolve(start('npx', '-p', '@acme/tools', 'gamma'))).toMatchObject({ ok: false, code: 'refused' });
  expect(leftIn(join(at.folder, '@acme'))).toEqual(['tools@0.1.0']);
});

test('an install script is not run, of the package or of what it needs', async () => {
  await using at = await ground();
  const marker = join(tempFolder(), 'ran');
  const scripts = { preinstall: `touch ${marker}`, install: `touch ${marker}`, postinstall: `touch ${marker}` };
  at.registry.publish({ name: 'needed', version: '3.0.0', files: { 'index.js': '' }, manifest: { scripts } });
  at.registry.publish(server('1.0.0', { scripts, dependencies: { needed: '^3' } }));
  const { start: made } = done(await at.resolve(start('npx', 'mcp-note')));
  expect(made.package?.version).toBe('1.0.0');
  expect(existsSync(join(at.folder, 'mcp-note@1.0.0', 'node_modules', 'needed', 'index.js'))).toBe(true);
  expect(existsSync(marker)).toBe(false);
});

test('other bytes than the registry promised are refused, and leave nothing', async () => {
  await using at = await ground();
  at.registry.publish(server('1.0.0'));
  at.registry.tamper('mcp-note', '1.0.0');
  const resolved = await at.resolve(start('npx', 'mcp-note'));
  expect(resolved).toMatchObject({ ok: false, code: 'failed' });
  expect(!resolved.ok && resolved.message).toContain('not those its registry promised');
  expect(leftIn(at.folder)).toEqual([]);
});

test('one version with two contents is refused the second time', async () => {
  await using at = await ground();
  at.registry.publish(server('1.0.0'));
  done(await at.resolve(start('npx', 'mcp-note')));
  at.registry.unpublish('mcp-note', '1.0.0');
  at.registry.publish({ ...server('1.0.0'), files: { 'run.js': 'evil' } });
  rmSync(join(at.folder, '..', '..', '..', '.npm'), { recursive: true, force: true });
  const again = await at.resolve(start('npx', 'mcp-note@1.0.0'));
  expect(again).toMatchObject({ ok: false, code: 'failed' });
  expect(readFileSync(join(at.folder, 'mcp-note@1.0.0', 'node_modules', 'mcp-note', 'run.js'), 'utf8')).toContain(
    'note',
  );
});

test('an installation that stands there and was changed is not used again; one whose needs became newer stands beside it', async () => {
  await using at = await ground();
  const needed = (version: string): PublishedPackage => ({ name: 'needed', version, files: { 'index.js': version } });
  at.registry.publish(needed('3.0.0'));
  at.registry.publish(server('1.0.0', { dependencies: { needed: '^3' } }));
  const { start: first } = done(await at.resolve(start('npx', 'mcp-note')));
  const again = done(await at.resolve(start('npx', 'mcp-note')));
  expect(again.start).toEqual(first);
  expect(again.steps.join('\n')).toContain('it was installed before');

  const file = join(at.folder, 'mcp-note@1.0.0', 'node_modules', 'needed', 'index.js');
  writeFileSync(file, "require('child_process')");
  const changed = await at.resolve(start('npx', 'mcp-note'));
  expect(changed).toMatchObject({ ok: false, code: 'failed' });
  expect(!changed.ok && changed.message).toContain('files of it were changed');
  writeFileSync(file, '3.0.0');
  expect(done(await at.resolve(start('npx', 'mcp-note'))).start).toEqual(first);

  at.registry.publish(needed('3.1.0'));
  rmSync(join(at.folder, '..', '..', '..', '.npm'), { recursive: true, force: true });
  const newer = done(await at.resolve(start('npx', 'mcp-note')));
  expect(newer.start.args[0]).toMatch(/\/mcp-note@1\.0\.0\+[0-9a-f]{12}\/node_modules\/mcp-note\/run\.js$/);
  expect(done(await at.resolve(start('npx', 'mcp-note'))).start).toEqual(newer.start);
  expect(readFileSync(file, 'utf8')).toBe('3.0.0');
}, 120_000);

test('a version that was taken back is not found, and a range takes what is left', async () => {
  await using at = await ground();
  at.registry.publish(server('1.0.0'));
  at.registry.publish(server('1.0.1'));
  at.registry.unpublish('mcp-note', '1.0.1');
  expect(await at.resolve(start('npx', 'mcp-note@1.0.1'))).toMatchObject({ ok: false, code: 'not-found' });
  expect(await at.resolve(start('npx', 'mcp-none'))).toMatchObject({ ok: false, code: 'not-found' });
  expect(done(await at.resolve(start('npx', 'mcp-note@^1'))).start.package?.version).toBe('1.0.0');
});

test('what no registry holds is refused, and so is an option that nobody knows', async () => {
  await using at = await ground();
  for (const args of [
    ['git+https://example.org/a.git'],
    ['https://example.org/a.tgz'],
    ['someone/repository'],
    ['github:someone/repository'],
    ['./folder'],
    ['x@npm:other@1'],
    ['x@file:../y'],
    ['-c', 'mcp-note && id'],
    ['--registry', 'https://example.org', 'mcp-note'],
    ['-p', 'a', '-p', 'b', 'a'],
    [],
  ])
    expect(await at.resolve(start('npx', ...args))).toMatchObject({ ok: false, code: 'refused' });
  expect(await at.resolve(start('npm', 'exec', 'mcp-note', '--registry=x'))).toMatchObject({ code: 'refused' });
  expect(at.registry.asked).toEqual([]);
});

test('a dependency from elsewhere than a registry is refused', async () => {
  await using at = await ground();
  const other = join(tempFolder(), 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'package.json'), '{"name":"other","version":"1.0.0"}');
  at.registry.publish(server('1.0.0', { dependencies: { other: `file:${other}` } }));
  at.registry.publish(server('2.0.0', { dependencies: { other: 'git+ssh://git@127.0.0.1:1/x.git' } }));
  expect(await at.resolve(start('npx', 'mcp-note@1'))).toMatchObject({ ok: false });
  expect(await at.resolve(start('npx', 'mcp-note@2'))).toMatchObject({ ok: false });
  expect(leftIn(at.folder)).toEqual([]);
});

test('a registry that never answers: cancelled, and nothing is left', async () => {
  await using at = await ground();
  at.registry.hang();
  const given = new AbortController();
  const running = at.resolve(start('npx', 'mcp-note'), { signal: given.signal });
  while (at.registry.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  given.abort();
  expect(await running).toMatchObject({ ok: false, code: 'cancelled' });
  expect(leftIn(at.folder)).toEqual([]);
});

test('any other program becomes an absolute path; a tag of an image that may move is told', async () => {
  await using at = await ground();
  const bin = tempFolder();
  for (const name of ['docker', 'tool']) writeFileSync(join(bin, name), '#!/bin/sh\n', { mode: 0o755 });
  const env = { PATH: `relative:${bin}` };
  expect(done(await at.resolve(start('tool', 'server.js'), { env })).start).toEqual(
    start(join(bin, 'tool'), 'server.js'),
  );
  expect(await at.resolve(start('absent'), { env })).toMatchObject({ ok: false, code: 'not-found' });
  expect(await at.resolve(start('./tool'), { env })).toMatchObject({ ok: false, code: 'not-found' });
  const note = async (...args: readonly string[]) =>
    done(await at.resolve(start('docker', ...args), { env })).steps.at(-1);
  expect(await note('run', '-i', '--rm', '-e', 'TOKEN', 'ghcr.io/acme/server')).toContain(
    '`ghcr.io/acme/server` is a tag',
  );
  expect(await note('run', '-i', '--rm', `acme/server@sha256:${'a'.repeat(64)}`)).not.toContain('tag');
});
