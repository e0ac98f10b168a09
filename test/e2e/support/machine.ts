// What of the machine a test needs: root, a mount namespace, IPv6. Where it is absent the test says so and is skipped.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestOptions } from 'vitest';

const works = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;

const ABILITIES = {
  root: () => process.getuid?.() === 0 && works('setpriv', '--version'),
  namespace: () => works('unshare', '--mount', 'true'),
  'network namespace': () => works('unshare', '--net', 'true'),
  jq: () => works('jq', '--version'),
  curl: () => works('curl', '--version'),
  strace: () => works('strace', '-f', '-qq', '-e', 'trace=connect', 'true'),
  ipv6: () => Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1')),
  openssl: () => works('openssl', 'version'),
  'desktop bus': () => works('dbus-daemon', '--version') && works('notify-send', '--version'),
  proc: () => works('test', '-r', '/proc/self/net/tcp'),
} as const;
export type Ability = keyof typeof ABILITIES;

/** Options for a test that cannot do without these; skipped, and said on stdout, where one is absent. */
export function needs(...abilities: readonly Ability[]): TestOptions {
  const missing = abilities.filter((ability) => !ABILITIES[ability]());
  if (missing.length > 0) process.stdout.write(`skipped: this machine has no ${missing.join(' and no ')}\n`);
  return { skip: missing.length > 0 };
}

/** Somebody who is not us and owns nothing. */
export const NOBODY = 65_534;

/** A folder below which an unprivileged user may walk. */
export function openFolder(owner?: number): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'castellan-open-')));
  chmodSync(folder, 0o755);
  if (owner !== undefined) chownSync(folder, owner, owner);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Prefix that runs a command as nobody. */
export const asNobody: readonly string[] = [
  'setpriv',
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  '--clear-groups',
  '--no-new-privs',
];

/** A prefix that runs a command in a mount namespace of its own, after `setup` (`$1` is `argument`) was done in it. */
export const inMounts = (setup: string, argument: string): readonly string[] => [
  'unshare',
  '--mount',
  '--propagation',
  'private',
  'sh',
  '-c',
  `set -e; argument=$1; shift; ${setup}; exec "$@"`,
  'sh',
  argument,
];

export function makeFolder(path: string, mode = 0o700): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  return path;
}
