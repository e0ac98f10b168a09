// A person is shown what a write would change, read from the disk as it is; where that moves, their answer no longer fits.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Approval } from '@castellan/contract';
import { tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { type TestAgent, type World, world } from './support/world.ts';

let it: World;
let agent: TestAgent;
let cwd: string;
beforeAll(async () => {
  // Everything that changes anything asks: what asks here is not what this is about.
  it = await world({ profile: { mode: 'safe' }, preset: 'full-auto' });
  agent = await it.connect('editor');
  cwd = join(tempFolder(), 'project');
  mkdirSync(cwd);
});
afterAll(() => it[Symbol.asyncDispose]());

const at = (name: string): string => join(cwd, name);
/** What the card of a call shows; the call is refused afterwards. */
async function cardOf(tool: string, input: Record<string, unknown>): Promise<Approval> {
  const call = agent.pre(tool, input, { cwd });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  await it.deny(approval);
  expect((await call).verdict).toBe('deny');
  return approval;
}
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, n) => `line ${from + n}\n`).join('');

verifies(
  ['H1'],
  'the card shows who, what for, the whole call, its effects, the change, the risk, why it was asked and how long is left',
  async () => {
    writeFileSync(at('a.txt'), lines(1, 21));
    await agent.hook({
      session_id: 's1',
      cwd,
      hook_event_name: 'UserPromptSubmit',
      prompt: 'Correct line ten\nplease',
    });
    const input = { file_path: at('a.txt'), old_string: 'line 10\n', new_string: 'line ten\nand more\n' };
    const before = Date.now();
    const card = await cardOf('Edit', input);
    expect(card).toMatchObject({
      agentName: 'editor',
      taskTitle: 'Correct line ten',
      module: 'claude-code',
      tool: 'Edit',
      arguments: input,
      cwd,
    });
    expect(card.effects.some(({ kind, target }) => kind === 'write' && target === at('a.txt'))).toBe(true);
    expect(card.risk).toContain('changes');
    expect(card.verdict.reasons[0]).toMatchObject({ source: 'profile', id: 'safe' });
    expect(card.verdict.reasons[0]?.remedy).toBeTruthy();
    expect(card.expiresAt - before).toBeGreaterThan(10_000);
    expect(card.changes).toEqual([
      {
        path: at('a.txt'),
        kind: 'changed',
        lines: [
          '@@ -7,7 +7,8 @@',
          ' line 7',
          ' line 8',
          ' line 9',
          '-line 10',
          '+line ten',
          '+and more',
          ' line 11',
          ' line 12',
          ' line 13',
        ],
        omitted: 0,
      },
    ]);
  },
);

verifies(['H1'], 'new files, several edits, notebooks; what cannot be shown says so', async () => {
  expect((await cardOf('Write', { file_path: at('new.txt'), content: 'one\ntwo\n' })).changes).toEqual([
    { path: at('new.txt'), kind: 'new', lines: ['+one', '+two'], omitted: 0 },
  ]);
  writeFileSync(at('b.txt'), 'a\nb\nc\n');
  const edits = [
    { old_string: 'a', new_string: 'A' },
    { old_string: 'c', new_string: 'C' },
  ];
  const [several] = (await cardOf('MultiEdit', { file_path: at('b.txt'), edits })).changes;
  expect(several?.lines).toEqual(['@@ -1,3 +1,3 @@', '-a', '+A', ' b', '-c', '+C']);
  const cell = (id: string, source: string) => ({ id, cell_type: 'code', source: [source], metadata: {}, outputs: [] });
  writeFileSync(
    at('n.ipynb'),
    JSON.stringify({
      cells: [cell('x', 'one = 1'), cell('y', 'two = 2')],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    }),
  );
  const [book] = (await cardOf('NotebookEdit', { notebook_path: at('n.ipynb'), cell_id: 'y', new_source: 'two = 3' }))
    .changes;
  expect(book?.lines).toEqual(expect.arrayContaining(['-two = 2', '+two = 3']));

  const [unfit] = (await cardOf('Edit', { file_path: at('b.txt'), old_string: 'nowhere', new_string: 'x' })).changes;
  expect(unfit).toMatchObject({ kind: 'unseen', lines: ['the text to be replaced is not in the file'] });
  writeFileSync(at('bin'), Buffer.from([1, 0, 2]));
  const [binary] = (await cardOf('Write', { file_path: at('bin'), content: 'x' })).changes;
  expect(binary).toMatchObject({ kind: 'unseen', lines: ['it is not text'] });
  writeFileSync(at('large'), 'x'.repeat(300_000));
  expect((await cardOf('Write', { file_path: at('large'), content: 'x' })).changes[0]?.lines[0]).toContain('too large');
  const [long] = (await cardOf('Write', { file_path: at('long'), content: lines(0, 1000) })).changes;
  expect(long).toMatchObject({ kind: 'new', omitted: 600 });
  expect(long?.lines).toHaveLength(400);
});

verifies(['H1', 'X2'], 'a secret in a file is no more shown than one in an argument', async () => {
  // The one secret every daemon knows: its own token.
  const key = it.daemon.state.token;
  writeFileSync(at('keys.txt'), `first\ntoken = ${key}\nlast\n`);
  const card = await cardOf('Edit', { file_path: at('keys.txt'), old_string: 'last', new_string: 'the end' });
  expect(JSON.stringify(card)).not.toContain(key);
  expect(card.changes[0]?.lines).toContain('+the end');
});

verifies(
  ['H1', 'H5'],
  'where the file changed while a person read the card, the answer is void and nothing runs',
  async () => {
    writeFileSync(at('moves.txt'), 'one\ntwo\n');
    const call = agent.pre('Edit', { file_path: at('moves.txt'), old_string: 'two', new_string: '2' }, { cwd });
    const [card] = await it.waiting();
    writeFileSync(at('moves.txt'), 'one\nsomething else\ntwo\n');
    if (card !== undefined) expect((await it.approve(card)).status).toBe(200);
    const answer = await call;
    expect(answer.verdict).toBe('deny');
    expect(answer.reason).toContain('changed while it waited');
    expect(readFileSync(at('moves.txt'), 'utf8')).toContain('something else');

    const again = agent.pre('Edit', { file_path: at('moves.txt'), old_string: 'two', new_string: '2' }, { cwd });
    const [fresh] = await it.waiting();
    expect(fresh?.changes[0]?.lines).toContain(' something else');
    if (fresh !== undefined) await it.approve(fresh);
    expect((await again).verdict).toBe('allow');
  },
);
