// docs/guide/incidents.md shows what `castellan try` prints, and this holds it to that: each block is a command and the output
// of the real program. The folders are nobody's: nothing there is read, nothing is written, nothing is run.
// `CASTELLAN_UPDATE_GUIDE=1` writes the blocks anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { bareEnvironment, inRoot, runProcess } from '@castellan/testkit';
import { expect, test } from 'vitest';

const GUIDE = inRoot('docs', 'guide', 'incidents.md');
const BLOCK = /```console\n\$ castellan try '([^\n]*)'\n([\s\S]*?)```/g;

async function tried(command: string): Promise<string> {
  const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  const env = { ...bareEnvironment('/home/ada'), COLUMNS: '90' };
  const args = [program, 'try', '--cwd', '/home/ada/site', command];
  const { stdout, stderr } = await runProcess(process.execPath, args, { env, timeout: 60_000 });
  expect(stderr).toBe('');
  return stdout;
}

test('the guide says what the program says', { timeout: 300_000 }, async () => {
  const text = readFileSync(GUIDE, 'utf8');
  const blocks = [...text.matchAll(BLOCK)].map(([, command = '', output = '']) => ({ command, output }));
  expect(blocks.length).toBeGreaterThanOrEqual(10);
  const outputs = new Map<string, string>();
  for (const { command } of blocks) outputs.set(command, await tried(command.replaceAll(`'\\''`, `'`)));
  if (process.env.CASTELLAN_UPDATE_GUIDE !== undefined) {
    const synced = text.replace(
      BLOCK,
      (_, command: string) => `\`\`\`console\n$ castellan try '${command}'\n${outputs.get(command)}\`\`\``,
    );
    writeFileSync(GUIDE, synced);
    return;
  }
  for (const { command, output } of blocks) expect([command, output]).toEqual([command, outputs.get(command)]);
});
