// What can be wrong before the daemon runs. Each: one line that says what, a hint that says what to do, the documented exit
// code (64: the user wrote something wrong, 1: the machine is in the way), and nothing half-started.
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  bareEnvironment,
  type DaemonOptions,
  daemonEntry,
  fault,
  type ProcessResult,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { asNobody, inMounts, makeFolder, NOBODY, needs, openFolder } from './support/machine.ts';
import { inPairs, refusedStart } from './support/refused-start.ts';
import { world } from './support/world.ts';

const DAEMON = daemonEntry();
const CONFIG = 'schema: castellan/config/v1\n';

function expectOneLine({ stderr, stdout }: ProcessResult, what: string): void {
  expect(stderr, what).toMatch(/^castellan: error: [^\n]+\n(hint: [^\n]+\n)+$/);
  expect(stderr, what).not.toMatch(/this is a bug|\[object|node:internal|at .+:\d+:\d+/);
  expect(stdout, what).toBe('');
}

/** Starts once so that there is a state folder with a past, then stops it. */
async function usedHome(): Promise<string> {
  const it = await world();
  await (await it.connect()).check('claude-code/TodoWrite', { todos: [] });
  await it.daemon.stop();
  return it.daemon.home;
}

async function listener(host: string, port = 0): Promise<{ readonly port: number; close(): void }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: host === '::1' }, resolve);
  });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close: () => server.close() };
}

verifies(['N5'], 'a port that somebody else holds', async () => {
  const held = await listener('127.0.0.1');
  try {
    const byConfig = {
      home: join(tempFolder(), 'state'),
      config: { listen: { port: held.port } },
      env: { CASTELLAN_PORT: '' },
    };
    const byVariable = { home: join(tempFolder(), 'state'), env: { CASTELLAN_PORT: String(held.port) } };
    await inPairs<DaemonOptions & { readonly home: string }>([byConfig, byVariable], async (options) => {
      const ended = await refusedStart(options);
      expectOneLine(ended, 'port');
      expect(ended.stderr).toContain(`port ${held.port}`);
      expect(ended.code).toBe(1);
    });
  } finally {
    held.close();
  }
});

verifies(
  ['N5', 'N1'],
  'a port that somebody else holds on IPv6 alone',
  async () => {
    const held = await listener('::1');
    try {
      const ended = await refusedStart({
        home: join(tempFolder(), 'state'),
        env: { CASTELLAN_PORT: String(held.port) },
      });
      expectOneLine(ended, 'port');
      expect(ended.stderr).toContain(`port ${held.port}`);
      expect(ended.code).toBe(1);
      const again = await listener('127.0.0.1', held.port);
      again.close();
    } finally {
      held.close();
    }
  },
  needs('ipv6'),
);

verifies(['N5'], 'settings of the environment that are none', async () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['a port that is a word', { CASTELLAN_PORT: 'http' }],
    ['a port that is too high', { CASTELLAN_PORT: '65536' }],
    ['a port below zero', { CASTELLAN_PORT: '-1' }],
    ['a home that is not absolute', { CASTELLAN_HOME: 'state' }],
  ];
  await inPairs(cases, async ([what, env]) => {
    const home = tempFolder();
    const ended = await refusedStart({ home, env });
    expectOneLine(ended, what);
    expect(ended.code, what).toBe(64);
    expect(readdirSync(home), what).toEqual([]);
  });
});

verifies(['N5', 'P13'], 'every fault of every policy file, at once, with its file and line', async () => {
  const home = makeFolder(join(tempFolder(), 'state'));
  for (const folder of ['rules', 'modules']) mkdirSync(join(home, folder), { mode: 0o700 });
  writeFileSync(
    join(home, 'config.yaml'),
    `${CONFIG}preset: yolo\napprovals:\n  timeoutSeconds: 0\n  timoutSeconds: 5\ndeny:\n  - everything\n`,
  );
  writeFileSync(
    join(home, 'rules', 'mine.yaml'),
    [
      'schema: castellan/rules/v1',
      'rules:',
      '  - id: U1',
      '    tier: critcal',
      '    title: t',
      '    reason: r',
      '    remedy: m',
      '  - id: U2',
      '    tier: strict',
      '    title: t',
      '    reason: r',
      '    remedy: m',
      '    if: call.tool ==',
    ].join('\n'),
  );
  writeFileSync(join(home, 'rules', 'tabs.yaml'), 'schema: castellan/rules/v1\nrules:\n\t- id: x\n');
  writeFileSync(join(home, 'rules', 'notes.txt'), 'left out?');
  writeFileSync(join(home, 'modules', 'bad.yaml'), 'schema: castellan/module/v1\nname: Bad Name\n');
  const ended = await refusedStart({ home });
  expectOneLine(ended, 'policy');
  expect(ended.code).toBe(64);
  for (const place of [
    'config.yaml:2',
    'config.yaml:4',
    'config.yaml:5',
    'config.yaml:7',
    'rules/mine.yaml:4',
    'rules/tabs.yaml:3',
    'rules/notes.txt',
    'modules/bad.yaml:2',
  ])
    expect(ended.stderr, place).toContain(place);
  // A condition that does not compile is found once the files can be read.
  for (const name of ['rules/tabs.yaml', 'rules/notes.txt', 'modules/bad.yaml']) rmSync(join(home, name));
  writeFileSync(join(home, 'config.yaml'), CONFIG);
  const mine = join(home, 'rules', 'mine.yaml');
  writeFileSync(mine, readFileSync(mine, 'utf8').replace('critcal', 'critical'));
  const condition = await refusedStart({ home });
  expectOneLine(condition, 'condition');
  expect(condition.stderr).toMatch(/rules\/mine\.yaml.*U2|U2.*rules\/mine\.yaml/);
});

verifies(
  ['N5', 'P8', 'P13'],
  'a configuration that was there and is gone: its denies must not be forgotten',
  async () => {
    const home = await usedHome();
    rmSync(join(home, 'config.yaml'));
    const ended = await refusedStart({ home });
    expectOneLine(ended, 'gone');
    expect(ended.code).toBe(64);
    expect(ended.stderr).toContain('config.yaml');
    expect(existsSync(join(home, 'config.yaml')), 'no default is put in its place').toBe(false);
    writeFileSync(join(home, 'config.yaml'), CONFIG);
    await (await startDaemon({ home })).stop();
  },
);

verifies(['N5'], 'a state folder that is not a folder of ours', async () => {
  const real = makeFolder(join(tempFolder(), 'real'));
  const link = join(tempFolder(), 'link');
  symlinkSync(real, link);
  const file = join(tempFolder(), 'file');
  writeFileSync(file, 'x');
  const linked = makeFolder(join(tempFolder(), 'state'));
  symlinkSync(real, join(linked, 'ledger'));
  const deep = join(tempFolder(), 'x'.repeat(120));
  const cases = [
    ['a link', link],
    ['a file', file],
    ['a link inside', linked],
    ['a path longer than a socket can have', deep],
  ] as const;
  await inPairs(cases, async ([what, home]) => {
    const ended = await refusedStart({ home });
    expectOneLine(ended, what);
    expect(ended.code, what).toBe(1);
  });
  expect(readdirSync(real), 'nothing was written where the link leads').toEqual([]);
});

fault(
  'read-only',
  ['N5'],
  'a state folder that belongs to somebody else',
  async () => {
    const home = makeFolder(join(openFolder(), 'state'));
    chownSync(home, NOBODY, NOBODY);
    const ours = await refusedStart({ home });
    const theirs = makeFolder(join(openFolder(), 'state'), 0o777);
    const asOther = await refusedStart({ home: theirs, wrapper: asNobody });
    for (const ended of [ours, asOther]) {
      expectOneLine(ended, 'owner');
      expect(ended.stderr).toContain('belongs to another user');
      expect(ended.code).toBe(1);
    }
    expect(readdirSync(theirs)).toEqual([]);
  },
  needs('root'),
);

fault(
  'read-only',
  ['N5'],
  'a state folder that cannot be written',
  async () => {
    const parent = openFolder();
    const inner = makeFolder(join(openFolder(NOBODY), 'state'), 0o700);
    for (const name of ['daemon', 'ledger', 'modules', 'rules']) makeFolder(join(inner, name));
    const locked = join(inner, 'daemon', 'lock.db');
    writeFileSync(locked, '');
    for (const path of [
      inner,
      ...['daemon', 'ledger', 'modules', 'rules', 'daemon/lock.db'].map((name) => join(inner, name)),
    ])
      chownSync(path, NOBODY, NOBODY);
    // The lock is somebody else's file in a folder of ours: not to be opened for writing.
    chownSync(locked, 0, 0);
    chmodSync(locked, 0o400);
    const cases = [
      ['a parent nobody may write to', join(parent, 'state')],
      ['a file inside nobody may write to', inner],
    ] as const;
    await inPairs(cases, async ([what, home]) => {
      const ended = await refusedStart({ home, wrapper: asNobody });
      expectOneLine(ended, what);
      expect(ended.stderr, what).toContain('cannot write the state folder');
      expect(ended.code, what).toBe(1);
    });
  },
  needs('root'),
);

fault(
  'read-only',
  ['N5'],
  'a state folder on a disk that is read-only',
  async () => {
    const fresh = makeFolder(join(tempFolder(), 'state'));
    const used = await usedHome();
    await inPairs([fresh, used], async (home) => {
      const before = readdirSync(home, { recursive: true });
      const wrapper = inMounts('mount --bind "$argument" "$argument"; mount -o remount,bind,ro "$argument"', home);
      const ended = await refusedStart({ home, wrapper });
      expectOneLine(ended, home);
      expect(ended.stderr).toMatch(/cannot write the state folder|read-only/);
      expect(ended.code).toBe(1);
      expect(readdirSync(home, { recursive: true })).toEqual(before);
    });
  },
  needs('root', 'namespace'),
);

fault(
  'disk-full-at-start',
  ['N5'],
  'a state folder on a disk that is full',
  async () => {
    const used = await usedHome();
    const setups = [
      // Nothing fits at all, a little fits, and a folder with a past of which nothing more can be written.
      [
        'nothing',
        'mount -t tmpfs -o size=4k,mode=700 tmpfs "$argument"; head -c 4096 /dev/zero > "$argument/x"',
        tempFolder(),
      ],
      ['a little', 'mount -t tmpfs -o size=40k,mode=700 tmpfs "$argument"', tempFolder()],
      ['some', 'mount -t tmpfs -o size=120k,mode=700 tmpfs "$argument"', tempFolder()],
      [
        'no more',
        `mount -t tmpfs -o size=600k,mode=700 tmpfs "$argument"; rm -rf ${used}/cache; cp -a ${used}/. "$argument"; dd if=/dev/zero of="$argument/ledger.fill" bs=4k 2>/dev/null || true`,
        tempFolder(),
      ],
    ] as const;
    await inPairs(setups, async ([what, setup, home]) => {
      const ended = await refusedStart({ home, wrapper: inMounts(setup, home) });
      expectOneLine(ended, what);
      expect(ended.stderr, what).toMatch(/is full|ENOSPC/);
      expect(ended.code, what).toBe(1);
    });
  },
  needs('root', 'namespace'),
);

fault(
  'two-daemons',
  ['N5'],
  'a state folder another daemon uses: the second is turned away and the first notices nothing',
  async () => {
    await using it = await world();
    const { home, state, socket } = it.daemon;
    const before = readFileSync(join(home, 'daemon', 'state.json'), 'utf8');
    const ended = await refusedStart({ home }, { left: ['state.json', 'castellan.sock'] });
    expectOneLine(ended, 'in use');
    expect(ended.stderr).toContain('another daemon');
    expect(ended.code).toBe(1);
    expect(readFileSync(join(home, 'daemon', 'state.json'), 'utf8')).toBe(before);
    expect((await it.daemon.request('GET', '/v1/status', { over: 'socket' })).status).toBe(200);
    expect(socket).toBe(state.socket);
    expect((await it.verify()).kind).toBe('verified');
  },
);

fault(
  'ledger-damaged',
  ['N5', 'L2'],
  'a ledger that was damaged, and a key that is gone',
  async () => {
    const used = await usedHome();
    const journal = (home: string): string => join(home, 'ledger', 'journal');
    const flip = (path: string, at: number): void => {
      const bytes = readFileSync(path);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    };
    const cases: readonly (readonly [string, (home: string) => void])[] = [
      ['the key is gone', (home) => rmSync(join(home, 'daemon', 'ledger.key'))],
      ['the key is nonsense', (home) => writeFileSync(join(home, 'daemon', 'ledger.key'), 'x\n')],
      ['a record was changed', (home) => flip(journal(home), Math.floor(statSync(journal(home)).size / 2))],
      ['the journal is gone', (home) => rmSync(journal(home))],
      ['the journal is empty', (home) => truncateSync(journal(home), 0)],
      ['the journal was cut', (home) => truncateSync(journal(home), Math.floor(statSync(journal(home)).size / 3))],
      ['the checkpoint is nonsense', (home) => writeFileSync(join(home, 'ledger', 'checkpoint'), 'x')],
      ['the whole ledger is gone', (home) => rmSync(join(home, 'ledger'), { recursive: true })],
      [
        'another ledger took its place',
        (home) => {
          renameSync(join(home, 'ledger'), join(home, '..', 'old'));
          mkdirSync(join(home, 'ledger'), { mode: 0o700 });
        },
      ],
    ];
    await inPairs(cases, async ([what, damage]) => {
      const home = join(tempFolder(), 'state');
      cpSync(used, home, { recursive: true, verbatimSymlinks: true });
      damage(home);
      const ended = await refusedStart({ home });
      expectOneLine(ended, what);
      expect(ended.code, what).toBe(1);
    });
  },
  { timeout: 120_000 },
);

fault('database-damaged', ['N5'], 'a database that is damaged, or of a version we do not know', async () => {
  const used = await usedHome();
  const cases: readonly (readonly [string, (file: string) => void])[] = [
    ['nonsense', (file) => writeFileSync(file, 'x'.repeat(8192))],
    ['cut', (file) => truncateSync(file, 5000)],
    [
      'newer',
      (file) => {
        const database = new DatabaseSync(file);
        database.exec("UPDATE meta SET value = '99' WHERE key = 'schema'");
        database.close();
      },
    ],
  ];
  await inPairs(cases, async ([what, damage]) => {
    const home = join(tempFolder(), 'state');
    cpSync(used, home, { recursive: true, verbatimSymlinks: true });
    damage(join(home, 'castellan.db'));
    const ended = await refusedStart({ home });
    expectOneLine(ended, what);
    expect(ended.stderr, what).toContain('castellan.db');
    // Another program's is no fault of the machine: the person started the wrong one.
    expect(ended.code, what).toBe(what === 'newer' ? 64 : 1);
  });
});

fault('leftovers', ['N5'], 'what a crash left behind is no fault', async () => {
  const home = await usedHome();
  writeFileSync(join(home, 'daemon', 'state.json'), '{ half');
  const stale = await runProcess(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(join(home, 'daemon', 'castellan.sock'))}, () => process.kill(process.pid, 'SIGKILL'))`,
  ]);
  expect(stale.signal).toBe('SIGKILL');
  expect(existsSync(join(home, 'daemon', 'castellan.sock'))).toBe(true);
  chmodSync(home, 0o755);
  const daemon = await startDaemon({ home });
  expect((await daemon.request('GET', '/v1/status', { over: 'socket' })).status).toBe(200);
  expect(statSync(home).mode & 0o777).toBe(0o700);
  await daemon.stop();
});

fault('stopped', ['N5'], 'a stop in the middle of the start leaves nothing half-started', async () => {
  const home = join(tempFolder(), 'state');
  for (const after of [80, 160, 240, 320, 400, 480]) {
    const stopped = await runProcess(
      'sh',
      ['-c', `"$0" "$1" & pid=$!; sleep ${after / 1000}; kill -TERM $pid; wait $pid`, process.execPath, DAEMON],
      { env: { ...bareEnvironment(home), CASTELLAN_HOME: home, CASTELLAN_PORT: '0' } },
    );
    // 143: the signal came before Node had read a line of ours.
    expect([0, 143], `${after} ms: ${stopped.stderr}`).toContain(stopped.code);
    for (const name of ['state.json', 'castellan.sock'])
      expect(existsSync(join(home, 'daemon', name)), `${name} after ${after} ms`).toBe(false);
  }
  await (await startDaemon({ home })).stop();
});
