// The agent that reaches for a protected file by a path that does not look like it.
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createFacts } from '@castellan/facts';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeWorld } from './support/folder.ts';

verifies(['P11', 'G-C04'], 'every way into the state folder is seen', () => {
  const { where } = makeWorld({
    'home/project/direct': { link: 'ROOT/home/.config/castellan' },
    'home/project/relative': { link: '../.config/castellan' },
    'home/project/file': { link: '../.config/castellan/config.yaml' },
    'home/project/dangling': { link: 'ROOT/home/.config/castellan/rules/new.yaml' },
    'home/project/up': { link: 'ROOT/home/.config' },
    'home/project/one': { link: 'two' },
    'home/project/two': { link: 'direct' },
    'tmp/deep': { link: 'ROOT/home/.config/castellan/rules' },
  });
  const ways = [
    '~/.config/castellan',
    '~/.config/castellan/config.yaml',
    '~/.config/./castellan//x',
    '~/project/../.config/castellan/x',
    '../.config/castellan/missing/deeper',
    'direct',
    'direct/x',
    'relative/rules/x.yaml',
    'file',
    'dangling',
    'up/castellan/x',
    'one/x',
    'src/../one/../castellan/x',
    'ROOT/tmp/deep/../config.yaml',
    'ROOT/tmp/deep/../../castellan/config.yaml',
    'missing/../direct/x',
    'ROOT/home/.config/CASTELLAN/x',
    'ROOT/HOME/.config/castellan'.replace('HOME', 'home'),
    'file://ROOT/home/.config/castellan/x',
    'file:ROOT/home/.config/%63astellan/x',
    '/proc/self/rootROOT/home/.config/castellan/x',
    '/proc/thread-self/rootROOT/home/.config/castellan/x',
    '/proc/1/rootROOT/home/.config/castellan/x',
    '/proc/self/cwd/direct/x',
    '~home/.config/castellan/x',
  ];
  for (const way of ways) expect([way, where(way)]).toEqual([way, 'castellan']);
});

verifies(['P11'], '`..` goes up from where a link leads, not from where it stands', () => {
  const { leads, where } = makeWorld({ 'elsewhere/a/b': null, 'home/project/l': { link: 'ROOT/elsewhere/a/b' } });
  expect(leads('l/../x')).toBe('ROOT/elsewhere/a/x');
  expect(where('l/../x')).not.toBe('workspace');
  expect(leads('l/../../../home/project/x')).toBe('ROOT/home/project/x');
  expect(leads('..', 'ROOT/home/project/l')).toBe('ROOT/elsewhere/a');
});

test('a link in the middle leaves the workspace', () => {
  const { where } = makeWorld({
    'home/project/out': { link: '/etc' },
    'home/project/keys': { link: '../.ssh' },
    'home/.ssh/id': 'k',
  });
  expect(where('out/passwd')).toBe('system');
  expect(where('out/missing/x')).toBe('system');
  expect(where('keys/id')).toBe('home');
});

test('what cannot be told is elsewhere', () => {
  const { where, kind } = makeWorld({
    'home/project/a': { link: 'b' },
    'home/project/b': { link: 'a' },
    'home/project/self': { link: 'self/x' },
  });
  for (const path of [
    'a',
    'a/x',
    'self',
    '~nobody/x',
    'x'.repeat(4096),
    `${'x'.repeat(300)}`,
    'a\0b',
    'file://host/x',
    'file:///%zz',
    `src/${'../'.repeat(2000)}x`,
  ])
    expect([path.slice(0, 20), where(path), kind(path)]).toEqual([path.slice(0, 20), 'elsewhere', 'other']);
});

test('places, the stricter one first', () => {
  const { where } = makeWorld({ 'home/project/.git/HEAD': 'x' });
  const rows: readonly (readonly [string, string])[] = [
    ['src/a.ts', 'workspace'],
    ['', 'workspace'],
    ['.', 'workspace'],
    ['/', 'elsewhere'],
    ['/usr/bin/ls', 'system'],
    ['/etc/passwd', 'system'],
    ['/run/secrets/x', 'elsewhere'],
    ['/var/lib/x', 'elsewhere'],
    ['/dev/null', 'device'],
    ['/dev/stdin', 'device'],
    ['/dev/fd/3', 'device'],
    ['/proc/self/environ', 'device'],
    ['/proc/self/fd/3', 'device'],
    ['/proc/self/root/etc/passwd', 'device'],
    ['/proc/self/cwd/src', 'device'],
    ['/proc/1/cwd/x', 'device'],
    ['ROOT/tmp/x', 'temp'],
    ['~', 'home'],
    ['~/.ssh/id', 'home'],
    ['~/projectile', 'home'],
    ['ROOT/x', 'elsewhere'],
    ['.claude/settings.json', 'agent-config'],
    ['.claude/settings.local.json', 'agent-config'],
    ['.CLAUDE/Settings.json', 'agent-config'],
    ['src/.claude/hooks/x.sh', 'agent-config'],
    ['.claude', 'agent-config'],
    ['.claude/commands/x.md', 'workspace'],
    ['~/.claude.json', 'agent-config'],
    ['.mcp.json', 'agent-config'],
    ['/etc/claude-code/managed-settings.json', 'agent-config'],
    ['/Library/Application Support/ClaudeCode/managed-settings.json', 'agent-config'],
    ['~/.codex/config.toml', 'agent-config'],
    ['~/.codex/hooks.json', 'agent-config'],
    ['~/.config/opencode/opencode.json', 'agent-config'],
    ['opencode.jsonc', 'agent-config'],
    ['.opencode/plugin/x.ts', 'agent-config'],
    ['src/notopencode.json', 'workspace'],
    ['~/.config/systemd/user/castellan.service', 'agent-config'],
    ['~/.config/systemd/user/castellan.service.d/override.conf', 'agent-config'],
    ['~/.config/systemd/user.control/castellan.service', 'agent-config'],
    ['~/.config/systemd/user/default.target.wants/castellan.service', 'agent-config'],
    ['~/.config/systemd/user/service.d/all.conf', 'agent-config'],
    ['~/.config/environment.d/50-x.conf', 'agent-config'],
    ['/etc/systemd/system/castellan.service', 'agent-config'],
    ['/etc/systemd/system/Castellan.Service.d/x.conf', 'agent-config'],
    ['~/Library/LaunchAgents/castellan.daemon.plist', 'agent-config'],
    ['~/.config/systemd/user/mine.service', 'home'],
    ['src/systemd/user/mine.service', 'workspace'],
  ];
  for (const [path, place] of rows) expect([path, where(path)]).toEqual([path, place]);
});

test('a session in the home folder does not make keys part of the project', () => {
  const { root } = makeWorld();
  const facts = createFacts({ home: `${root}/home`, stateFolder: `${root}/home/.config/castellan`, tempFolders: [] });
  const at = (path: string): string =>
    facts.resolvePath(path, { cwd: `${root}/home`, workspace: `${root}/home` }).place;
  expect([at('notes.md'), at('.ssh/id'), at('.bashrc'), at('.config/castellan/x')]).toEqual([
    'workspace',
    'home',
    'home',
    'castellan',
  ]);
});

test('nothing is remembered: a link that is changed leads elsewhere at once', () => {
  const { root, where } = makeWorld({ 'home/project/d/x': 'x' });
  expect(where('d/x')).toBe('workspace');
  renameSync(`${root}/home/project/d`, `${root}/home/project/e`);
  symlinkSync('../.config/castellan', `${root}/home/project/d`);
  expect(where('d/x')).toBe('castellan');
  rmSync(`${root}/home/project/d`);
  mkdirSync(`${root}/home/project/d`);
  expect(where('d/x')).toBe('workspace');
});

test('any text: never throws, always absolute or elsewhere', () => {
  const { where, leads } = makeWorld({
    'home/project/l': { link: '../..' },
    'home/project/m': { link: 'missing/../l' },
  });
  const part = fc.constantFrom(
    '..',
    '.',
    '',
    'l',
    'm',
    'src',
    'x',
    '~',
    '/',
    'proc',
    'self',
    'root',
    'cwd',
    'file:',
    '\0',
    '%2e',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(part).map((parts) => parts.join('/')),
      ),
      (path) => {
        if (where(path) !== 'elsewhere') expect(leads(path)).toMatch(/^(?:\/|ROOT)/);
        // What a path leads to leads to itself.
        else expect(typeof leads(path)).toBe('string');
      },
    ),
    { numRuns: 1000 },
  );
});

test('quick enough to be asked for every word', () => {
  const { root } = makeWorld({ 'home/project/src/deep/er/file.ts': 'x' });
  const facts = createFacts({ home: `${root}/home`, stateFolder: `${root}/home/.config/castellan` });
  const context = { cwd: `${root}/home/project`, workspace: `${root}/home/project` };
  const times = Array.from({ length: 2000 }, () => {
    const start = performance.now();
    facts.resolvePath('src/deep/er/file.ts', context);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const median = (times[1000] ?? 0) * 1000;
  process.stderr.write(`resolvePath: p50 ${median.toFixed(1)} µs\n`);
  expect(median).toBeLessThan(200);
});
