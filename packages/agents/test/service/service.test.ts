// The service's file: pinned where it takes something away, looked at by systemd itself where that is installed, parsed as XML by an
// independent parser, and written so that it takes nobody's place.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import {
  managerOf,
  type RunManager,
  removeService,
  type ServiceFile,
  type ServiceProgram,
  type ServiceScope,
  serviceFile,
  serviceLies,
  writeService,
} from '../../src/index.ts';

const PROGRAM: ServiceProgram = {
  node: process.execPath,
  flags: ['--max-semi-space-size=4'],
  main: '/usr/lib/castellan/daemon/main.js',
  environment: { CASTELLAN_HOME: '/home/mia/.config/castellan', PATH: '/usr/bin:/bin' },
  writable: ['/home/mia'],
};

function made(scope: ServiceScope, platform = 'linux', program = PROGRAM, userHome = '/home/mia'): ServiceFile {
  const file = serviceFile({ platform, userHome, user: 'mia', etc: '/etc' }, scope, program);
  if ('message' in file) throw new Error(file.message);
  return file;
}
const settingsOf = ({ text }: ServiceFile): readonly string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

const BOTH = [
  'Type=exec',
  'Restart=on-failure',
  'RestartPreventExitStatus=64',
  'KillMode=mixed',
  'UMask=0077',
  'WorkingDirectory=/',
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'SystemCallArchitectures=native',
  'SystemCallFilter=~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap',
  'SystemCallErrorNumber=EPERM',
  'LimitCORE=0',
  'LimitNOFILE=65536',
  'UnsetEnvironment=NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NODE_V8_COVERAGE OPENSSL_CONF SSL_CERT_FILE SSL_CERT_DIR LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT GCONV_PATH',
];
const SYSTEM = [
  'User=mia',
  'ProtectSystem=strict',
  'ProtectHome=read-only',
  'ReadWritePaths=-/home/mia -/tmp -/var/tmp',
  'CapabilityBoundingSet=',
  'DevicePolicy=closed',
  'ProtectKernelModules=yes',
  'ProtectControlGroups=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'KeyringMode=private',
];

test('pin: what both units take away, and what only the one of the machine can', () => {
  const users = made('user');
  const systems = made('system');
  expect(settingsOf(users)).toEqual(expect.arrayContaining(BOTH));
  expect(settingsOf(systems)).toEqual(expect.arrayContaining([...BOTH, ...SYSTEM]));
  expect(settingsOf(users).filter((line) => SYSTEM.includes(line))).toEqual([]);
  // What is not there is explained where it is missing.
  for (const word of ['MemoryDenyWriteExecute', 'PrivateTmp', 'ProtectProc', 'RestrictNamespaces'])
    expect(users.text).toMatch(new RegExp(`^# .*${word}`, 'm'));
  expect([users.path, users.mode, systems.path, systems.mode]).toEqual([
    ...['/home/mia/.config/systemd/user/castellan.service', 0o600],
    ...['/etc/systemd/system/castellan.service', 0o644],
  ]);
});

const analyze = ['/usr/bin/systemd-analyze'].find((path) => existsSync(path));
/** Two words that systemd would read otherwise if they were not quoted. */
const ODD: ServiceProgram = {
  ...PROGRAM,
  main: '/tmp/a folder/$HOME 100%/main.js',
  environment: { ...PROGRAM.environment, XDG_DATA_HOME: '/tmp/with "quotes" and %h $x' },
};

test.skipIf(analyze === undefined)('systemd itself finds no fault in them (skipped without systemd-analyze)', () => {
  const folder = tempFolder();
  for (const scope of ['user', 'system'] as const)
    for (const program of [PROGRAM, ODD]) {
      const file = made(scope, 'linux', { ...program, main: program.main });
      const path = join(folder, 'castellan.service');
      writeFileSync(path, file.text.replaceAll('User=mia\n', ''));
      const { status, stdout, stderr } = spawnSync(
        analyze ?? '',
        [...(scope === 'user' ? ['--user'] : []), 'verify', '--man=no', path],
        // A manager of a person's own has its folder; nothing runs in this one.
        { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: folder } },
      );
      expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('castellan.service'))).toEqual([]);
      expect(status, stderr).toBe(0);
    }
});

test.skipIf(analyze === undefined)('and calls the one of the machine no worse than medium', () => {
  const path = join(tempFolder(), 'castellan.service');
  writeFileSync(path, made('system').text);
  const { stdout } = spawnSync(analyze ?? '', ['security', '--offline=true', '--no-pager', path], { encoding: 'utf8' });
  const exposure = Number(/Overall exposure level for castellan\.service: ([\d.]+)/.exec(stdout)?.[1]);
  expect(exposure, stdout).toBeGreaterThan(0);
  expect(exposure).toBeLessThan(5);
});

test('a line break in a path writes no line of the file', () => {
  for (const part of ['/x\nExecStartPre=/bin/evil', '/x\r', '/x\u2028y']) {
    const host = { platform: 'linux', userHome: '/home/mia', user: null, etc: '/etc' };
    for (const program of [
      { ...PROGRAM, main: part },
      { ...PROGRAM, environment: { CASTELLAN_HOME: part } },
      { ...PROGRAM, writable: [part] },
    ])
      expect(serviceFile(host, 'user', program)).toMatchObject({
        message: expect.stringContaining('control character'),
      });
  }
});

const python3 = ['/usr/bin/python3'].find((path) => existsSync(path));

test.skipIf(python3 === undefined)('the agent of launchd is what plistlib reads back (skipped without python3)', () => {
  const odd = { ...PROGRAM, main: '/Users/m & m/<x>/main.js', environment: { PATH: '/a&b:/bin' } };
  const file = made('user', 'darwin', odd, '/Users/mia');
  expect(file.path).toBe('/Users/mia/Library/LaunchAgents/castellan.daemon.plist');
  const python = spawnSync(
    python3 ?? '',
    ['-c', 'import plistlib,sys,json; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))'],
    { input: file.text, encoding: 'utf8' },
  );
  expect(python.stderr).toBe('');
  expect(JSON.parse(python.stdout)).toEqual({
    Label: 'castellan.daemon',
    ProgramArguments: [process.execPath, '--max-semi-space-size=4', '/Users/m & m/<x>/main.js'],
    EnvironmentVariables: { PATH: '/a&b:/bin' },
    WorkingDirectory: '/',
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    ExitTimeOut: 20,
    Umask: 0o077,
    HardResourceLimits: { Core: 0 },
    SoftResourceLimits: { NumberOfFiles: 8192 },
  });
});

test('what there is no service for is said, with what to do instead', () => {
  const of = (platform: string, scope: ServiceScope, main = PROGRAM.main) =>
    serviceFile({ platform, userHome: '/h', user: 'mia', etc: '/etc' }, scope, { ...PROGRAM, main });
  expect(of('freebsd', 'user')).toMatchObject({ message: expect.stringContaining('freebsd') });
  expect(of('darwin', 'system')).toMatchObject({ hints: [expect.stringContaining('--system')] });
  expect(of('linux', 'user', '/home/m/.npm/_npx/1/x/main.js')).toMatchObject({
    message: expect.stringContaining('npx'),
  });
});

test('written twice is written once, a file of somebody else stays, and what is removed is that file', async () => {
  const folder = tempFolder();
  const file: ServiceFile = { ...made('user'), path: join(folder, 'systemd', 'user', 'castellan.service') };
  expect(await serviceLies(file.path, file.text)).toEqual({ kind: 'none' });
  expect(await writeService(file)).toBeNull();
  const before = statSync(file.path);
  expect(before.mode & 0o777).toBe(0o600);
  expect(await writeService(file)).toBeNull();
  expect(statSync(file.path).mtimeMs).toBe(before.mtimeMs);
  writeFileSync(file.path, `${file.text}Nice=3\n`);
  expect((await serviceLies(file.path, file.text)).kind).toBe('other');
  expect(await writeService(file)).toBeNull();
  expect(readFileSync(file.path, 'utf8')).toBe(file.text);
  expect(await removeService(file.path)).toBeNull();
  expect(existsSync(file.path)).toBe(false);

  mkdirSync(join(folder, 'other'), { mode: 0o700 });
  const theirs = { ...file, path: join(folder, 'other', 'castellan.service') };
  writeFileSync(theirs.path, '[Service]\nExecStart=/usr/bin/theirs\n');
  chmodSync(theirs.path, 0o600);
  expect(await writeService(theirs)).toMatchObject({ message: expect.stringContaining('was not made by') });
  expect(await removeService(theirs.path)).not.toBeNull();
  expect(readFileSync(theirs.path, 'utf8')).toContain('theirs');
});

test('what the manager is asked, and what its answers mean', () => {
  const asked: string[] = [];
  const run =
    (answers: Readonly<Record<string, readonly [code: number, stdout: string, stderr: string]>>): RunManager =>
    (tool, args) => {
      const line = [tool, ...args].join(' ');
      asked.push(line);
      const [code, stdout, stderr] = answers[args.find((each) => !each.startsWith('-')) ?? ''] ?? [0, '', ''];
      return { code, stdout, stderr };
    };
  const unit = made('user');
  const without = managerOf(unit, 1000, run({ 'is-active': [1, '', 'Failed to connect to bus: No medium found'] }));
  expect(without.look()).toEqual({ state: null, enabled: null, why: 'Failed to connect to bus: No medium found' });
  const active = managerOf(unit, 1000, run({ 'is-active': [0, 'active\n', ''] }));
  expect(active.look()).toEqual({ state: 'active', enabled: true, why: '' });
  asked.length = 0;
  expect(active.take(true)).toBeNull();
  expect(managerOf(made('system'), 0, run({})).take(false)).toBeNull();
  expect(asked).toEqual([
    'systemctl --user daemon-reload',
    'systemctl --user enable castellan.service',
    'systemctl --user restart castellan.service',
    'systemctl daemon-reload',
    'systemctl enable castellan.service',
  ]);
  expect(managerOf(unit, 1000, run({ enable: [1, '', 'Access denied\nmore'] })).take(true)).toBe('Access denied');
  expect(managerOf(unit, 1000, run({ disable: [1, '', 'Unit castellan.service not loaded.'] })).drop()).toBeNull();
  const launchd = managerOf(
    made('user', 'darwin', PROGRAM, '/Users/m'),
    501,
    run({ print: [0, '\tstate = running\n', ''] }),
  );
  expect(launchd.look()).toEqual({ state: 'running', enabled: true, why: '' });
  asked.length = 0;
  expect(launchd.take(true)).toBeNull();
  expect(asked.at(-1)).toBe('launchctl bootstrap gui/501 /Users/m/Library/LaunchAgents/castellan.daemon.plist');
});
