// docs/guide/scripts.md says what is so: the script shown is one that is taken, the configuration loads, states, limits, codes and
// tools are those of the program.
import { readFileSync } from 'node:fs';
import { parseConfig, SCRIPT_ERRORS, scriptLimitsSchema, versionStateSchema } from '@castellan/contract';
import { inRoot, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { MOST, REJECTED_MS } from '../../packages/daemon/src/scripts/keep/room.ts';
import { stepped } from '../../packages/daemon/src/scripts/states.ts';
import { connectMcp, httpClient } from './support/mcp.ts';
import { deskOf } from './support/scripts.ts';
import { world } from './support/world.ts';

const GUIDE = readFileSync(inRoot('docs', 'guide', 'scripts.md'), 'utf8');
const block = (language: string): string => {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(GUIDE)?.[1];
  if (found === undefined) throw new Error(`no ${language} block`);
  return found;
};
const rows = (heading: string): readonly (readonly string[])[] => {
  const table = GUIDE.slice(GUIDE.indexOf(heading)).split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
};

test('the configuration of the guide loads', () => {
  const config = parseConfig(parse(block('yaml')));
  if (!config.ok) throw new Error(JSON.stringify(config.faults));
  expect(config.value.scripts).toMatchObject({ privateHosts: ['127.0.0.1:8123'], quotas: { agent: { runs: 500 } } });
});

test('states, limits, bounds and codes of the guide are those of the program', () => {
  const states = rows('| state | means | next |');
  expect(states.map(([state]) => state).toSorted()).toEqual(
    versionStateSchema.options.map(({ shape }) => shape.kind.value).toSorted(),
  );
  for (const [state, , next = ''] of states)
    for (const step of ['approve', 'reject', 'disable', 'restore'] as const)
      expect(stepped(state as 'pending', step).ok, `${state} ${step}`).toBe(
        next.split(/;/)[0]?.split(', ').includes(step) ?? false,
      );
  const codes = rows('| code | |').flatMap(([cell = '']) => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code));
  expect(codes.toSorted()).toEqual([...SCRIPT_ERRORS].toSorted());
  const limits = scriptLimitsSchema.parse({});
  const written = `time=${limits.seconds}s steps=${limits.steps / 1e6}M memory=${limits.memoryBytes / 1_048_576}MB output=${limits.outputBytes / 1024}KB calls=${limits.calls}`;
  expect(GUIDE).toContain(`\`${written}\``);
  expect(GUIDE).toContain(
    `at most ${MOST.pending} versions waiting; rejected ones are kept for ${REJECTED_MS / 86_400_000} days`,
  );
});

verifies(
  ['S2', 'S4'],
  'the script of the guide is taken, with what its header says; its tools are those an agent has',
  async () => {
    await using it = await world();
    const { capabilities, about, parameters, state } = await deskOf(it).propose('open-tickets', block('python'));
    expect({ capabilities, about, parameters, state }).toMatchObject({
      capabilities: {
        secrets: ['CHAT_HOOK_KEY', 'DESK_KEY'],
        hosts: ['chat.example.org', 'desk.example.org'],
        tools: [],
        limits: { seconds: 20, calls: 5 },
      },
      about: { description: 'Tell the team how many tickets are open' },
      parameters: ['team'],
      state: { kind: 'pending' },
    });
    await using connected = await httpClient(it, await connectMcp(it));
    const { tools } = await connected.client.listTools();
    const named = rows('| tool | |').map(([cell = '']) => cell.replaceAll('`', ''));
    expect(
      tools
        .map(({ name }) => name)
        .filter((name) => name.startsWith('script_'))
        .toSorted(),
    ).toEqual(named.toSorted());
  },
);
