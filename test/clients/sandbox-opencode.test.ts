// The real OpenCode within walls: with its own tools, each of which our plug-in asks about, and with none but the gateway's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { FORCED_CONFIG } from '../isolation/support/forced.ts';
import { OPENCODE, withOpenCode } from './support/opencode.ts';
import { type Call, calls, canaryPrompt } from './support/script.ts';
import { answer, history, lastCommit, type Walled, walled, withWalls } from './support/walled.ts';
import { attacked, hosts } from './support/walled-attack.ts';

const options = await withWalls(withOpenCode.skip);
const opencode = { connector: 'opencode', client: OPENCODE, api: 'openai' } as const;
const WORK = 'tr a-z A-Z < README.md > built.txt && git add -A && git commit -qm "Built within walls"';

const shell = (command: string): Call => ({ tool: 'bash', input: { command, description: 'scripted' } });
/** Its prompt in words: it joins what it is given by blanks, and puts quotes around what has one. */
const run = (it: Walled, ...list: readonly Call[]) =>
  it.run(['run', '--model', 'castellan/scripted-model', '--', ...canaryPrompt(calls(...list)).split(' ')]);

verifies(
  ['K7', 'I2'],
  'OpenCode builds and commits within walls with its own shell, and what a person says no to does not run',
  async () => {
    const config = { modules: { opencode: { tools: { bash: 'confirm' } } } };
    await using it = await walled({ ...opencode, mode: 'hooks', config });
    const running = run(it, shell(WORK), shell('touch refused.txt'));
    await answer(it, 'approve');
    await answer(it, 'deny');
    const ended = await running;
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(readFileSync(join(it.project, 'built.txt'), 'utf8')).toBe('HELLO\n');
    expect(await lastCommit(it)).toBe('Ada: Built within walls');
    expect(it.ran('refused.txt')).toBe(false);
    expect(await history(it)).toEqual([
      ['bash', 'confirm', 'succeeded'],
      ['bash', 'confirm', 'refused'],
    ]);
  },
  options,
);

verifies(
  ['K7', 'I2'],
  'with the gateway’s tools alone OpenCode changes nothing itself: they work for it, in walls of their own',
  async () => {
    await using it = await walled({ ...opencode, mode: 'gateway', config: FORCED_CONFIG });
    const ended = await run(it, { tool: 'castellan_workspace__run_command', input: { command: WORK } });
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(ended.stderr).toContain('it changes nothing but its own folder');
    expect(await lastCommit(it)).toBe('Ada: Built within walls');
  },
  options,
);

verifies(
  ['K7', 'I2', 'I4', 'I5'],
  'with the gate set to allow, OpenCode’s own shell reaches its project and the hosts that are listed, and nothing else',
  async () => {
    await using given = await hosts();
    await using it = await walled({ ...opencode, mode: 'hooks', config: { ...FORCED_CONFIG, network: given.network } });
    const settings = join(it.own, 'opencode', 'config', 'opencode', 'opencode.json');
    await attacked(it, settings, given, async (command) => {
      const ended = await run(it, shell(command));
      expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    });
  },
  options,
);
