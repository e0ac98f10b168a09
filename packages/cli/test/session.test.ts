// Sign-ins of the command line as they are kept: for one terminal each, readable by nobody else, changed by one command at a
// time.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { CliSession } from '@castellan/contract';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { proofOf } from '../src/session/proof.ts';
import { locked, readSessions, sessionOf, writeSession } from '../src/session/session-file.ts';
import { clientName, terminalOf } from '../src/session/terminal.ts';
import type { World } from '../src/world.ts';

function world(now = () => Date.now()): { world: World; file: string } {
  const home = tempFolder();
  mkdirSync(join(home, 'daemon'), { mode: 0o700 });
  const clock = { now, pause: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) };
  return {
    world: { env: { CASTELLAN_HOME: home }, cwd: '/', userHome: '/', clock } as unknown as World,
    file: join(home, 'daemon', 'cli-session.json'),
  };
}

const session = (terminal: string, usedAt = 1): CliSession => ({
  terminal,
  name: 'mia',
  access: `access of ${terminal}`,
  refresh: `refresh of ${terminal}`,
  startedAt: 1,
  usedAt,
});

verifies(['A5'], 'a sign-in of the command line is for one terminal, in a file that nobody else can read', () => {
  const { world: here, file } = world();
  expect(sessionOf(here, 'one')).toBeNull();
  writeSession(here, 'one', session('one'));
  writeSession(here, 'two', session('two'));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(sessionOf(here, 'one')?.access).toBe('access of one');
  expect(sessionOf(here, 'two')?.refresh).toBe('refresh of two');
  expect(sessionOf(here, 'three')).toBeNull();
  writeSession(here, 'one', null);
  expect(sessionOf(here, 'one')).toBeNull();
  expect(sessionOf(here, 'two')).not.toBeNull();
  expect(readdirSync(join(file, '..'))).toEqual(['cli-session.json']);
});

test('beyond sixteen terminals the one that was used longest ago goes', () => {
  const { world: here } = world();
  for (let n = 1; n <= 20; n += 1) writeSession(here, `t${n}`, session(`t${n}`, n));
  expect(readSessions(here).sessions.map(({ terminal }) => terminal)).toEqual(
    Array.from({ length: 16 }, (_, n) => `t${20 - n}`),
  );
});

test('a file that others can read, a link, or rubbish is nobody’s sign-in', () => {
  const { world: here, file } = world();
  writeSession(here, 'one', session('one'));
  chmodSync(file, 0o644);
  expect(sessionOf(here, 'one')).toBeNull();
  chmodSync(file, 0o600);
  expect(sessionOf(here, 'one')).not.toBeNull();
  const text = readFileSync(file, 'utf8');
  for (const wrong of ['', '{', '{}', text.replace('"version":1', '"version":2'), text.replace('mia', 'M I A')]) {
    writeFileSync(file, wrong);
    expect(sessionOf(here, 'one')).toBeNull();
  }
  const linked = world();
  writeFileSync(file, text);
  symlinkSync(file, linked.file);
  expect(sessionOf(linked.world, 'one')).toBeNull();
});

test('changes are made one at a time; what a killed command left is taken away', async () => {
  const { world: here, file } = world();
  let inside = 0;
  let most = 0;
  const work = () =>
    locked(here, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 8 }, work));
  expect(most).toBe(1);
  await expect(locked(here, () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
  writeFileSync(`${file}.lock`, '1');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${file}.lock`, longAgo, longAgo);
  await work();
  expect(readdirSync(join(file, '..'))).toEqual([]);
});

test('a terminal is a session of the kernel, its controlling terminal, and when its leader began', () => {
  const stat = (pid: number, sid: number, tty: number, start: number): string =>
    `${pid} (a) b (c) S 1 ${pid} ${sid} ${tty} -1 ${Array.from({ length: 13 }, () => '0').join(' ')} ${start} 9 9`;
  const files: Record<string, string> = {
    '/proc/self/stat': stat(50, 40, 34816, 777),
    '/proc/40/stat': stat(40, 40, 34816, 555),
  };
  const read = (path: string): string => {
    const found = files[path];
    if (found === undefined) throw new Error('ENOENT');
    return found;
  };
  expect(terminalOf(read)).toBe('session 40, terminal 34816, since 555');
  files['/proc/40/stat'] = stat(40, 40, 34816, 556);
  expect(terminalOf(read)).toBe('session 40, terminal 34816, since 556');
  delete files['/proc/40/stat'];
  expect(terminalOf(read)).toBe('session 40, terminal 34816, since ?');
  delete files['/proc/self/stat'];
  expect(terminalOf(read)).toBe('anywhere');
});

test('a sign-in is called by its terminal, as the list of sign-ins shows it', () => {
  const at = (tty: number) => clientName(() => `7 (a) b) S 1 7 40 ${tty} 7 0`);
  expect(at(34816)).toBe('castellan login in pts/0');
  expect(at(34816 + 255)).toBe('castellan login in pts/255');
  expect(at(34816 + 256)).toBe('castellan login in pts/256');
  expect(at((4 << 8) + 2)).toBe('castellan login in tty2');
  for (const none of [0, -1, 1 << 8]) expect(at(none)).toBe('castellan login');
  expect(
    clientName(() => {
      throw new Error('no /proc');
    }),
  ).toBe('castellan login');
});

test('what is typed is six digits or a recovery code, or nothing', () => {
  expect(proofOf(' 123 456 ')).toEqual({ kind: 'totp', code: '123456' });
  expect(proofOf('abcd-efgh-jkmn')).toEqual({ kind: 'recovery', code: 'abcd-efgh-jkmn' });
  for (const wrong of ['', '12345', '1234567', 'x'.repeat(41)]) expect(proofOf(wrong)).toBeUndefined();
});
