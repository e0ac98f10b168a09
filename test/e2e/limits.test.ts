// Budgets, repeated calls and quotas through the real hook: an agent that goes on and on is warned, held, and a person told.
import { bareEnvironment, inRoot, logIn, runProcess, startDaemon, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { agentOver, ofKind, type TestAgent, type World, world, worldOf } from './support/world.ts';

const LOOK = 'TodoWrite';
const look = (agent: TestAgent, n: number, session = 's1') => agent.pre(LOOK, { n }, { session });
const prompt = (agent: TestAgent, session = 's1') =>
  agent.hook({ session_id: session, cwd: '/tmp', hook_event_name: 'UserPromptSubmit', prompt: 'go on' });
const alarms = async (it: World) => (await it.status()).alarms.map(({ kind }) => kind);
/** The same state folder under a new daemon. */
async function restarted({ daemon }: World) {
  await daemon.stop();
  const next = await startDaemon({ home: daemon.home });
  return {
    world: worldOf(next),
    as: ({ id, credential }: TestAgent) => agentOver(next, id, credential),
    [Symbol.asyncDispose]: () => next[Symbol.asyncDispose](),
  };
}
const session = async (it: World) => (await it.status()).sessions[0]?.id ?? '';

verifies(['G-S06'], 'a turn is warned, paused, freed by a yes with the same allowance, and stopped', async () => {
  await using it = await world({ limits: { turn: { calls: { warn: 3, pause: 5, stop: 8 } } } });
  const agent = await it.connect();
  const early = [await look(agent, 1), await look(agent, 2), await look(agent, 3)];
  expect(early.map(({ verdict }) => verdict)).toEqual(['allow', 'allow', 'allow']);
  expect(early.map(({ text }) => text.includes('calls since'))).toEqual([false, false, true]);
  // Ten at once: not one more than allowed slips by, however they arrive.
  const many = Array.from({ length: 10 }, (_, n) => look(agent, 10 + n));
  const waiting = await it.waiting(3);
  expect(waiting).toHaveLength(3);
  expect(waiting[0]?.verdict.reasons[0]).toMatchObject({ source: 'turn', outcome: 'confirm' });
  expect(waiting[0]?.verdict.reasons[0]?.text).toMatch(/^6 calls since the session began/);
  expect(waiting[0]?.taskGrant).toBeNull();
  expect(await alarms(it)).toContain('agent-stopped');
  for (const approval of waiting) await it.deny(approval);
  const verdicts = (await Promise.all(many)).map(({ verdict }) => verdict);
  expect(verdicts.filter((verdict) => verdict === 'allow')).toHaveLength(2);
  expect((await look(agent, 30)).reason).toMatch(/this session was stopped/);

  // The user's next prompt frees it, and nothing is left of the alarm.
  await prompt(agent);
  expect((await look(agent, 31)).verdict).toBe('allow');
  expect(await alarms(it)).toEqual([]);
  for (const n of [32, 33, 34, 35]) expect((await look(agent, n)).verdict, String(n)).toBe('allow');
  const held = look(agent, 36);
  const [card] = await it.waiting();
  expect(card?.verdict.reasons[0]?.text).toMatch(/^6 calls since your last prompt.*same allowance again/);
  expect(await alarms(it)).toEqual(['agent-paused']);
  if (card !== undefined) await it.approve(card);
  expect((await held).verdict).toBe('allow');
  expect(await alarms(it)).toEqual([]);
  for (const n of [41, 42, 43, 44, 45]) expect((await look(agent, n)).verdict, String(n)).toBe('allow');
  const again = look(agent, 46);
  await it.waiting();
  await agent.endSession();
  await again;
  const changes = ofKind(await it.records(), 'session').map(({ change }) => change);
  expect(changes).toEqual(expect.arrayContaining(['stopped', 'prompted', 'paused', 'resumed']));
  expect((await it.verify()).kind).toBe('verified');
});

verifies(['G-S06'], 'a restart gives nothing back, a prompt gives a task nothing back, resume does', async () => {
  const config = { limits: { turn: { calls: { pause: null, stop: 4 } }, task: { calls: { stop: 6 } } } };
  await using first = await world(config);
  const agent = await first.connect();
  for (const n of [1, 2, 3]) expect((await look(agent, n)).verdict).toBe('allow');
  await using it = await restarted(first);
  const again = it.as(agent);
  expect((await look(again, 4)).verdict).toBe('allow');
  expect((await look(again, 5)).verdict).toBe('deny');
  await prompt(again);
  expect((await look(again, 6)).verdict).toBe('allow');
  expect((await look(again, 7)).verdict).toBe('deny');
  await prompt(again);
  expect((await look(again, 8)).reason).toContain('7 calls in this task');
  const id = await session(it.world);
  expect((await it.world.daemon.request('POST', `/v1/sessions/${id}/resume`, { token: agent.credential })).status).toBe(
    403,
  );
  expect((await it.world.daemon.request('POST', `/v1/sessions/${id}/resume`)).json()).toEqual({
    session: id,
    was: 'stopped',
  });
  expect((await look(again, 9)).verdict).toBe('allow');
  const view = (await it.world.daemon.request('GET', '/v1/limits')).json();
  expect(view).toMatchObject({
    task: { calls: { stop: 6 } },
    sessions: [{ session: id, held: 'free', turn: { calls: 1, began: 'answer' } }],
  });
});

verifies(
  ['G-S06'],
  'a refused call that comes back is told what to do instead, then pauses, then stops the agent',
  async () => {
    await using it = await world({ deny: ['claude-code/Write'], limits: {} });
    const agent = await it.connect();
    const write = (gap: string) => agent.pre('Write', { file_path: '/tmp/x', content: `a${gap}b` });
    expect((await write(' ')).reason).not.toContain('refused before');
    expect((await write('  ')).reason).toMatch(/refused before and comes for the 2nd time: .*config\.yaml/);
    expect((await write('\n')).verdict).toBe('deny');
    const other = look(agent, 1);
    const [card] = await it.waiting();
    expect(card?.verdict.reasons[0]?.text).toContain('the same refused call came 3 times');
    expect(await alarms(it)).toEqual(['agent-paused']);
    if (card !== undefined) await it.deny(card);
    expect((await other).verdict).toBe('deny');
    await write(' ');
    expect((await write(' ')).reason).toContain('this session was stopped');
    expect(await alarms(it)).toContain('agent-stopped');
    expect((await look(agent, 2)).verdict).toBe('deny');
    // Another session of the same agent is another run: it goes on.
    expect((await look(agent, 3, 's2')).verdict).toBe('allow');
  },
);

verifies(['G-S06'], 'the same call in a row is advised against, then held', async () => {
  await using it = await world({ limits: { repeats: { advise: 3, pause: 5 } } });
  const agent = await it.connect();
  const texts: string[] = [];
  for (let n = 0; n < 4; n += 1) texts.push((await look(agent, 1)).text);
  expect(texts.map((text) => text.includes('in a row'))).toEqual([false, false, true, true]);
  const held = look(agent, 1);
  expect((await it.waiting())[0]?.verdict.reasons[0]?.text).toContain('the same call came 5 times in a row');
  await agent.endSession();
  expect((await held).verdict).toBe('deny');
});

verifies(['G-S06'], 'time and tokens count as calls do', async () => {
  await using it = await world({ limits: { turn: { tokens: { stop: 1000 } } } });
  const agent = await it.connect('demo', 60, 'other');
  const check = (turn: string, n: number) =>
    it.daemon.request('POST', '/v1/calls', {
      token: agent.credential,
      body: { tool: 'claude-code/TodoWrite', input: { n }, cwd: '/tmp', session: 'a', turn },
    });
  const first = (await check('one', 1)).json() as { call: string; kind: string };
  expect(first.kind).toBe('run');
  await it.daemon.request('POST', `/v1/calls/${first.call}/outcome`, {
    token: agent.credential,
    body: { status: 'succeeded', tokens: 1001 },
  });
  expect((await check('one', 2)).json()).toMatchObject({ kind: 'refused' });
  // Another turn of the user begins again.
  expect((await check('two', 3)).json()).toMatchObject({ kind: 'run' });
});

verifies(
  ['D2'],
  'a quota lets exactly so many calls pass, at once or after a restart, and counts what it names',
  async () => {
    const config = {
      limits: {
        quotas: [
          { of: 'claude-code/Todo*', per: 'hour', calls: 5 },
          { of: 'agent', per: 'task', calls: 8 },
        ],
      },
    };
    await using first = await world(config);
    const agent = await first.connect();
    const verdicts = (await Promise.all(Array.from({ length: 7 }, (_, n) => look(agent, n)))).map(
      ({ verdict }) => verdict,
    );
    expect(verdicts.filter((verdict) => verdict === 'allow')).toHaveLength(5);
    expect((await look(agent, 8)).reason).toContain('has had its 5 calls in an hour');
    expect((await agent.pre('TaskList', { n: 1 })).verdict).toBe('allow');
    await using it = await restarted(first);
    const again = it.as(agent);
    expect((await look(again, 9)).verdict).toBe('deny');
    // Five and one ran before, two more fill the agent's eight for this task; another task has its own.
    const rest = [
      await again.pre('TaskList', { n: 2 }),
      await again.pre('TaskList', { n: 3 }),
      await again.pre('TaskList', { n: 4 }),
    ];
    expect(rest.map(({ verdict }) => verdict)).toEqual(['allow', 'allow', 'deny']);
    expect((await again.pre('TaskList', { n: 5 }, { session: 'other' })).verdict).toBe('allow');
  },
);

verifies(['G-S06'], 'a person sees at the command line who is held and why, and lets it go on', async () => {
  await using it = await world({ limits: { turn: { calls: { stop: 1 } } } });
  const agent = await it.connect();
  const castellan = (...args: readonly string[]) =>
    runProcess(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), ...args], {
      env: { ...bareEnvironment(it.daemon.home), CASTELLAN_HOME: it.daemon.home },
    });
  await logIn(it.daemon.home);
  expect((await castellan('resume')).stderr).toContain('no session is held');
  await look(agent, 1);
  expect((await look(agent, 2)).verdict).toBe('deny');
  const shown = await castellan('limits');
  expect(shown.stdout).toMatch(/turn\s+.*stop after 1 call/);
  expect(shown.stdout).toMatch(/stopped\s+2 calls in .*2 calls since the session began/);
  const freed = await castellan('resume');
  expect(freed).toMatchObject({ code: 0 });
  expect(freed.stdout).toContain('was stopped and goes on');
  expect((await look(agent, 3)).verdict).toBe('allow');
});
