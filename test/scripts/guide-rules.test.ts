// docs/guide/rules.md: every rule in it is put into a policy folder, compiled, tested and linted by the real program; the words it
// lists are those that there are.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certaintySchema, EFFECT_KINDS, parseRuleFile, placeSchema, RESOURCES, ruleSchema } from '@castellan/contract';
import { bareEnvironment, inRoot, runProcess, tempFolder, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const text = readFileSync(inRoot('docs', 'guide', 'rules.md'), 'utf8');
const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);

function ids(): readonly string[] {
  return blocks.flatMap((block) => {
    const file = parseRuleFile(parse(block));
    if (!file.ok) throw new Error(JSON.stringify(file.faults));
    return [...file.value.rules, ...file.value.labels].map(({ id }) => id);
  });
}

async function castellan(...args: readonly string[]): Promise<unknown> {
  const policy = tempFolder();
  mkdirSync(join(policy, 'rules'));
  writeFileSync(join(policy, 'config.yaml'), 'schema: castellan/config/v1\n');
  for (const [index, block] of blocks.entries()) writeFileSync(join(policy, 'rules', `example-${index}.yaml`), block);
  const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  const { stdout } = await runProcess(process.execPath, [program, ...args, '--policy', policy, '--json'], {
    env: bareEnvironment('/home/ada'),
    timeout: 120_000,
  });
  return JSON.parse(stdout);
}

verifies(
  ['P12'],
  'the rules in the guide compile, hold their own tests, and are caught and let pass at least once',
  async () => {
    const { results } = (await castellan('policy', 'test')) as {
      results: readonly { rule: string; ok: boolean; matched: boolean; text: string }[];
    };
    for (const id of ids()) {
      const own = results.filter(({ rule }) => rule === id);
      expect([id, own.filter(({ ok }) => !ok)]).toEqual([id, []]);
      expect([id, new Set(own.map(({ matched }) => matched))]).toEqual([id, new Set([true, false])]);
    }
  },
  { timeout: 240_000 },
);

test('nothing is wrong with them', { timeout: 240_000 }, async () => {
  expect(JSON.stringify(await castellan('policy', 'lint'))).not.toMatch(/example-\d/);
});

test('there are rules of each tier and a label', () => {
  const files = blocks.flatMap((block) => parseRuleFile(parse(block)));
  const tiers = files.flatMap((file) => (file.ok ? file.value.rules.map(({ tier }) => tier) : []));
  expect(new Set(tiers)).toEqual(new Set(['critical', 'strict', 'guideline']));
  expect(files.some((file) => file.ok && file.value.labels.length > 0)).toBe(true);
});

test('every kind, place, certainty, resource and field that there is stands in it', () => {
  const words = [...EFFECT_KINDS, ...placeSchema.options, ...certaintySchema.options, ...RESOURCES];
  expect(words.length).toBeGreaterThan(50);
  expect(words.filter((word) => !text.includes(`\`${word}\``))).toEqual([]);
  const fields = Object.keys(ruleSchema.shape).filter((name) => name !== 'title' && name !== 'outcome');
  expect(fields.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  // And no resource that is none.
  const rows = [
    ...text.matchAll(
      /^\| (?:files|version control|systems|code that runs|what leaves|agents|the analysis[^|]*) \|(.*)\|$/gm,
    ),
  ];
  const named = rows.flatMap(([, cells = '']) => [...cells.matchAll(/`([a-z-]+)`/g)].map(([, word = '']) => word));
  expect(named.toSorted()).toEqual([...RESOURCES].toSorted());
});
