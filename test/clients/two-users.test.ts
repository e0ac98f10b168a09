// The real Claude Code in an installation with two users: connected and started by the system user, it works as the agent user in a
// project that it was given, its hooks decide as ever, and with the gate set to allow its own shell finds nothing of the system user's.
import { chmodSync, copyFileSync, linkSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wallsHere } from '@castellan/sandbox';
import { inRoot, type ProcessResult, runProcess, verifies } from '@castellan/testkit';
import { expect, type TestContext } from 'vitest';
import { type World, worldOf } from '../e2e/support/world.ts';
import { FORCED_CONFIG } from '../isolation/support/forced.ts';
import {
  AGENT,
  type Installed,
  installed,
  needsReach,
  noTwoUsers,
  SHARED,
  SYSTEM,
  setpriv,
} from '../isolation/support/two-users.ts';
import { CLAUDE, withClaude } from './support/claude.ts';
import { startModel } from './support/model.ts';
import { bash, calls, canaryPrompt } from './support/script.ts';

const options = { skip: withClaude.skip || noTwoUsers };

/** Where every user may start it, as a package of the system would lie. */
function sharedClient(it: Installed): string {
  const path = join(it.prefix, 'claude');
  try {
    linkSync(CLAUDE, path);
  } catch {
    copyFileSync(CLAUDE, path);
  }
  return path;
}

interface Stage extends AsyncDisposable {
  readonly it: Installed;
  readonly world: World;
  /** As `sudo -u castellan castellan …` would. */
  castellan(words: readonly string[]): Promise<ProcessResult>;
}

async function stage(context: TestContext, config: Readonly<Record<string, unknown>>): Promise<Stage> {
  await needsReach(context);
  const model = await startModel();
  const upstreams = { mine: { url: `http://127.0.0.1:${model.port}`, api: 'anthropic' } };
  const it = await installed({ models: { upstreams }, ...config });
  const client = sharedClient(it);
  const castellan = (words: readonly string[]): Promise<ProcessResult> => {
    const [file = '', ...args] = [
      ...setpriv(SYSTEM, [SHARED]),
      process.execPath,
      inRoot('packages', 'cli', 'bin', 'castellan.mjs'),
    ];
    return runProcess(file, [...args, ...words], {
      cwd: it.project,
      timeout: 80_000,
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: it.installation.homes.system,
        TERM: 'dumb',
        CASTELLAN_HOME: it.installation.home,
        ANTHROPIC_BASE_URL: `http://127.0.0.1:${model.port}`,
        ANTHROPIC_API_KEY: 'sk-ant-scripted',
      },
    });
  };
  const connected = await castellan(['connect', 'claude-code', '--scope', 'isolated', '--client', client]);
  expect(connected.code, connected.stdout + connected.stderr).toBe(0);
  const world = await worldOf(it.daemon);
  return {
    ...{ it, world, castellan },
    [Symbol.asyncDispose]: async () => {
      await model[Symbol.asyncDispose]();
      await it[Symbol.asyncDispose]();
    },
  };
}

verifies(
  ['I1', 'K7', 'A5', 'I5'],
  'Claude Code works as the agent user in a project it was given; its hooks decide, and its shell is that user’s',
  async (context) => {
    await using set = await stage(context, { ...FORCED_CONFIG, deny: ['claude-code/WebFetch'] });
    const { it, castellan } = set;
    const { home, root } = it.installation;
    const attack = `cat ${home}/config.yaml; ls ${home}/vault; cat ${home}/daemon/state.json; for own in ${root}/agents/*; do echo x >> $own/hook; rm -f $own/claude/settings.json; mv $own/claude ${root}/agents/x; done; kill -9 ${it.daemon.pid}`;
    const build = `( ${attack} ) > tried.txt 2>&1; ls ${root}/agents/*/claude/settings.json ${root}/agents/*/hook > stands.txt\n`;
    writeFileSync(join(it.project, 'build.sh'), build);
    chmodSync(join(it.project, 'build.sh'), 0o644);
    const work = [
      { tool: 'Write', input: { file_path: join(it.project, 'notes.md'), content: 'as another user\n' } },
      { tool: 'WebFetch', input: { url: 'https://example.org/', prompt: 'read it' } },
      bash(
        'git init -q . && git -c user.name=a -c user.email=a@b add -A && git -c user.name=a -c user.email=a@b commit -qm done && git log --format=%s > log.txt; id -u > id.txt',
      ),
      // What no rule can see: a program of the project.
      bash('sh ./build.sh'),
    ];
    const ended = await castellan([
      'run',
      '--confirm',
      'deny',
      'claude-code',
      '--',
      '-p',
      canaryPrompt(calls(...work)),
    ]);
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    const said = (name: string): string => readFileSync(join(it.project, name), 'utf8');
    expect(said('notes.md')).toBe('as another user\n');
    expect(statSync(join(it.project, 'notes.md')).uid).toBe(AGENT);
    expect(said('log.txt')).toBe('done\n');
    expect(said('id.txt')).toBe(`${AGENT}\n`);
    expect(said('tried.txt')).not.toMatch(/castellan_|schema/);
    expect(said('tried.txt')).toMatch(/denied|not permitted/);
    expect(said('stands.txt').trim().split('\n')).toHaveLength(2);
    expect((await it.daemon.request('GET', '/v1/status')).status).toBe(200);
    const records = await set.world.records();
    const verdicts = records.flatMap((record) =>
      record.kind === 'attempt' ? [[record.tool, record.verdict.outcome]] : [],
    );
    expect(verdicts).toEqual([
      ['Write', 'allow'],
      ['WebFetch', 'deny'],
      ['Bash', 'allow'],
      ['Bash', 'allow'],
    ]);
    // What it left there does not keep its hooks from standing.
    expect(
      (
        await castellan([
          'run',
          '--confirm',
          'deny',
          'claude-code',
          '--',
          '-p',
          canaryPrompt(calls(bash('touch again'))),
        ])
      ).code,
    ).toBe(0);
    expect(statSync(join(it.project, 'again')).uid).toBe(AGENT);
  },
  options,
);

const stands = (await wallsHere()).tried.some(({ name, ok }) => ok && name === 'bubblewrap');
if (!stands) process.stderr.write('SKIPPED: bubblewrap does not work here\n');

verifies(
  ['I1', 'I2', 'K7', 'I5'],
  'walls stand inside the other user: Claude Code works within them, and sees no other agent of that user',
  async (context) => {
    await using set = await stage(context, FORCED_CONFIG);
    const { it, castellan } = set;
    const other = await set.world.connect('bob');
    const { root } = it.installation;
    const build = `id -u > id.txt; ( ls ${root}/sockets/${other.id}; ls ${root}/memory; cat ${it.prefix}/etc/castellan/install.json; cat ${it.installation.homes.agent}/.gitconfig ) > tried.txt 2>&1; ls /proc | grep -c '^[0-9]' > seen.txt\n`;
    writeFileSync(join(it.project, 'build.sh'), build);
    chmodSync(join(it.project, 'build.sh'), 0o644);
    const work = [
      { tool: 'Write', input: { file_path: join(it.project, 'notes.md'), content: 'within\n' } },
      bash('sh ./build.sh'),
    ];
    const run = ['run', '--sandbox', '--confirm', 'deny', '--model-upstream', 'mine', 'claude-code', '--'];
    const ended = await castellan([...run, '-p', canaryPrompt(calls(...work))]);
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    const said = (name: string): string => readFileSync(join(it.project, name), 'utf8');
    expect(said('notes.md')).toBe('within\n');
    expect(said('id.txt')).toBe(`${AGENT}\n`);
    expect(statSync(join(it.project, 'notes.md')).uid).toBe(AGENT);
    expect(said('tried.txt')).not.toContain('gate.sock');
    expect(
      said('tried.txt')
        .trim()
        .split('\n')
        .every((line) => line.includes('No such file')),
    ).toBe(true);
    expect(Number(said('seen.txt'))).toBeLessThan(20);
    // The control: without walls the same user sees all of that.
    expect((await it.asAgent(['ls', `${root}/sockets/${other.id}`])).stdout).toContain('gate.sock');
  },
  { skip: options.skip || !stands },
);
