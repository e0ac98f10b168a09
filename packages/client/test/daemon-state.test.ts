// The state file names where our token goes: an attacker who can write it, or swap it, collects the token.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDaemonState } from '../src/index.ts';

let home = '';
let close = async (): Promise<void> => {};

const state = (changes: object = {}): string =>
  JSON.stringify({
    version: '0.1.0',
    pid: process.pid,
    startedAt: 1,
    port: 1,
    addresses: [],
    socket: join(home, 'daemon', 's.sock'),
    token: `castellan_d_${'a'.repeat(64)}`,
    ...changes,
  });
const path = (): string => join(home, 'daemon', 'state.json');
const write = (text: string): void => writeFileSync(path(), text, { mode: 0o600 });
const kind = (): string => {
  const found = readDaemonState(home);
  return found.ok ? 'ok' : found.fault.kind;
};

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'castellan-state-'));
  mkdirSync(join(home, 'daemon'), { mode: 0o700 });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(home, 'daemon', 's.sock'), resolve));
  chmodSync(join(home, 'daemon', 's.sock'), 0o600);
  close = () => new Promise((resolve) => server.close(() => resolve()));
});
afterEach(async () => {
  await close();
  rmSync(home, { recursive: true, force: true });
});

test('a running daemon is found', () => {
  write(state());
  expect(readDaemonState(home)).toMatchObject({ ok: true, state: { pid: process.pid } });
});

test('nothing there, a dead process, rubbish and a stranger’s shape are told apart', () => {
  expect(kind()).toBe('not-running');
  write(state({ pid: 2 ** 22 + 7 }));
  expect(kind()).toBe('stale');
  write('{');
  expect(kind()).toBe('unreadable');
  write(state({ token: 'short' }));
  expect(kind()).toBe('unreadable');
});

test('a file, folder or socket that others could read or change is refused', () => {
  write(state());
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(path(), mode);
    expect(kind()).toBe('insecure');
  }
  chmodSync(path(), 0o600);
  chmodSync(join(home, 'daemon'), 0o777);
  expect(kind()).toBe('insecure');
  chmodSync(join(home, 'daemon'), 0o700);
  chmodSync(join(home, 'daemon', 's.sock'), 0o666);
  expect(kind()).toBe('insecure');
  chmodSync(join(home, 'daemon', 's.sock'), 0o600);
  expect(kind()).toBe('ok');
});

test('a symbolic link in the file’s place is not followed', () => {
  write(state());
  renameSync(path(), join(home, 'real.json'));
  symlinkSync(join(home, 'real.json'), path());
  expect(kind()).toBe('insecure');
});

test("somebody else's state folder is used as its user: nobody is told to change its mode", () => {
  if (process.getuid?.() !== 0) {
    process.stderr.write("SKIPPED: somebody else's state folder: only root can give one away\n");
    return;
  }
  write(state());
  chownSync(home, 61_001, 61_001);
  const found = readDaemonState(home);
  expect(found).toMatchObject({ ok: false, fault: { hint: expect.stringContaining("sudo -u '#61001'") } });
});
