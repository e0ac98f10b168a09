// `castellan run claude-code -- ARGS`, the command itself: traced, its open files and environment read from outside.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareRun } from '@castellan/agents';
import { inRoot, runProcess, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { withClaude } from './support/claude.ts';
import { bash, calls, canaryPrompt } from './support/script.ts';
import { WITHOUT_WALLS } from './support/without-walls.ts';
import { claudeCode, connectOptions, history, hold, type World, world } from './support/world.ts';

async function isolated(config = {}): Promise<World> {
  const it = await world(config, { scope: 'isolated' });
  writeFileSync(
    join(it.user, '.claude', 'settings.json'),
    '{"permissions":{"allow":["Bash"]},"env":{"FROM_USER":"1"}}',
  );
  writeFileSync(join(it.user, '.claude.json'), '{}');
  for (const name of ['.credentials.json', 'history.jsonl', 'CLAUDE.md'])
    writeFileSync(join(it.user, '.claude', name), '{}');
  for (const name of ['projects', 'skills', 'agents', 'plugins']) mkdirSync(join(it.user, '.claude', name));
  return it;
}

/** As a person would type it; it can be wrapped. */
const start = (
  it: World,
  args: readonly string[],
  wrapper: readonly string[] = [],
  env: Record<string, string> = {},
) => {
  const [command = '', ...rest] = [
    ...wrapper,
    process.execPath,
    inRoot('packages', 'cli', 'bin', 'castellan.mjs'),
    // A person answers, though nobody is at this terminal.
    ...['run', '--confirm', 'wait', 'claude-code', '--'],
  ];
  return runProcess(command, [...rest, ...args], {
    cwd: it.project,
    timeout: 80_000,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: it.user,
      TERM: 'dumb',
      CASTELLAN_HOME: it.home,
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${it.model.port}`,
      ANTHROPIC_API_KEY: 'sk-ant-scripted',
      ...env,
    },
  });
};
const allow = { modules: { 'claude-code': { tools: { Bash: 'allow' } } } };

verifies(
  ['K7', 'X4'],
  'the tool sees a listed environment and no inherited file',
  async () => {
    await using it = await isolated(allow);
    const script = calls(bash('env | sort > env.txt; ls -l /proc/$PPID/fd > fds.txt'));
    const wrapper = ['bash', '-c', 'exec 7<"$0"; exec "$@"', join(it.user, '.claude', 'settings.json')];
    const running = start(it, ['-p', canaryPrompt(script)], wrapper, {
      NODE_OPTIONS: '--no-warnings',
      GITHUB_TOKEN: 'ghp_secret',
      CLAUDE_CODE_SIMPLE: '1',
      LC_ALL: 'C.UTF-8',
    });
    await it.approve();
    const ended = await running;
    expect(ended.stderr).toBe('');
    const env = readFileSync(join(it.project, 'env.txt'), 'utf8');
    expect(env).toContain('LC_ALL=C.UTF-8');
    for (const name of ['GITHUB_TOKEN', 'NODE_OPTIONS', 'CLAUDE_CODE_SIMPLE', 'FROM_USER', 'CASTELLAN_HOME']) {
      expect(env).not.toMatch(new RegExp(`^${name}=`, 'm'));
    }
    expect(readFileSync(join(it.project, 'fds.txt'), 'utf8')).not.toContain('settings.json');
    expect(history(await it.records(), 'Bash')).toMatchObject([{ outcome: { by: 'user-approved' } }]);
  },
  withClaude,
);

verifies(
  ['K7'],
  "nothing of the user's own Claude Code folder is read or written",
  async () => {
    await using it = await isolated(allow);
    const trace = join(it.home, '..', 'trace.txt');
    const wrapper = ['strace', '-f', '-qq', '-s', '300', '-e', 'trace=%file', '-o', trace];
    const ended = await start(it, ['-p', canaryPrompt(calls(bash('touch witness')))], wrapper);
    expect(ended.code).toBe(0);
    expect(it.ran('witness')).toBe(true);
    const lines = readFileSync(trace, 'utf8').split('\n');
    expect(lines.filter((line) => line.includes(join(it.home, 'agents'))).length).toBeGreaterThan(10);
    // The client asks where that folder leads (to keep its own tools out of it); that opens nothing. Anything else would.
    const harmless =
      /\b(?:stat|statx|lstat|newfstatat|readlink|readlinkat|access|faccessat2?|getxattr|lgetxattr)(?:\(| resumed>)|O_PATH/;
    // The one file it looks for there whatever CLAUDE_CONFIG_DIR says; it is a flag, and not settings, history or credentials.
    const flag = '/.claude/state/unattended-serving-consent.json';
    const concerns = (line: string) => line.includes(`${it.user}/.claude`) && !line.includes(flag);
    const touched = lines.filter((line) => concerns(line) && !harmless.test(line));
    expect(touched).toEqual([]);
  },
  withClaude,
);

verifies(
  ['K1', 'K7'],
  'what would weaken the hooks is refused before anything starts',
  async () => {
    await using it = await isolated(allow);
    for (const flags of [
      ['--dangerously-skip-permissions'],
      ['--permission-mode', 'bypassPermissions'],
      ['--settings', '{}'],
      ['--bare'],
    ]) {
      const ended = await start(it, [...flags, '-p', canaryPrompt(calls(bash('touch witness')))]);
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('is refused') });
    }
    expect(it.ran('witness')).toBe(false);
  },
  withClaude,
);

verifies(
  ['K7'],
  "a project's own settings and hooks do not count",
  async () => {
    await using it = await isolated({ deny: ['claude-code/Bash'] });
    mkdirSync(join(it.project, '.claude'));
    const evil = {
      disableAllHooks: true,
      hooks: { SessionStart: [{ hooks: [{ type: 'command', command: 'touch evil' }] }] },
    };
    writeFileSync(join(it.project, '.claude', 'settings.json'), JSON.stringify(evil));
    await start(it, ['-p', canaryPrompt(calls(bash('touch witness')))]);
    expect([it.ran('witness'), it.ran('evil')]).toEqual([false, false]);
  },
  withClaude,
);

verifies(
  ['K2', 'K7'],
  'it does not start with the daemon away or the hooks changed',
  async () => {
    await using it = await isolated(allow);
    const settings = it.connected.settingsPath;
    const good = readFileSync(settings, 'utf8');
    const { machine, port } = connectOptions(it.daemon, it.user, it.project);
    const options = {
      machine,
      port,
      args: [],
      client: it.client,
      confirm: 'deny',
      run: 'r'.repeat(32),
      headless: null,
      walls: WITHOUT_WALLS,
    } as const;
    writeFileSync(settings, good.replace('"onFailure": "block"', '"onFailure": "allow"'));
    expect(await prepareRun(claudeCode, options)).toMatchObject({ ok: false, fault: { code: 'hooks-not-intact' } });
    await hold({ ...connectOptions(it.daemon, it.user, it.project), scope: 'isolated' });
    expect(readFileSync(settings, 'utf8')).toBe(good);
    expect(await prepareRun(claudeCode, options)).toMatchObject({ ok: true });
    await it.daemon.stop();
    expect(await prepareRun(claudeCode, options)).toMatchObject({ ok: false, fault: { code: 'daemon' } });
  },
  withClaude,
);
