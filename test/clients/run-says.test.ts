// What `castellan run` says of a run reaches the hooks of the real clients: where nobody can be asked, what needs a person is
// refused at once. Codex keeps variables from its commands (`shell_environment_policy`), and not from its hooks.
import { inRoot, runProcess, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { withClaude } from './support/claude.ts';
import { attemptsOf, codexWorld, sh, turns, withCodex } from './support/codex.ts';
import { bash, calls, canaryPrompt } from './support/script.ts';
import { world } from './support/world.ts';

const NOBODY = 'nobody can be asked';

verifies(
  ['K7', 'H11'],
  '`castellan run --confirm deny claude-code`: what needs a person is refused at once, with the reason',
  async () => {
    const confirm = { modules: { 'claude-code': { tools: { Bash: 'confirm' } } } };
    await using it = await world(confirm, { scope: 'isolated' });
    const entry = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
    const said = ['--confirm', 'deny', '--task', 'Release 2.1', 'claude-code', '--', '-p'];
    const ended = await runProcess(
      process.execPath,
      [entry, 'run', ...said, canaryPrompt(calls(bash('touch witness')))],
      {
        cwd: it.project,
        timeout: 150_000,
        env: {
          ...{ PATH: process.env.PATH ?? '', HOME: it.user, TERM: 'dumb', CASTELLAN_HOME: it.home },
          ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${it.model.port}`, ANTHROPIC_API_KEY: 'sk-ant-scripted' },
        },
      },
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(it.ran('witness')).toBe(false);
    const records = await it.records();
    expect(JSON.stringify(records.filter(({ kind }) => kind === 'outcome'))).toContain(NOBODY);
    expect(JSON.stringify(records.filter(({ kind }) => kind === 'session'))).toContain('Release 2.1');
  },
  { ...withClaude, timeout: 180_000 },
);

verifies(
  ['K4', 'H11'],
  'Codex: its hooks are told the same, whatever it keeps from its commands',
  async () => {
    await using it = await codexWorld({ scope: 'user' }, { modules: { codex: { tools: { Bash: 'confirm' } } } });
    const none = ['-c', 'shell_environment_policy.inherit="none"', '-c', 'shell_environment_policy.exclude=["CAST*"]'];
    await it.codex(turns(sh('touch witness')), { args: none, env: { CASTELLAN_CONFIRM: 'deny' } });
    expect(it.ran('witness')).toBe(false);
    expect(it.saw().join(' ')).toContain(NOBODY);
    expect(attemptsOf(await it.records(), 'Bash')).toHaveLength(1);
  },
  { ...withCodex, timeout: 180_000 },
);
