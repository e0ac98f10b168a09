// Claude Code asks its hook first and the gateway then, for one and the same call: it is decided once, run once, and one outcome
// stands in the ledger; whatever differs is decided anew.
import { honestMcp, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, httpClient, textOf } from './support/mcp.ts';
import { ofKind, type TestAgent, until, type World, world } from './support/world.ts';

const SERVER = { name: 'castellan', source: 'user' } as const;
const TOOL = 'mcp__castellan__notes__echo';
/** Where the client works, as its hook and its server both say: in two folders they speak of two calls. */
const CWD = '/srv/project';
const AT_HOME = { headers: { 'x-castellan-workspace': CWD } };
const INTERACTIVE = { 'x-castellan-entrypoint': 'cli' };

async function ready(): Promise<{ it: World; agent: TestAgent }> {
  const it = await world();
  await addModule(it, 'notes', honestMcp({ only: ['echo', 'slow'] }));
  return { it, agent: await it.connect('Claude Code') };
}

const call = (id: string, text: string, name = 'notes__echo') => ({
  name,
  arguments: { text },
  _meta: { 'claudecode/toolUseId': id },
});
const post = (id: string, text: string) => ({
  session_id: 's1',
  cwd: CWD,
  hook_event_name: 'PostToolUse',
  tool_name: TOOL,
  tool_input: { text },
  tool_use_id: id,
  mcp_server: SERVER,
  tool_response: [{ type: 'text', text }],
});

verifies(
  ['K5', 'H5', 'L1', 'M1'],
  'what a hook was told counts for the very call that follows, once',
  async () => {
    const { it, agent } = await ready();
    await using _it = it;
    await using connected = await httpClient(it, agent, AT_HOME);
    const { client } = connected;

    const asked = agent.pre(TOOL, { text: 'a' }, { id: 'toolu_a', cwd: CWD, server: SERVER, headers: INTERACTIVE });
    const [question] = await it.waiting();
    expect(question).toMatchObject({ module: 'notes', tool: 'echo' });
    if (question !== undefined) await it.approve(question);
    expect((await asked).verdict).toBe('allow');

    // Its answer is awaited while nobody is asked a second time.
    expect(textOf(await client.callTool(call('toolu_a', 'a')))).toBe('a');
    await agent.hook(post('toolu_a', 'a'));
    const records = await it.records();
    expect(ofKind(records, 'attempt').map(({ module, tool, origin }) => [module, tool, origin])).toEqual([
      ['notes', 'echo', 'mcp'],
    ]);
    expect(ofKind(records, 'outcome').map(({ status, by }) => [status, by])).toEqual([['succeeded', 'user-approved']]);
    expect((await it.status()).alarms).toEqual([]);

    // Again with the same yes: it is another call, and a person is asked.
    const again = client.callTool(call('toolu_a', 'a'));
    const [second] = await it.waiting();
    if (second !== undefined) await it.deny(second);
    expect((await again).isError).toBe(true);
  },
  { timeout: 120_000 },
);

verifies(
  ['H5', 'A5'],
  "a hook's yes is good for no other arguments, no other tool and no other agent",
  async () => {
    const { it, agent } = await ready();
    await using _it = it;
    const other = await it.connect('another');
    const asked = agent.pre(TOOL, { text: 'a' }, { id: 'toolu_a', cwd: CWD, server: SERVER });
    const [question] = await it.waiting();
    if (question !== undefined) await it.approve(question);
    await asked;
    for (const [who, what] of [
      [agent, call('toolu_a', 'b')],
      [agent, { ...call('toolu_a', 'a', 'notes__slow'), arguments: { ms: 1 } }],
      [agent, call('toolu_b', 'a')],
      [other, call('toolu_a', 'a')],
    ] as const) {
      await using connected = await httpClient(it, who, AT_HOME);
      const answer = connected.client.callTool(what);
      const [each] = await it.waiting();
      if (each !== undefined) await it.deny(each);
      expect((await answer).isError).toBe(true);
    }
    // And it is still good for what it was given for.
    await using connected = await httpClient(it, agent, AT_HOME);
    expect(textOf(await connected.client.callTool(call('toolu_a', 'a')))).toBe('a');
  },
  { timeout: 120_000 },
);

verifies(
  ['H5', 'M1'],
  'a server of the project that calls itself castellan is not ours, and its names are not those of our modules',
  async () => {
    const { it, agent } = await ready();
    await using _it = it;
    for (const server of [{ name: 'castellan', source: 'project' }, undefined]) {
      const asked = agent.pre(
        TOOL,
        { text: 'a' },
        { id: `toolu_${server === undefined}`, cwd: CWD, ...(server && { server }) },
      );
      const [question] = await it.waiting();
      expect(question?.module).toBe('project:castellan');
      if (question !== undefined) await it.approve(question);
      expect((await asked).verdict).toBe('allow');
    }
    // Neither yes lets a call of our own module run.
    await using connected = await httpClient(it, agent, AT_HOME);
    const answer = connected.client.callTool(call('toolu_true', 'a'));
    const [each] = await it.waiting();
    expect(each?.module).toBe('notes');
    if (each !== undefined) await it.deny(each);
    expect((await answer).isError).toBe(true);
  },
  { timeout: 120_000 },
);

verifies(
  ['H5', 'L1'],
  'what the client reports of a call that the gateway runs is no outcome, and what never came is one',
  async () => {
    const { it, agent } = await ready();
    await using _it = it;
    await using connected = await httpClient(it, agent, AT_HOME);
    const pre = async (tool: string, input: { [key: string]: unknown }, id: string): Promise<void> => {
      const asked = agent.pre(tool, input, { id, cwd: CWD, server: SERVER });
      const [question] = await it.waiting();
      if (question !== undefined) await it.approve(question);
      expect((await asked).verdict).toBe('allow');
    };
    await pre('mcp__castellan__notes__slow', { ms: 1500 }, 'toolu_slow');
    const running = connected.client.callTool({
      name: 'notes__slow',
      arguments: { ms: 1500 },
      _meta: { 'claudecode/toolUseId': 'toolu_slow' },
    });
    await until('the server that runs it', async () =>
      ofKind(await it.records(), 'module').find(({ change }) => change === 'started'),
    );
    // The client gave up waiting, and says that it failed, while the gateway still runs it.
    await agent.hook({
      ...post('toolu_slow', 'a'),
      hook_event_name: 'PostToolUseFailure',
      tool_name: 'mcp__castellan__notes__slow',
      tool_input: { ms: 1500 },
      error: 'timed out',
    });
    expect(textOf(await running)).toBe('slowly');
    await pre(TOOL, { text: 'never' }, 'toolu_never');
    await agent.endSession();
    const outcomes = ofKind(await it.records(), 'outcome').map(({ status }) => status);
    expect(outcomes).toEqual(['succeeded', 'unknown']);
    expect((await it.status()).alarms).toEqual([]);
  },
  { timeout: 120_000 },
);
