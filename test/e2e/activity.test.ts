// What the activity page asks for: calls joined with who answered and what came of them, newest first, page by page.
import type { ActivityRow } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { DELETE, MAIL, until, type World, world } from './support/world.ts';

interface Page {
  readonly rows: readonly ActivityRow[];
  readonly before: number | null;
}

async function page(it: World, query = ''): Promise<Page> {
  const reply = await it.daemon.request('GET', `/v1/activity${query}`);
  expect(reply.status, reply.text).toBe(200);
  return reply.json() as Page;
}

verifies(['W1', 'L1'], 'a call stands there with who asked, who answered and what came of it', async () => {
  await using it = await world();
  const agent = await it.connect('claude');
  const allowed = agent.pre('Read', { file_path: '/tmp/notes.txt' }, { id: 'toolu_read' });
  expect((await allowed).verdict).toBe('allow');
  await agent.post('Read', { file_path: '/tmp/notes.txt' }, 'toolu_read');
  const asked = agent.pre(DELETE, { id: 'm1' }, { id: 'toolu_delete', server: MAIL });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  const [waiting] = (await page(it)).rows;
  expect(waiting).toMatchObject({ tool: 'delete', module: 'mail', by: null, status: null, person: null });
  await it.deny(approval, 'no');
  expect((await asked).verdict).toBe('deny');
  const { rows, before } = await until('the outcome', async () => {
    const found = await page(it);
    return found.rows[0]?.by === null ? undefined : found;
  });
  expect(before).toBeNull();
  expect(rows.map(({ tool, outcome, by, person, status }) => [tool, outcome, by, person, status])).toEqual([
    ['delete', 'confirm', 'user-denied', 'mia', 'refused'],
    ['Read', 'allow', 'auto-allowed', null, 'succeeded'],
  ]);
  expect(rows[0]?.summary).toBe(approval.summary);
  expect(rows[0]).toMatchObject({ agentName: 'claude', risk: approval.risk, taskTitle: approval.taskTitle });
});

verifies(['W1'], 'pages follow each other without a gap or a repeat, whatever is looked for', async () => {
  await using it = await world({ deny: ['claude-code/WebFetch'] });
  const [one, two] = [await it.connect('one'), await it.connect('two')];
  for (let n = 0; n < 25; n += 1) {
    await one.pre('Read', { file_path: `/tmp/file-${n}.txt` });
    if (n % 5 === 0) await two.pre('Read', { file_path: `/tmp/other-${n}.txt` });
  }
  await two.pre('WebFetch', { url: 'https://example.org/', prompt: 'x' });
  const all = async (query: string): Promise<readonly ActivityRow[]> => {
    const rows: ActivityRow[] = [];
    let next = '';
    for (let n = 0; n < 50; n += 1) {
      const found = await page(it, `?limit=4${query}${next}`);
      rows.push(...found.rows);
      if (found.before === null) return rows;
      next = `&before=${found.before}`;
    }
    throw new Error('no end');
  };
  // What never ran is recorded after its answer.
  const everything = await until('the refusal', async () => {
    const rows = await all('');
    return rows.some(({ outcome, status }) => outcome === 'deny' && status === null) ? undefined : rows;
  });
  expect(everything).toHaveLength(31);
  const positions = everything.map(({ position }) => position);
  expect(positions).toEqual([...new Set(positions)].sort((a, b) => b - a));
  expect(await all(`&q=agent:${two.id}`)).toHaveLength(6);
  expect((await all('&q=OTHER-1')).map(({ summary }) => summary)).toEqual([
    expect.stringContaining('other-15'),
    expect.stringContaining('other-10'),
  ]);
  expect(await all('&q=code/read')).toHaveLength(30);
  expect((await all('&q=verdict:deny')).map(({ tool, status }) => [tool, status])).toEqual([['WebFetch', 'refused']]);
  const task = everything[0]?.task ?? '';
  expect(await all(`&q=task:${task}`)).toEqual(everything.filter((row) => row.task === task));
  expect((await it.daemon.request('GET', '/v1/activity?q=verdict:maybe')).status).toBe(400);
  expect((await it.daemon.request('GET', '/v1/activity', { token: one.credential })).status).toBe(403);
});

verifies(['X2', 'W1'], 'a secret named afterwards is not shown either', async () => {
  await using it = await world();
  const agent = await it.connect('claude');
  await agent.pre('Read', { file_path: '/tmp/Zq9-hunter2-Zq9.txt' });
  expect((await page(it)).rows[0]?.summary).toContain('hunter2');
  await it.daemon.request('POST', '/v1/secrets', { body: { name: 'password', value: 'Zq9-hunter2-Zq9' } });
  expect(JSON.stringify(await page(it))).not.toContain('hunter2');
});
