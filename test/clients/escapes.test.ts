// The escape alarm with the real Claude Code: ordinary work rings nothing, and what a setting starts past the hooks does.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alarm, LedgerRecord } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { until } from '../e2e/support/world.ts';
import { withClaude } from './support/claude.ts';
import { codexWorld, sh, turns, withCodex } from './support/codex.ts';
import { withOpenCode } from './support/opencode.ts';
import { openCodeWorld, shell } from './support/opencode-world.ts';
import { bash, calls, subagent } from './support/script.ts';
import { history, type World, world } from './support/world.ts';

const onLinux = { skip: withClaude.skip || process.platform !== 'linux', timeout: 120_000 };
const allowed = { modules: { 'claude-code': { level: 'allow', tools: { Bash: 'allow', Edit: 'allow' } } } };

const unexplained = async (it: World): Promise<readonly Alarm[]> => {
  const status = await it.client.status();
  return status.ok ? status.value.alarms.filter(({ kind }) => kind === 'unexplained') : [];
};
const inRepository = async (): Promise<World> => {
  const it = await world(allowed);
  execFileSync('git', ['init', '--quiet', it.project]);
  writeFileSync(join(it.project, 'a.txt'), 'line one\n');
  return it;
};

verifies(
  ['I6'],
  'ordinary work rings nothing: reading, editing, commands with children and one in the background, a sub-agent',
  async () => {
    await using it = await inRepository();
    const file_path = join(it.project, 'a.txt');
    const work = [
      { tool: 'Read', input: { file_path } },
      { tool: 'Edit', input: { file_path, old_string: 'one', new_string: 'two' } },
      bash('git add -A && git -c user.name=m -c user.email=m@example.org commit -qm one && sleep 1'),
      bash('sh -c "sleep 1; git status" & wait; (sleep 20 &); sleep 1'),
      subagent(calls(bash('sleep 1; ls | sort'))),
      bash('echo "sleep 1" > b.sh; sh b.sh; touch done'),
    ];
    const ended = await it.claude(calls(...work), { args: ['--allowedTools', 'Bash,Edit,Read,Agent'] });
    expect(ended.stdout, ended.stderr).toContain('model saw');
    expect(it.ran('done'), ended.stdout).toBe(true);
    const records = await it.records();
    expect(history(records, 'Bash').map(({ outcome }) => outcome?.status)).toEqual(Array(4).fill('succeeded'));
    // It was looked at: what one command left behind is told of.
    await until('what was left running', async () =>
      (await it.records()).find((record) => record.kind === 'session' && record.change === 'left-running'),
    );
    expect(await unexplained(it)).toEqual([]);
  },
  onLinux,
);

verifies(
  ['I6'],
  'a program that a setting starts past the hooks rings, with what it is and whose; so does a hook of git that it leaves',
  async () => {
    await using it = await inRepository();
    mkdirSync(join(it.project, '.claude'));
    writeFileSync(
      join(it.project, 'helper.sh'),
      '#!/bin/sh\nsleep 3\nprintf "#!/bin/sh\\n" > .git/hooks/pre-commit\nsleep 6\necho key\n',
      { mode: 0o755 },
    );
    writeFileSync(
      join(it.project, '.claude', 'settings.json'),
      JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: 'command', command: './helper.sh' }] }] } }),
    );
    const running = it.claude(calls(bash('sleep 1; touch done')), { args: ['--allowedTools', 'Bash'] });
    const alarm = await until(
      'the program rings',
      async () => (await unexplained(it)).find(({ text }) => text.includes('helper.sh')),
      60_000,
    );
    expect(alarm).toMatchObject({ agent: it.connected.agent });
    expect(alarm.text).toContain('the program `');
    expect(alarm.hint).toMatch(/process \d+ since .* started by `claude` \(\d+\)/);
    await running;
    await until(
      'the change rings',
      async () => (await unexplained(it)).find(({ text }) => text.includes('.git/hooks` was changed')),
      60_000,
    );
    const rang = (await it.records()).filter((record) => record.kind === 'alarm');
    expect(rang.some(({ alarm: { kind, text } }) => kind === 'unexplained' && text.includes('helper.sh'))).toBe(true);
  },
  onLinux,
);

verifies(
  ['I6'],
  'nor does ordinary work of OpenCode and of Codex, whose own ways of starting a command are others',
  async () => {
    const quiet = async (client: World['client'], records: () => Promise<readonly LedgerRecord[]>): Promise<void> => {
      // It was looked at: what the command left behind is told of.
      await until('what was left running', async () =>
        (await records()).find((record) => record.kind === 'session' && record.change === 'left-running'),
      );
      const status = await client.status();
      expect(status.ok && status.value.alarms.filter(({ kind }) => kind === 'unexplained')).toEqual([]);
    };
    if (!withOpenCode.skip) {
      await using it = await openCodeWorld({ modules: { opencode: { level: 'allow', tools: { bash: 'allow' } } } });
      const behind = shell('(sleep 15s >/dev/null 2>&1 &) ; sleep 1; ls');
      const ended = await it.opencode(calls(behind, shell('sleep 4; touch done')));
      expect(it.ran('done'), ended.stdout + ended.stderr).toBe(true);
      await quiet(it.client, it.records);
    }
    if (!withCodex.skip) {
      await using it = await codexWorld({ scope: 'user' }, { modules: { codex: { level: 'allow' } } });
      const ended = await it.codex(turns(sh('sh -c "sleep 1; ls"; sleep 1'), sh('sleep 2; touch done')));
      expect(it.ran('done'), ended.stdout + ended.stderr).toBe(true);
      const status = await it.client.status();
      expect(status.ok && status.value.alarms.filter(({ kind }) => kind === 'unexplained')).toEqual([]);
    }
  },
  { skip: (withOpenCode.skip && withCodex.skip) || process.platform !== 'linux', timeout: 240_000 },
);
