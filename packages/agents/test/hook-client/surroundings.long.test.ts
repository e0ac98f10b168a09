// What hook clients do with what surrounds them: the file that says whom to ask, the socket, the streams, signals and an
// environment that a project may have written. Attackers here are a program of another user, and a project's files.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runProcess, tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { binFolder } from '../../src/bin-folder.ts';
import { RUN_VARIABLES } from '../../src/run-headers.ts';
import { FORMS, type Form } from './forms.ts';
import { answer, CREDENTIAL, EVENT, hook, ROUTE, said, saying, TYPE, world } from './world.ts';

const refused = (hint: 'run `castellan up`' | 'connect the agent again') => ({
  code: 2,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^castellan: [^\\n]+; ${hint}\\n$`)),
});
const AWAY = refused('run `castellan up`');
const FILE = refused('connect the agent again');
const yes = () => world(saying(answer(said(0, 'yes'))));

test.each(FORMS)('$name says what it must, and nothing else', async (form) => {
  const { file, asked } = await yes();
  const said = { CASTELLAN_TASK: 'a%20task', CASTELLAN_RUN: 'a'.repeat(32), CASTELLAN_WITHIN: 'b'.repeat(32) };
  const env = { CLAUDE_CODE_ENTRYPOINT: 'cli', ...said, CASTELLAN_CONFIRM: 'deny', OTHER: 'no' };
  await hook(form, file, { env });
  const [first, ...lines] = (asked[0]?.head ?? '').split('\r\n');
  expect(first).toBe(`POST ${ROUTE} HTTP/1.1`);
  expect(lines.toSorted()).toEqual(
    [
      'Accept: application/vnd.castellan.hook',
      `Authorization: Bearer ${CREDENTIAL}`,
      'Connection: close',
      `Content-Length: ${EVENT.length}`,
      'Content-Type: application/json',
      'Host: castellan',
      'X-Castellan-Confirm: deny',
      `X-Castellan-Run: ${'a'.repeat(32)}`,
      `X-Castellan-Within: ${'b'.repeat(32)}`,
      'X-Castellan-Entrypoint: cli',
      'X-Castellan-Task: a%20task',
    ].toSorted(),
  );
  expect(TYPE).toBe('application/vnd.castellan.hook');
});

const DENY = 'X-Castellan-Confirm: deny';
/** What the variables of a run are, and which headers they become. */
const SAID: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
  [{ CASTELLAN_CONFIRM: 'ask' }, []],
  [{ CASTELLAN_CONFIRM: '' }, []],
  // What is no word was meant to tighten: it becomes the word that does, and never nothing.
  [{ CASTELLAN_CONFIRM: 'Ask' }, [DENY]],
  [{ CASTELLAN_CONFIRM: 'wait' }, [DENY]],
  [{ CASTELLAN_CONFIRM: ' ' }, [DENY]],
  [{ CASTELLAN_CONFIRM: '*' }, [DENY]],
  [{ CASTELLAN_CONFIRM: 'ask\r\nX-Evil: 1' }, [DENY]],
  [{ CASTELLAN_CONFIRM: 'd"\nurl = "http://127.0.0.1:1' }, [DENY]],
  [{ CASTELLAN_CONFIRM: 'x'.repeat(50_000) }, [DENY]],
  [
    { CASTELLAN_RUN: 'r'.repeat(64), CASTELLAN_WITHIN: 'w' },
    [`X-Castellan-Run: ${'r'.repeat(64)}`, 'X-Castellan-Within: w'],
  ],
  [{ CASTELLAN_RUN: 'r'.repeat(65), CASTELLAN_WITHIN: 'w'.repeat(65), CASTELLAN_TASK: 't'.repeat(1001) }, []],
  [{ CASTELLAN_RUN: 'r\r\nX-Evil: 1', CASTELLAN_WITHIN: 'w"\nheader = "X-Evil: 1', CASTELLAN_TASK: 'ü' }, []],
  [{ CASTELLAN_RUN: '', CASTELLAN_WITHIN: '', CASTELLAN_TASK: '' }, []],
];

test.each(FORMS)('$name hands on what a run says, and drops nothing that tightens', async (form) => {
  const { file, asked } = await yes();
  for (const [env, headers] of SAID) {
    expect(await hook(form, file, { env }), JSON.stringify(env).slice(0, 80)).toMatchObject({ code: 0 });
    const lines = (asked.at(-1)?.head ?? '').split('\r\n').filter((line) => /^x-/i.test(line));
    expect(lines.toSorted(), JSON.stringify(env).slice(0, 80)).toEqual(headers.toSorted());
  }
});

test('every variable of a run is among those that hook clients hand on', () => {
  expect(Object.values(RUN_VARIABLES).toSorted()).toEqual([
    'CASTELLAN_CONFIRM',
    'CASTELLAN_RUN',
    'CASTELLAN_TASK',
    'CASTELLAN_WITHIN',
  ]);
});

test.each(FORMS)('$name refuses where no daemon is, or somebody else', async (form) => {
  const none = await world(null);
  expect(await hook(form, none.file)).toEqual(AWAY);
  writeFileSync(none.socket, 'no socket');
  expect(await hook(form, none.file)).toEqual(AWAY);
  const dead = await world(null);
  // Bound and never listened to again: what a daemon leaves that was killed.
  await runProcess(process.execPath, [
    '-e',
    `require('net').createServer().listen(process.argv[1],()=>process.kill(process.pid,'SIGKILL'))`,
    dead.socket,
  ]);
  expect(existsSync(dead.socket)).toBe(true);
  expect(await hook(form, dead.file)).toEqual(AWAY);
  // Who listens there is not who the file names: neither event nor credential goes to them.
  const other = await world(saying(answer(said(0, 'yes'))), { owner: (process.getuid?.() ?? 0) + 4321 });
  expect(await hook(form, other.file)).toEqual({ ...AWAY, stderr: expect.stringContaining("somebody else's") });
  expect(other.asked).toEqual([]);
});

test.each(FORMS)('$name follows no file that is not its own', async (form) => {
  const { folder, file, asked } = await yes();
  const text = readFileSync(file, 'utf8');
  const at = (name: string): string => join(folder, name);
  symlinkSync(file, at('link'));
  mkdirSync(at('folder'));
  await runProcess('mkfifo', ['-m', '600', at('pipe')]);
  writeFileSync(at('group'), text);
  chmodSync(at('group'), 0o640);
  writeFileSync(at('others'), text);
  chmodSync(at('others'), 0o602);
  for (const name of ['missing', 'link', 'folder', 'pipe', 'group', 'others'])
    expect(await hook(form, at(name)), name).toEqual(FILE);
  if (process.getuid?.() === 0) {
    writeFileSync(at('foreign'), text, { mode: 0o600 });
    chownSync(at('foreign'), 12_345, 12_345);
    expect(await hook(form, at('foreign'))).toEqual(FILE);
  }
  linkSync(file, at('second name'));
  expect(await hook(form, file)).toEqual(FILE);
  expect(asked).toEqual([]);
  for (const flags of [['--no'], ['--remind', '--tell'], ['--wait'], ['--wait', '0'], ['--wait', '1x'], ['/another']])
    expect((await hook(form, 'relative', { flags })).stdout).not.toBe('yes');
  expect(await hook(form, 'relative')).toEqual(FILE);
});

/** Another user than the daemon's, of a group that the hook file is shown to: two users on a machine, two containers. */
const [STRANGER, GROUP] = [61_002, 61_000];
const asStranger = (form: Form): Form => ({
  ...form,
  file: 'setpriv',
  args: [`--reuid=${STRANGER}`, `--regid=${STRANGER}`, `--groups=${GROUP}`, form.file, ...form.args],
});

const mayBeOther =
  process.getuid?.() === 0 &&
  spawnSync('setpriv', [`--reuid=${STRANGER}`, '--clear-groups', 'test', '-x', binFolder()]).status === 0;
if (!mayBeOther)
  process.stderr.write(
    'SKIPPED: hook clients as another user: needs root, setpriv and a checkout that others may read\n',
  );

const ofOthers = test.skipIf(!mayBeOther);
ofOthers.each(FORMS)(
  '$name as another user follows the file of the daemon alone, and only what it cannot change',
  async (form) => {
    const other = asStranger(form);
    const { folder, file, socket, asked } = await yes();
    chmodSync(folder, 0o755);
    chmodSync(socket, 0o666);
    chownSync(file, 0, GROUP);
    const given = async (mode: number): Promise<unknown> => {
      chmodSync(file, mode);
      return hook(other, file);
    };
    expect(await given(0o640)).toEqual({ code: 0, stdout: 'yes', stderr: '' });
    expect(asked).toHaveLength(1);
    // Which others may write or read, or which it may change itself.
    for (const mode of [0o660, 0o644, 0o641, 0o600]) expect(await given(mode), mode.toString(8)).toEqual(FILE);
    // A file of a third user, and of the daemon's by its own words alone.
    chmodSync(file, 0o640);
    chownSync(file, 12_345, GROUP);
    expect(await hook(other, file)).toEqual(FILE);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/owner=.*/, 'owner=12345'));
    expect(await hook(other, file)).toEqual({ ...AWAY, stderr: expect.stringContaining("somebody else's") });
    // Its own file, opened to its group: as it always was.
    writeFileSync(file, text);
    chownSync(file, STRANGER, GROUP);
    expect(await hook(other, file)).toEqual(FILE);
    expect(asked).toHaveLength(1);
  },
);

const DAMAGE: Readonly<Record<string, (text: string) => string>> = {
  'an empty file': () => '',
  'no last newline': (text) => text.trimEnd(),
  'one more line': (text) => `${text}proxy=http://elsewhere\n`,
  'one more byte': (text) => `${text}x`,
  'an empty line before': (text) => `\n${text}`,
  'a line less': (text) => text.replace(/owner=.*\n/, ''),
  'another order': (text) => text.replace(/(owner=.*\n)(credential=.*\n)/, '$2$1'),
  'a later version': (text) => text.replace('castellan-hook 1', 'castellan-hook 2'),
  'ends of lines of another system': (text) => text.replaceAll('\n', '\r\n'),
  'a socket that is not absolute': (text) => text.replace(/socket=\//, 'socket='),
  'a socket with too long a path': (text) => text.replace('socket=/', `socket=/${'./'.repeat(60)}`),
  'a credential with a quote': (text) => text.replace('credential=', 'credential=a"'),
  'a credential with a blank': (text) => text.replace('credential=', 'credential=a b'),
  'no credential': (text) => text.replace(/credential=.*/, 'credential='),
  'a route that goes up': (text) => text.replace('/v1/hooks/codex', '/v1/hooks/../calls'),
  'a route elsewhere': (text) => text.replace('/v1/hooks/codex', '/v1/agents'),
  'a route with a query': (text) => text.replace('/v1/hooks/codex', '/v1/hooks/codex?x'),
  'no time': (text) => text.replace(/timeout=.*/, 'timeout=0'),
  'too much time': (text) => text.replace(/timeout=.*/, 'timeout=99999999999999999999'),
  'a time that is a sum': (text) => text.replace(/timeout=.*/, 'timeout=1+1'),
  'an owner that is a name': (text) => text.replace(/owner=.*/, 'owner=root'),
  'an owner beyond all': (text) => text.replace(/owner=.*/, 'owner=4294967296'),
  'a NUL': (text) => text.replace('owner=', '\0owner='),
  'a file that is too long': (text) => text + '\n'.repeat(5000),
};

test.each(FORMS)('$name follows no file that is damaged', async (form) => {
  const { file, asked } = await yes();
  const text = readFileSync(file, 'utf8');
  for (const [name, damage] of Object.entries(DAMAGE)) {
    writeFileSync(file, damage(text), { mode: 0o600 });
    expect(await hook(form, file), name).toEqual(FILE);
  }
  expect(asked).toEqual([]);
});

test.each(FORMS)('$name takes events of every length, and refuses what is none', async (form) => {
  const { file, asked } = await yes();
  expect(await hook(form, file, { event: '' })).toMatchObject({ code: 2, stdout: '' });
  const big = 'x'.repeat(12_000_000);
  expect(await hook(form, file, { event: big })).toEqual({ code: 0, stdout: 'yes', stderr: '' });
  expect(asked.at(-1)?.body.length).toBe(big.length);
  expect(await hook(form, file, { event: Buffer.alloc(20_000_000, 'x') })).toEqual(AWAY);
  const bytes = Buffer.from([0x7b, 0x22, 0x00, 0xff, 0x0d, 0x0a, 0x7d]);
  expect((await hook(form, file, { event: bytes })).code).toBe(0);
  expect(asked.at(-1)?.body).toBe(bytes.toString());
  // Never closed.
  const short = await world(saying(answer(said(0, 'yes'))), { timeoutSeconds: 1 });
  expect(await hook(form, short.file, { event: null })).toEqual(AWAY);
});

test.each(FORMS)('$name with a stream that is closed or full does not say yes', async (form) => {
  const { file } = await yes();
  expect(await hook(form, file, { streams: '<&-' })).toMatchObject({ code: 2, stdout: '' });
  expect(await hook(form, file, { streams: '>&-' })).toMatchObject({ code: 2, stdout: '' });
  expect(await hook(form, file, { streams: '>/dev/full' })).toMatchObject({ code: 2, stdout: '' });
  expect(await hook(form, file, { streams: '2>&-' })).toEqual({ code: 0, stdout: 'yes', stderr: '' });
  const no = await world(saying(answer(said(2, 'no'))));
  for (const streams of ['2>&-', '>&-', '2>/dev/full', '>&- 2>&-'])
    expect(await hook(form, no.file, { streams }), streams).toMatchObject({ code: 2, stdout: '' });
});

test.each(FORMS)('$name whose reader has gone does not say yes', async (form) => {
  const { file } = await world(saying(answer(said(0, 'y'.repeat(500_000)))));
  const status = join(tempFolder(), 'status');
  const own = [form.file, ...form.args, file];
  const script = '{ "$@"; echo $? >"$0"; } | true';
  await runProcess('/bin/sh', ['-c', script, status, ...own], { input: EVENT, env: { PATH: process.env.PATH ?? '' } });
  expect(readFileSync(status, 'utf8').trim()).toBe('2');
});

test.each(FORMS)('$name that is told to stop refuses', async (form) => {
  const { file } = await world(() => undefined, { timeoutSeconds: 3 });
  // Long enough after its start for its first lines to have run; a signal before them kills it, which no client can help.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    expect(await hook(form, file, { started: (pid) => setTimeout(() => process.kill(pid, signal), 1500) })).toEqual(
      AWAY,
    );
});

test.each(FORMS)('$name takes no word of its environment for where to ask or what to run', async (form) => {
  const no = await world(saying(answer(said(2, 'refused'))));
  const folder = tempFolder();
  const mark = join(folder, 'mark');
  const evil = `#!/bin/sh\necho evil >>'${mark}'\nprintf '0 3\\nyes'\nexit 0\n`;
  mkdirSync(join(folder, 'bin'));
  for (const name of ['curl', 'ls', 'timeout', 'node', 'printf', 'sh', 'env', 'dirname', 'cat', 'mktemp'])
    writeFileSync(join(folder, 'bin', name), evil, { mode: 0o755 });
  writeFileSync(join(folder, 'evil.sh'), `${evil.replace('exit 0', '')}exit 0\n`);
  writeFileSync(
    join(folder, 'evil.cjs'),
    `require('fs').writeFileSync(${JSON.stringify(mark)}, 'evil'); process.exit(0);`,
  );
  for (const name of ['.curlrc', 'curlrc', '_curlrc'])
    writeFileSync(join(folder, name), `output = "${mark}"\nproxy = "http://127.0.0.1:1"\n`);
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    ...{ HOME: folder, CURL_HOME: folder, XDG_CONFIG_HOME: folder, TMPDIR: '/nowhere', CDPATH: folder, PWD: folder },
    ...{ ENV: join(folder, 'evil.sh'), BASH_ENV: join(folder, 'evil.sh'), IFS: '/', POSIXLY_CORRECT: '1' },
    ...{ SHELLOPTS: 'xtrace:noexec', BASHOPTS: 'extdebug', PS4: `$(echo evil >>${mark})`, PROMPT_COMMAND: 'exit 0' },
    ...{
      http_proxy: 'http://127.0.0.1:1',
      HTTP_PROXY: 'http://127.0.0.1:1',
      ALL_PROXY: 'http://127.0.0.1:1',
      all_proxy: 'socks5://127.0.0.1:1',
    },
    ...{
      NODE_OPTIONS: `--require ${join(folder, 'evil.cjs')}`,
      NODE_PATH: folder,
      NODE_REPL_EXTERNAL_MODULE: join(folder, 'evil.cjs'),
    },
    ...{ LC_ALL: 'C.UTF-8', LANG: 'tr_TR.UTF-8', GCONV_PATH: folder, SSLKEYLOGFILE: mark, GREP_OPTIONS: '-v' },
    ...{
      mode: 'tell',
      file: '/etc/passwd',
      wait: '1',
      timeout: '1',
      text: 'yes',
      digit: '0',
      limit: 'true',
      answer: '0 3\nyes',
      warning: 'x',
    },
    ...{
      'BASH_FUNC_printf%%': '() { exit 0; }',
      'BASH_FUNC_curl%%': '() { exit 0; }',
      'BASH_FUNC_unset%%': '() { exit 0; }',
    },
    ...{
      'BASH_FUNC_read%%': '() { exit 0; }',
      'BASH_FUNC_fail%%': '() { exit 0; }',
      'BASH_FUNC_[%%': '() { exit 0; }',
    },
    ...{
      CASTELLAN_HOME: folder,
      CASTELLAN_TASK: 'a\r\nX-Evil: 1',
      CLAUDE_CODE_ENTRYPOINT: 'cli"\nurl = "http://127.0.0.1:1',
    },
  };
  expect(await hook(form, no.file, { env, cwd: folder })).toEqual({ code: 2, stdout: '', stderr: 'refused' });
  expect(readdirSync(folder)).not.toContain('mark');
  expect(no.asked[0]?.head).not.toMatch(/evil|X-Castellan-(Task|Entrypoint)/i);
});

test.skipIf(process.platform !== 'linux')('nothing is loaded into the native client', async () => {
  const folder = tempFolder();
  const built = await runProcess('gcc', ['-shared', '-fPIC', '-x', 'c', '-o', join(folder, 'evil.so'), '-'], {
    input: '#include <unistd.h>\n__attribute__((constructor)) static void go(void) { _exit(0); }\n',
  }).catch(() => null);
  if (built === null || built.code !== 0) {
    process.stderr.write('SKIPPED: no gcc to build a library with that a project could load\n');
    return;
  }
  const { file } = await world(null);
  for (const form of FORMS.filter(({ sealed, name }) => sealed && !name.includes('arm64')))
    for (const name of ['LD_PRELOAD', 'LD_AUDIT'])
      expect(await hook(form, file, { env: { [name]: join(folder, 'evil.so') } })).toEqual(AWAY);
});

test.each(FORMS)('$name shows its credential to nobody', async (form) => {
  const seen: string[] = [];
  const { file } = await world((socket) => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      try {
        seen.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      } catch {
        // It has gone.
      }
    socket.end(answer(said(0, 'yes')));
  });
  expect((await hook(form, file)).code).toBe(0);
  expect(seen.some((line) => line.includes(file))).toBe(true);
  expect(seen.filter((line) => line.includes(CREDENTIAL))).toEqual([]);
});
