// The hooks of the three agents that have them, over the real doors: each by its own route, plainly answered for a hook command,
// and every call told of with its task, its session and its sub-agent.
import { honestMcp, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, httpClient, textOf } from './support/mcp.ts';
import { type Json, ofKind, type TestAgent, type World, world } from './support/world.ts';

const PLAIN = 'application/vnd.castellan.hook';
const KINDS = ['claude-code', 'codex', 'opencode'] as const;
type Kind = (typeof KINDS)[number];
/** A shell call as each client tells of it. */
const SHELL = { 'claude-code': 'Bash', codex: 'Bash', opencode: 'bash' } as const;
const CWD = '/srv/project';

const post = (it: World, { credential }: TestAgent, kind: Kind, body: Json, headers: Record<string, string> = {}) =>
  it.daemon.request('POST', `/v1/hooks/${kind}`, { token: credential, body, headers });
const plainly = (it: World, agent: TestAgent, kind: Kind, body: Json, headers: Record<string, string> = {}) =>
  post(it, agent, kind, body, { accept: PLAIN, ...headers });
const event = (name: string, more: Json = {}): Json => ({
  session_id: 's1',
  turn_id: 't1',
  cwd: CWD,
  model: 'scripted-model',
  permission_mode: 'default',
  transcript_path: null,
  hook_event_name: name,
  ...more,
});
const use = (kind: Kind, command: string, id: string, more: Json = {}): Json =>
  event('PreToolUse', { tool_name: SHELL[kind], tool_input: { command }, tool_use_id: id, ...more });
const told = (text: string): { code: string; said: string } => {
  const [, code = '', length = '', said = ''] = /^([02]) (\d+)\n([\s\S]*)$/.exec(text) ?? [];
  expect(Buffer.byteLength(said), text).toBe(Number(length));
  return { code, said };
};

/** Why it was refused, as the client takes it: Codex and Claude Code by exit 2, our plug-in for OpenCode reads the decision. */
function refusal(kind: Kind, text: string): string {
  const { code, said } = told(text);
  expect(code, kind).toBe(kind === 'opencode' ? '0' : '2');
  if (code === '2') return said;
  const { hookSpecificOutput: output } = JSON.parse(said) as { hookSpecificOutput?: Record<string, string> };
  expect(output?.permissionDecision, said).toBe('deny');
  return output?.permissionDecisionReason ?? '';
}

verifies(
  ['K2', 'H5'],
  'a hook command is told a code, a length and what to say: for each of the three clients',
  async () => {
    await using it = await world();
    for (const kind of KINDS) {
      const agent = await it.connect(kind, 60, kind);
      const yes = await plainly(it, agent, kind, use(kind, 'ls', 'toolu_1'));
      expect(yes.headers['content-type'], kind).toBe(PLAIN);
      expect(yes.headers['content-length'], 'never in chunks').toBe(String(Buffer.byteLength(yes.text)));
      const allowed = told(yes.text);
      expect(allowed.code, kind).toBe('0');
      expect(JSON.parse(allowed.said), kind).toMatchObject({
        hookSpecificOutput: { permissionDecision: 'allow', updatedInput: { command: 'ls' } },
      });
      const no = await plainly(it, agent, kind, use(kind, `rm -rf ${it.daemon.home}`, 'toolu_2'));
      expect(refusal(kind, no.text), kind).toContain('DENIED');
      // Whatever is no call of its is refused in the same way, with a text.
      for (const body of [{}, event('PreToolUse', { tool_name: 7 }), event('Unheard')])
        expect(refusal(kind, (await plainly(it, agent, kind, body)).text), JSON.stringify(body)).toMatch(/\S/);
    }
  },
  { timeout: 120_000 },
);

verifies(
  ['K2', 'A5'],
  'the hooks of one client are for agents of its kind alone',
  async () => {
    await using it = await world();
    for (const kind of KINDS) {
      const agent = await it.connect(kind, 60, kind);
      for (const other of KINDS.filter((each) => each !== kind)) {
        const answer = await plainly(it, agent, other, use(other, 'ls', `toolu_${other}`));
        expect(refusal(other, answer.text), `${kind} at ${other}`).toContain(other);
      }
      const refused = ofKind(await it.records('kind:refusal'), 'refusal').filter(({ who }) => who.endsWith(agent.id));
      expect(refused.map(({ what }) => what).toSorted()).toEqual(
        KINDS.filter((each) => each !== kind)
          .map((each) => `${each} hook`)
          .toSorted(),
      );
      expect(ofKind(await it.records(`agent:${agent.id}`), 'attempt')).toEqual([]);
    }
  },
  { timeout: 120_000 },
);

verifies(
  ['G-S05'],
  'what must not be done is said at the start, after a compaction and to each sub-agent, whichever the client',
  async () => {
    await using it = await world();
    for (const kind of KINDS) {
      const agent = await it.connect(kind, 60, kind);
      const sub = { agent_id: 'sub-1', agent_type: 'general' };
      for (const [what, body, says] of [
        ['start', event('SessionStart', { source: 'startup' }), 'hold for the whole session'],
        ['compaction', event('SessionStart', { source: 'compact' }), 'was compacted'],
        ['sub-agent', event('SubagentStart', sub), 'hold for the whole session'],
      ] as const) {
        const { code, said } = told((await plainly(it, agent, kind, body)).text);
        expect(code, `${kind} ${what}`).toBe('0');
        const context = (JSON.parse(said) as { hookSpecificOutput?: { additionalContext?: string } })
          .hookSpecificOutput;
        expect(context?.additionalContext, `${kind} ${what}`).toContain(says);
        expect(context?.additionalContext).toContain(CWD);
      }
    }
  },
  { timeout: 120_000 },
);

verifies(
  ['K8'],
  'each call is told with its task, its session and its sub-agent: nested and in parallel, in records, activity and live',
  async () => {
    await using it = await world();
    for (const kind of KINDS) {
      const agent = await it.connect(kind, 60, kind);
      const named = { 'x-castellan-task': encodeURIComponent(`task of ${kind}`) };
      const live = await it.events();
      const sub = (id: string): Json => ({ agent_id: id, agent_type: 'general' });
      // A sub-agent, one it began itself, and the session: all at once.
      await Promise.all([
        plainly(it, agent, kind, use(kind, 'ls', 'call_own'), named),
        plainly(it, agent, kind, use(kind, 'ls -a', 'call_sub', sub('one')), named),
        plainly(it, agent, kind, use(kind, 'ls -l', 'call_nested', sub('two')), named),
      ]);
      const attempts = ofKind(await it.records(`agent:${agent.id} kind:attempt`), 'attempt');
      const by = Object.fromEntries(attempts.map((each) => [each.externalId, each]));
      expect(by.call_own?.subagent).toBeUndefined();
      expect(by.call_sub?.subagent).toBe('general one');
      expect(by.call_nested?.subagent).toBe('general two');
      expect(new Set(attempts.map(({ session }) => session)).size, 'one session').toBe(1);
      expect(new Set(attempts.map(({ task }) => task)).size, 'one task').toBe(1);
      const page = (await it.daemon.request('GET', `/v1/activity?q=agent:${agent.id}`)).json() as {
        rows: { call: string; subagent: string | null; taskTitle: string }[];
      };
      expect(page.rows.map(({ taskTitle }) => taskTitle)).toEqual(Array(3).fill(`task of ${kind}`));
      expect(new Set(page.rows.map(({ subagent }) => subagent))).toEqual(new Set([null, 'general one', 'general two']));
      const calls = live.seen.filter((each) => each.kind === 'call').filter((each) => each.agent === agent.id);
      expect(new Set(calls.map(({ subagent }) => subagent))).toEqual(
        new Set([undefined, 'general one', 'general two']),
      );
      expect(new Set(calls.map(({ session }) => session))).toEqual(new Set(attempts.map(({ session }) => session)));
      live.close();
    }
  },
  { timeout: 120_000 },
);

verifies(
  ['K8'],
  'a session that was begun within another is on record as that',
  async () => {
    await using it = await world();
    const [outer, inner] = [await it.connect('outer'), await it.connect('inner', 60, 'codex')];
    const run = 'r'.repeat(32);
    await post(it, outer, 'claude-code', use('claude-code', 'ls', 'c1'), { 'x-castellan-run': run });
    await post(it, inner, 'codex', use('codex', 'ls', 'c2'), {
      'x-castellan-run': 'i'.repeat(32),
      'x-castellan-within': run,
    });
    await post(
      it,
      inner,
      'codex',
      { ...use('codex', 'ls', 'c3'), session_id: 's2' },
      { 'x-castellan-within': 'g'.repeat(32) },
    );
    const started = ofKind(await it.records('kind:session'), 'session').filter(({ change }) => change === 'started');
    const [first, second, third] = started;
    expect(second?.parent).toBe(first?.session);
    expect([first?.parent, third?.parent]).toEqual([undefined, undefined]);
  },
  { timeout: 120_000 },
);

verifies(
  ['K4', 'H2'],
  'where a run says that nobody can be asked, what needs a person is refused at once, and no later word loosens it',
  async () => {
    await using it = await world();
    for (const kind of KINDS) {
      const agent = await it.connect(kind, 60, kind);
      const unknown = (id: string): Json => use(kind, './never-seen', id);
      const deny = { 'x-castellan-confirm': 'deny' };
      const first = await plainly(it, agent, kind, unknown('c1'), deny);
      expect(refusal(kind, first.text), kind).toContain('nobody can be asked');
      // Said otherwise, or not at all, later: it holds.
      for (const [id, headers] of [
        ['c2', { 'x-castellan-confirm': 'ask' }],
        ['c3', {}],
      ] as const)
        expect(refusal(kind, (await plainly(it, agent, kind, unknown(id), headers)).text)).toContain('nobody');
      // What may run runs.
      expect(told((await plainly(it, agent, kind, use(kind, 'ls', 'c4'), deny)).text).code, kind).toBe('0');
      const started = ofKind(await it.records(`agent:${agent.id} kind:session`), 'session');
      expect(started[0]?.text, kind).toContain('nobody can be asked');
    }
    expect(await it.approvals()).toEqual([]);
  },
  { timeout: 120_000 },
);

verifies(
  ['K5', 'H5'],
  "what Codex's hook was told counts for the very call that follows at the gateway; another agent's word for it does not",
  async () => {
    await using it = await world();
    await addModule(it, 'notes-a', honestMcp({ only: ['echo'] }));
    const [codex, claude] = [await it.connect('codex', 60, 'codex'), await it.connect('claude')];
    const at = { headers: { 'x-castellan-workspace': CWD } };
    await plainly(it, codex, 'codex', event('SessionStart', { source: 'startup' }));
    // Codex writes every `-` of a name as `_`.
    const tool = { tool_name: 'mcp__castellan__notes_a__echo', tool_input: { text: 'a' } };
    const asked = plainly(it, codex, 'codex', event('PreToolUse', { ...tool, tool_use_id: 'call_1' }));
    const [question] = await it.waiting();
    expect(question).toMatchObject({ module: 'notes-a', tool: 'echo' });
    if (question !== undefined) await it.approve(question);
    expect(told((await asked).text).code).toBe('0');
    const call = { name: 'notes-a__echo', arguments: { text: 'a' }, _meta: { callId: 'call_1' } };
    await using connected = await httpClient(it, codex, at);
    expect(textOf(await connected.client.callTool(call))).toBe('a');
    expect(ofKind(await it.records('kind:attempt'), 'attempt')).toHaveLength(1);

    // The same by an agent whose client writes another name for it: decided as a call of its own.
    const second = claude.pre(tool.tool_name.replace('_a_', '-a_'), tool.tool_input, {
      id: 'call_2',
      cwd: CWD,
      server: { name: 'castellan', source: 'user' },
    });
    const [next] = await it.waiting();
    if (next !== undefined) await it.approve(next);
    expect((await second).verdict).toBe('allow');
    await using other = await httpClient(it, claude, at);
    const answer = other.client.callTool({ ...call, _meta: { callId: 'call_2' } });
    const [again] = await it.waiting();
    if (again !== undefined) await it.deny(again);
    expect((await answer).isError).toBe(true);
  },
  { timeout: 120_000 },
);
