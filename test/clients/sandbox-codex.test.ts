// The real Codex within walls: with its own tools, each of which its hooks ask about, and with none but the gateway's. The walls of its own
// could not stand inside of ours, and are left out there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { FORCED_CONFIG } from '../isolation/support/forced.ts';
import { CODEX, type CodexCall, sh, turns, withCodex } from './support/codex.ts';
import { answer, history, lastCommit, type Walled, walled, withWalls } from './support/walled.ts';
import { attacked, hosts } from './support/walled-attack.ts';

const options = await withWalls(withCodex.skip);
const codex = { connector: 'codex', client: CODEX, api: 'openai' } as const;
const WORK = 'tr a-z A-Z < README.md > built.txt && git add -A && git commit -qm "Built within walls"';

const run = (it: Walled, ...list: readonly CodexCall[]) =>
  it.run(['-m', 'scripted-model', 'exec', '--skip-git-repo-check', '-'], { stdin: turns(...list) });

verifies(
  ['K7', 'I2'],
  'Codex builds and commits within walls with its own shell, and what a person says no to does not run',
  async () => {
    const config = { modules: { codex: { tools: { Bash: 'confirm' } } } };
    await using it = await walled({ ...codex, mode: 'hooks', config });
    const running = run(it, sh(WORK), sh('touch refused.txt'));
    await answer(it, 'approve');
    await answer(it, 'deny');
    const ended = await running;
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(readFileSync(join(it.project, 'built.txt'), 'utf8')).toBe('HELLO\n');
    expect(await lastCommit(it)).toBe('Ada: Built within walls');
    expect(it.ran('refused.txt')).toBe(false);
    expect(await history(it)).toEqual([
      ['Bash', 'confirm', 'succeeded'],
      ['Bash', 'confirm', 'refused'],
    ]);
    // Nobody is asked about a host of the client's own with every start.
    const reached = (await it.records()).filter((record) => record.kind === 'attempt' && record.tool === 'connect');
    expect(reached).toEqual([]);
  },
  options,
);

verifies(
  ['K7', 'I2'],
  'with the gateway’s tools alone Codex changes nothing itself: they work for it, in walls of their own',
  async () => {
    await using it = await walled({ ...codex, mode: 'gateway', config: FORCED_CONFIG });
    const call = { tool: 'workspace__run_command', namespace: 'mcp__castellan', input: { command: WORK } };
    const ended = await run(it, call);
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(ended.stderr).toContain('it changes nothing but its own folder');
    expect(await lastCommit(it)).toBe('Ada: Built within walls');
  },
  options,
);

verifies(
  ['K7', 'I2', 'I4', 'I5'],
  'with the gate set to allow, Codex’s own shell reaches its project and the hosts that are listed, and nothing else',
  async () => {
    await using given = await hosts();
    await using it = await walled({ ...codex, mode: 'hooks', config: { ...FORCED_CONFIG, network: given.network } });
    await attacked(it, join(it.own, 'codex', 'config.toml'), given, async (command) => {
      const ended = await run(it, sh(command));
      expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    });
  },
  options,
);
