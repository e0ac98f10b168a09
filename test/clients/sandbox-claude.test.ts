// The real Claude Code within walls, as `castellan run --sandbox` starts it: it does its work there, its hooks decide as ever, and with the
// gate set to let everything pass its own shell finds nothing but its project.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { FORCED_CONFIG } from '../isolation/support/forced.ts';
import { CLAUDE, withClaude } from './support/claude.ts';
import { bash, calls, canaryPrompt } from './support/script.ts';
import { answer, history, lastCommit, walled, withWalls } from './support/walled.ts';
import { attacked, hosts } from './support/walled-attack.ts';

const options = await withWalls(withClaude.skip);
const claude = { connector: 'claude-code', client: CLAUDE, api: 'anthropic' } as const;

verifies(
  ['K7', 'I2'],
  'Claude Code edits, builds and commits within walls; a deny is a deny, and what waits is answered',
  async () => {
    const tools = { Bash: 'allow', Write: 'confirm' };
    await using it = await walled({
      ...claude,
      config: { modules: { 'claude-code': { tools } }, deny: ['claude-code/NotebookEdit', 'claude-code/WebFetch'] },
    });
    const work = [
      { tool: 'Write', input: { file_path: join(it.project, 'notes.md'), content: 'within walls\n' } },
      { tool: 'WebFetch', input: { url: 'https://example.org/', prompt: 'read it' } },
      bash('tr a-z A-Z < README.md > built.txt && git add -A && git commit -qm "Built within walls"'),
    ];
    const running = it.run(['-p', canaryPrompt(calls(...work))]);
    await answer(it, 'approve');
    const ended = await running;
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(readFileSync(join(it.project, 'built.txt'), 'utf8')).toBe('HELLO\n');
    expect(await lastCommit(it)).toBe('Ada: Built within walls');
    expect(await history(it)).toEqual([
      ['Write', 'confirm', 'succeeded'],
      ['WebFetch', 'deny', 'refused'],
      ['Bash', 'allow', 'succeeded'],
    ]);
    expect(ended.stderr).toContain('within walls (bubblewrap, seccomp): it changes ');
  },
  options,
);

verifies(
  ['K7', 'I2', 'I4', 'I5'],
  'with the gate set to allow, Claude Code’s own shell reaches its project and the hosts that are listed, and nothing else',
  async () => {
    await using given = await hosts();
    await using it = await walled({ ...claude, config: { ...FORCED_CONFIG, network: given.network } });
    const settings = join(it.own, 'claude', 'settings.json');
    await attacked(it, settings, given, async (command) => {
      const ended = await it.run(['-p', canaryPrompt(calls(bash(command)))]);
      expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    });
  },
  options,
);
