// Where control groups may be made, and what one of them does with a program: found by texts of the kernel as machines have them, and tried
// with real ones where this machine lets us make any.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { childEnvironment } from '@castellan/contract';
import { expect, test } from 'vitest';
import { boundProgram, countedHere } from '../src/index.ts';
import { type GroupFiles, groupPlaces } from '../src/limits/places.ts';

interface Machine {
  readonly mounts: readonly string[];
  readonly own: readonly string[];
  /** What can be read, and may be written. */
  readonly files: Readonly<Record<string, string>>;
}

function placesOf({ mounts, own, files }: Machine, written: string[] = []) {
  const kept = new Map(Object.entries(files));
  const look: GroupFiles = {
    read: (path) => kept.get(path) ?? null,
    canWrite: (path) => kept.has(path) || [...kept.keys()].some((each) => each.startsWith(`${path}/`)),
    write(path, text) {
      if (!kept.has(path) || kept.get(path) === 'busy') return false;
      written.push(`${path} ${text}`);
      kept.set(path, `${kept.get(path)} ${text.slice(1)}`.trim());
      return true;
    },
  };
  return groupPlaces(mounts.join('\n'), own.join('\n'), look);
}

const OLDER = (controller: string, root = '/'): string =>
  `31 23 0:30 ${root} /sys/fs/cgroup/${controller} rw,relatime - cgroup cgroup rw,${controller}`;
const ONE = '30 23 0:29 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
const CGROUP = '/sys/fs/cgroup';

test('root with the older hierarchies: in the group it is in itself, of each', () => {
  const places = placesOf({
    mounts: [OLDER('pids'), OLDER('memory'), OLDER('cpu')],
    own: ['8:pids:/', '4:memory:/a/b', '1:cpu:/', '0::/'],
    files: { [`${CGROUP}/pids/pids.max`]: '', [`${CGROUP}/memory/a/b/x`]: '', [`${CGROUP}/cpu/x`]: '' },
  });
  expect(places).toEqual([
    { version: 1, folder: `${CGROUP}/pids`, controls: ['pids'] },
    { version: 1, folder: `${CGROUP}/memory/a/b`, controls: ['memory'] },
    { version: 1, folder: `${CGROUP}/cpu`, controls: ['cpu'] },
  ]);
});

test('in a container: below what is mounted of it, and nothing where that may only be read', () => {
  const inside = { mounts: [OLDER('pids', '/docker/abc')], own: ['8:pids:/docker/abc/x'] };
  expect(placesOf({ ...inside, files: { [`${CGROUP}/pids/x/pids.max`]: '' } })).toEqual([
    { version: 1, folder: `${CGROUP}/pids/x`, controls: ['pids'] },
  ]);
  expect(placesOf({ ...inside, files: {} })).toEqual([]);
});

const USER = `${CGROUP}/user.slice/user-1000.slice/user@1000.service/app.slice`;
const TERMINAL = {
  mounts: [ONE],
  own: ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/terminal.scope'],
};

test('a user whose groups systemd keeps: beside the one of the terminal, where all of it is theirs', () => {
  const files = {
    [`${USER}/terminal.scope/cgroup.procs`]: '1',
    [`${USER}/terminal.scope/cgroup.controllers`]: 'memory pids',
    // It holds processes: nothing is shared out below it.
    [`${USER}/terminal.scope/cgroup.subtree_control`]: 'busy',
    [`${USER}/cgroup.procs`]: '',
    [`${USER}/cgroup.controllers`]: 'cpu memory pids',
    [`${USER}/cgroup.subtree_control`]: 'memory pids',
  };
  const written: string[] = [];
  expect(placesOf({ ...TERMINAL, files }, written)).toEqual([
    { version: 2, folder: USER, controls: ['memory', 'pids', 'cpu'] },
  ]);
  expect(written).toEqual([`${USER}/cgroup.subtree_control +cpu`]);
});

test('a user who came by a session that is root’s: none, and nothing further up is touched', () => {
  const session = { mounts: [ONE], own: ['0::/user.slice/user-1000.slice/session-2.scope'] };
  const files = { [`${CGROUP}/other/cgroup.procs`]: '' };
  expect(placesOf({ ...session, files })).toEqual([]);
});

const counted = await countedHere();
if (!counted.includes('pids') || !counted.includes('memory'))
  process.stderr.write('SKIPPED: no control groups can be made here, so none was tried\n');

test.skipIf(!counted.includes('pids') || !counted.includes('memory'))(
  'a program is in its group from the start, is told what it ran into, and nothing of it is left',
  async () => {
    const limits = { processes: 40, memoryBytes: 200_000_000, fileBytes: 1_000_000 };
    const many = 'for (1 .. 80) { defined(my $child = fork) or last; if (!$child) { setpgrp; sleep 77; exit } }';
    const script = `cat /proc/self/cgroup /proc/self/oom_score_adj; nice; exec perl -e '${many}'`;
    const plain = { file: '/bin/bash', args: ['-c', script], env: childEnvironment('bare', process.env) };
    const bound = boundProgram(plain, limits);
    const child = spawn(bound.file, bound.args, { env: bound.env, stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString();
    });
    await once(child, 'exit');
    expect(said).toMatch(/:pids:.*\/castellan-\d+-\d+$|^0::.*\/castellan-\d+-\d+$/m);
    expect(said).toMatch(/^500$/m);
    expect(said).toMatch(/^10$/m);
    expect(bound.struck()).toBe('it started more than 40 processes');
    const [folder = ''] = bound.args.filter((word) => /\/castellan-\d+-\d+$/.test(word));
    expect(readFileSync(`${folder}/cgroup.procs`, 'utf8')).not.toBe('');
    await bound.end();
    expect(existsSync(folder)).toBe(false);
  },
);
