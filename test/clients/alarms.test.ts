// What Claude Code's gaps announce as an alarm rings: the real client started past its hooks in every announced way at once, each
// held at a command until the alarm is seen, and a real daemon that looks for itself. It ends when they end.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { until } from '../e2e/support/world.ts';
import { type ClaudeRun, withClaude } from './support/claude.ts';
import { bash, calls } from './support/script.ts';
import { claudeCode, history, type World, world } from './support/world.ts';

interface Past extends Partial<Pick<ClaudeRun, 'args' | 'env'>> {
  /** The alarm the gap announces, and the words of it that name this way. */
  readonly alarm: 'hooks-bypassed' | 'hooks-disabled';
  readonly gap: string;
  readonly named: string;
  /** Of the project. */
  readonly settings?: object;
  /** A mark of the byte order before it, which the client skips. */
  readonly isMarked?: true;
}

const started = { alarm: 'hooks-bypassed', gap: 'claude-code/started-without' } as const;
const WAYS: readonly Past[] = [
  { ...started, named: '`--bare`', args: ['--bare'] },
  { ...started, named: '`--settings`', args: ['--settings', '{"disableAllHooks":true}'] },
  { ...started, named: '`--setting-sources`', args: ['--setting-sources', 'project'] },
  { ...started, named: 'CLAUDE_CODE_SAFE_MODE', env: { CLAUDE_CODE_SAFE_MODE: '1' } },
  {
    ...{ alarm: 'hooks-disabled', gap: 'claude-code/disabled-by-project', named: '`disableAllHooks`' },
    settings: { disableAllHooks: true },
  },
  {
    ...{ alarm: 'hooks-disabled', gap: 'claude-code/disabled-by-project', named: 'marked/.claude/settings.json' },
    ...{ settings: { disableAllHooks: true }, isMarked: true },
  },
  {
    ...{ alarm: 'hooks-bypassed', gap: 'claude-code/project-programs', named: '(apiKeyHelper)' },
    settings: { apiKeyHelper: 'echo k' },
  },
  {
    ...{ alarm: 'hooks-bypassed', gap: 'claude-code/project-hooks', named: 'hooks of its own (SessionStart)' },
    settings: { hooks: { SessionStart: [{ hooks: [{ type: 'command', command: 'true' }] }] } },
  },
];

test('each of these gaps announces the alarm that is waited for', () => {
  const gaps = new Map(claudeCode.gaps('user', 'hooks').map(({ id, alarm }) => [id, alarm]));
  for (const { gap, alarm } of WAYS) expect(gaps.get(gap), gap).toContain(alarm);
});

async function ringing(it: World): Promise<ReadonlyMap<string, string>> {
  const status = await it.client.status();
  return new Map(status.ok ? status.value.alarms.map(({ kind, text }) => [kind, text]) : []);
}

const WAITS = 'touch started; until [ -e go ]; do read -t 0.2 _ </dev/zero; done';

verifies(
  ['K1', 'K6'],
  'the alarm of every announced way rings while the client runs so, names it, and ends with it',
  async () => {
    await using it = await world({ modules: { 'claude-code': { tools: { Bash: 'allow' } } } });
    const projects = WAYS.map(({ settings, isMarked = false }) => {
      const project = join(tempFolder(), isMarked ? 'marked' : 'project');
      mkdirSync(join(project, '.claude'), { recursive: true });
      if (settings !== undefined)
        writeFileSync(
          join(project, '.claude', 'settings.json'),
          `${isMarked ? '\u{feff}' : ''}${JSON.stringify(settings)}`,
        );
      return project;
    });
    const running = WAYS.map(({ args = [], env = {} }, at) =>
      it.claude(calls(bash(WAITS)), {
        ...{ cwd: projects[at] ?? it.project, env },
        args: [...args, '--allowedTools', 'Bash'],
      }),
    );
    await until(
      'every alarm',
      async () => {
        const now = await ringing(it);
        const silent = WAYS.filter(({ alarm, named }) => now.get(alarm)?.includes(named) !== true);
        return silent.length === 0 || undefined;
      },
      50_000,
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${JSON.stringify([...(await ringing(it))])}`);
    });
    for (const project of projects) writeFileSync(join(project, 'go'), '');
    await Promise.all(running);
    await until('silence', async () => (await ringing(it)).size === 0 || undefined, 30_000);
    const records = await it.records();
    // Only those whose hooks ran were decided at all: the alarms did not come from calls.
    expect(history(records, 'Bash')).toHaveLength(2);
    const rang = records.filter((record) => record.kind === 'alarm').map((record) => JSON.stringify(record));
    for (const { alarm } of WAYS) expect(rang.some((text) => text.includes(alarm))).toBe(true);
  },
  { ...withClaude, timeout: 180_000 },
);
