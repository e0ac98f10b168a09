// Exit codes of the programs, and the environment an agent is started with, spelt out again and seen from outside.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bareEnvironment,
  daemonEntry,
  inRoot,
  type ProcessResult,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect, test } from 'vitest';

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

function place(): Place {
  const folder = tempFolder();
  return { folder, env: { ...bareEnvironment(folder), CASTELLAN_HOME: join(folder, 'state') } };
}

const castellan = ({ folder, env }: Place, args: readonly string[]): Promise<ProcessResult> =>
  runProcess(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), ...args], {
    cwd: folder,
    env,
  });

test('exit codes of the command: 0 done, 1 failure, 2 denied, 64 usage', async () => {
  const here = place();
  expect((await castellan(here, ['--version'])).code).toBe(0);
  expect((await castellan(here, ['status'])).code).toBe(1);
  expect((await castellan(here, ['no-such-command'])).code).toBe(64);
  expect((await castellan(here, ['status', '--no-such-flag'])).code).toBe(64);
  const ownPolicy = { file_path: join(here.folder, 'state', 'config.yaml'), content: '' };
  expect((await castellan(here, ['try', 'Write', JSON.stringify(ownPolicy)])).code, 'what a rule denies').toBe(2);
  expect((await castellan(here, ['try', 'TodoWrite', '{"todos":[]}'])).code).toBe(0);
});

test('exit codes of the daemon: 0 asked to stop, 1 the machine, 64 the user', async () => {
  const daemon = await startDaemon();
  expect((await daemon.stop()).code).toBe(0);
  const main = [daemonEntry()];
  const { folder, env } = place();
  writeFileSync(join(folder, 'state'), 'a file');
  expect((await runProcess(process.execPath, main, { env })).code).toBe(1);
  expect((await runProcess(process.execPath, main, { env: { ...env, CASTELLAN_PORT: 'x' } })).code).toBe(64);
});

verifies(['X4', 'K7'], 'the environment of an agent', async () => {
  await using daemon = await startDaemon();
  const { folder } = place();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const seen = join(folder, 'seen');
  writeFileSync(
    join(bin, 'claude'),
    `#!/bin/sh\nif [ "$1" = --version ]; then echo '2.1.330 (Claude Code)'; exit 0; fi\ntr '\\0' '\\n' < /proc/self/environ > '${seen}'\n`,
    { mode: 0o755 },
  );
  const kept = {
    HOME: folder,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TERM: 'dumb',
    TMPDIR: folder,
    TZ: 'UTC',
    XDG_RUNTIME_DIR: folder,
    ANTHROPIC_API_KEY: 'kept-for-the-model',
  };
  const dropped = {
    AWS_SECRET: 'x',
    BASH_ENV: '/tmp/x',
    CASTELLAN_TOKEN: 'x',
    CLAUDE_CONFIG_DIR: '/tmp/elsewhere',
    CLAUDE_CODE_SIMPLE: '1',
    DATABASE_URL: 'x',
    ENV: '/tmp/x',
    GITHUB_TOKEN: 'x',
    LD_PRELOAD: '/nonexistent.so',
    NODE_EXTRA_CA_CERTS: '/nonexistent.pem',
    NPM_TOKEN: 'x',
    OPENAI_API_KEY: 'x',
    PYTHONPATH: '/tmp',
    SSH_AUTH_SOCK: '/tmp/x',
  };
  const { PATH } = bareEnvironment(folder);
  const env = { ...kept, PATH: `${bin}:${PATH}`, CASTELLAN_HOME: daemon.home };
  const connected = await castellan({ folder, env }, ['connect', 'claude-code', '--scope', 'isolated']);
  expect(connected.code, connected.stderr).toBe(0);
  const ran = await castellan({ folder, env: { ...env, ...dropped } }, ['run', 'claude-code']);
  expect(ran.code, ran.stderr).toBe(0);
  const names = readFileSync(seen, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0] ?? '');
  // What the run tells the daemon through the agent's hooks: which run it is, and that nobody sits at this terminal.
  const told = ['CASTELLAN_CONFIRM', 'CASTELLAN_RUN'];
  expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)).toSorted()).toEqual(
    [...Object.keys(kept), ...told, 'PATH', 'CLAUDE_CONFIG_DIR'].toSorted(),
  );
});
