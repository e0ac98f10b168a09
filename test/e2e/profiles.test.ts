// Modes and autonomy levels through the real hook and the real API: the profile, the client and the user's own denies, of
// which the strictest always holds.
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type TestAgent, world } from './support/world.ts';

const CWD = '/tmp';
const write = (agent: TestAgent, mode?: string) =>
  agent.pre(
    'Write',
    { file_path: '/tmp/castellan-profile-test/a.txt', content: 'x' },
    { cwd: CWD, ...(mode !== undefined && { more: { permission_mode: mode } }) },
  );

verifies(
  ['P9'],
  'the client’s plan mode holds even where everything is allowed; its loosening modes loosen nothing',
  async () => {
    await using it = await world({ preset: 'full-auto' });
    const agent = await it.connect();
    expect((await write(agent)).verdict).toBe('allow');
    const planned = await write(agent, 'plan');
    expect(planned.verdict).toBe('deny');
    expect(planned.reason).toContain('mode plan: nothing is changed while a plan is made');
    expect((await agent.pre('TodoWrite', { n: 1 }, { more: { permission_mode: 'plan' } })).verdict).toBe('allow');
    await using strict = await world({ deny: ['claude-code/Write'] });
    const other = await strict.connect();
    for (const mode of ['default', 'acceptEdits', 'bypassPermissions', 'dontAsk', 'plan'])
      expect((await write(other, mode)).verdict, mode).toBe('deny');
  },
);

verifies(['P9'], 'over the API a client may ask for less, never for more', async () => {
  await using it = await world({ preset: 'full-auto', profile: { mode: 'plan' } });
  const agent = await it.connect('other', 60, 'other');
  const check = async (mode: string | undefined, extra: object = {}) => {
    const body = {
      tool: 'claude-code/Write',
      input: { file_path: '/tmp/castellan-profile-test/b.txt', content: 'x' },
      cwd: CWD,
      session: 'a',
      ...(mode !== undefined && { mode }),
      ...extra,
    };
    return it.daemon.request('POST', '/v1/calls', { token: agent.credential, body });
  };
  for (const mode of [undefined, 'dangerous', 'auto', 'safe'])
    expect((await check(mode)).json(), String(mode)).toMatchObject({ kind: 'refused', by: 'rule' });
  // What other runtimes let a client set, ours does not even read.
  for (const extra of [{ dangerous: true }, { autonomy: 5 }, { autonomyLevel: 5 }])
    expect((await check(undefined, extra)).status).toBe(400);
});

verifies(['P9'], 'ci refuses what would ask, and lets pass what is safe', async () => {
  await using it = await world({ profile: { mode: 'ci' } });
  const agent = await it.connect();
  expect((await agent.pre('TodoWrite', { n: 1 })).verdict).toBe('allow');
  const asked = await agent.pre('mcp__nobody__knows', {}, { server: { name: 'nobody', source: 'user' } });
  expect(asked.verdict).toBe('deny');
  expect(asked.reason).toContain('nobody can be asked');
  expect(await it.approvals()).toEqual([]);
});

verifies(['P9', 'G-S06'], 'an autonomy level is a mode and its budgets', async () => {
  await using it = await world({
    preset: 'full-auto',
    limits: { repeats: { advise: null, pause: null } },
    profile: { autonomy: 1 },
  });
  const agent = await it.connect();
  const view = (await it.daemon.request('GET', '/v1/limits')).json();
  expect(view).toMatchObject({
    modes: ['auto', 'safe'],
    turn: { calls: { warn: 25, pause: 50, stop: 80 }, minutes: { pause: 10 } },
  });
  // Level 1 asks for what changes anything, and here nobody sits at the terminal.
  const changing = write(agent);
  const [card] = await it.waiting();
  expect(card?.verdict.reasons[0]).toMatchObject({ source: 'profile', id: 'safe', outcome: 'confirm' });
  expect(card?.taskGrant).toBeNull();
  if (card !== undefined) await it.approve(card);
  expect((await changing).verdict).toBe('allow');
  for (let n = 2; n <= 50; n += 1) expect((await agent.pre('TodoWrite', { n })).verdict, String(n)).toBe('allow');
  const held = agent.pre('TodoWrite', { n: 51 });
  const [next] = await it.waiting();
  expect(next?.verdict.reasons[0]?.text).toContain('51 calls');
  if (next !== undefined) await it.deny(next);
  expect((await held).verdict).toBe('deny');
});
