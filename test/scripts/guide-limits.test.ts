// docs/guide/limits.md says what each profile and autonomy level does: the tables are what the real program decides and what the
// budgets really are, and the configuration shown is one that loads.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Budget, DEFAULT_CONFIG, PROFILES, parseConfig } from '@castellan/contract';
import { budgetsOf, modesInForce } from '@castellan/policy';
import { bareEnvironment, inRoot, runProcess, tempFolder, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkBlock, type Row, table } from './support/checked-blocks.ts';

const GUIDE = inRoot('docs', 'guide', 'limits.md');
const bash = (command: string) => [`\`${command}\``, { tool: 'Bash', input: { command } }] as const;
const CALLS = [
  bash('grep -rn TODO src'),
  ['`Write` a new file', { tool: 'Write', input: { file_path: 'notes.md', content: 'x' } }],
  ['`WebFetch` a page', { tool: 'WebFetch', input: { url: 'https://example.org/', prompt: 'what is it?' } }],
  bash('curl https://example.org/'),
  bash('npm test'),
  bash('rm -r src'),
  bash('git push --force'),
  ['a tool nobody classified', { tool: 'mcp__things__do', input: {} }],
  bash('rm -rf ~'),
] as const;

/** What is decided about each call under one profile. */
async function outcomes(folder: string, mode: string): Promise<readonly string[]> {
  const policy = join(folder, mode);
  mkdirSync(policy, { recursive: true });
  const config = { schema: 'castellan/config/v1', preset: 'full-auto', profile: { mode } };
  writeFileSync(join(policy, 'config.yaml'), JSON.stringify(config));
  const args = ['try', '--jsonl', '--interactive', '--policy', policy, '--cwd', '/home/ada/site'];
  const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  const { stdout, stderr } = await runProcess(process.execPath, [program, ...args], {
    env: bareEnvironment('/home/ada'),
    input: CALLS.map(([, call]) => `${JSON.stringify(call)}\n`).join(''),
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  const found = stdout.trim().split('\n');
  expect(found).toHaveLength(CALLS.length);
  return found.map((text) => (JSON.parse(text) as { outcome: string }).outcome);
}

const RANK = ['allow', 'ask', 'confirm', 'deny'];

verifies(
  ['P9'],
  'the guide says what each profile makes of a call, and none makes anything milder',
  async () => {
    const folder = tempFolder();
    const found = new Map<string, readonly string[]>();
    for (const mode of PROFILES) found.set(mode, await outcomes(folder, mode));
    const auto = found.get('auto') ?? [];
    for (const [mode, each] of found)
      each.forEach((outcome, index) => {
        expect(RANK.indexOf(outcome), `${mode} ${index}`).toBeGreaterThanOrEqual(RANK.indexOf(auto[index] ?? 'deny'));
      });
    const rows = CALLS.map(([name], index): Row => [name, ...PROFILES.map((mode) => found.get(mode)?.[index] ?? '?')]);
    checkBlock(GUIDE, 'profiles', table(['', ...PROFILES.map((mode) => `\`${mode}\``)], rows));
  },
  { timeout: 240_000 },
);

const count = (limit: number | null | undefined): string => (typeof limit === 'number' ? String(limit) : '–');
const budgetRow = (name: string, mode: string, { calls, minutes }: Budget): Row => [
  name,
  mode,
  ...[calls.warn, calls.pause, calls.stop, minutes.pause].map(count),
];

test('the guide says the budgets of each autonomy level', () => {
  const { limits } = DEFAULT_CONFIG;
  const rows = ([1, 2, 3, 4, 5] as const).map((autonomy): Row => {
    const profile = { mode: 'auto', autonomy } as const;
    const modes = modesInForce(profile).map(({ mode }) => mode);
    const mode = modes.find((each) => each !== 'auto') ?? 'auto';
    return budgetRow(String(autonomy), `\`${mode}\``, budgetsOf({ profile, limits }).turn);
  });
  const none = budgetsOf(DEFAULT_CONFIG);
  const head = ['autonomy', 'profile', 'told: calls', 'paused: calls', 'stopped: calls', 'paused: minutes'];
  const rest = [budgetRow('none set, a turn', 'yours', none.turn), budgetRow('none set, a task', 'yours', none.task)];
  checkBlock(GUIDE, 'autonomy', table(head, [...rows, ...rest]));
});

test('the guide says when repeats are held', () => {
  const { retries, repeats } = DEFAULT_CONFIG.limits;
  const rows: readonly Row[] = [
    [
      'refused, and comes back',
      `${retries.remind}nd time`,
      `${count(retries.pause)}rd time`,
      `${count(retries.stop)}th time`,
    ],
    ['runs, with nothing between', `${count(repeats.advise)}th time`, `${count(repeats.pause)}th time`, '–'],
  ];
  checkBlock(GUIDE, 'repeats', table(['the same call', 'told', 'paused', 'stopped'], rows));
});

test('the configuration in the guide loads', () => {
  const blocks = [...readFileSync(GUIDE, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(blocks.length).toBeGreaterThan(0);
  for (const text of blocks) {
    const config = parseConfig(parse(text));
    expect(config.ok ? [] : config.faults).toEqual([]);
  }
});
