// Tools that a script uses: as the agent's own client would, and with everything that holds for that.
import type { ScriptRun } from '@castellan/contract';
import { honestMcp, json, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, connectMcp, stdioClient } from './support/mcp.ts';
import { script, scriptWorld } from './support/script-server.ts';
import { tool } from './support/scripts.ts';
import { ofKind, until } from './support/world.ts';

const KEY = 'pK4vR8zQ1mX7bT2nW9sL';
const OK = json({ fine: true });
const TOOLS = ['echo', 'add', 'fail'];
const told = ({ error, outcome }: ScriptRun): string => `${error?.code ?? outcome}: ${error?.message ?? ''}`;

verifies(
  ['S5', 'P1', 'L1'],
  'a script uses a tool of a server: decided like any call, said to be its own, with the agent it runs for',
  async () => {
    await using at = await scriptWorld(OK);
    await addModule(at.it, 'notes', honestMcp({ only: TOOLS }), TOOLS);
    const source = script(
      { tools: 'notes/add, notes/echo, notes/fail' },
      'if args[0] == "fail":',
      '    return tools.call("notes", "fail", {})',
      'return [tools.call("notes", "echo", {"text": args[0]}), tools.call("notes", "add", {"a": 2, "b": 3})]',
    );
    const digest = await at.approved('nightly', source);
    const run = await at.desk.run('nightly', ['hello']);
    expect(run.error).toBeNull();
    expect(JSON.stringify(run.result)).toContain('hello');
    expect(JSON.stringify(run.result)).toContain('5');
    expect(run.calls).toMatchObject([
      { kind: 'tool', text: 'notes/echo', outcome: 'live', verdict: 'allow' },
      { kind: 'tool', text: 'notes/add', outcome: 'live', verdict: 'allow' },
    ]);
    expect(told(await at.desk.run('nightly', ['fail']))).toContain(
      'program_failed: tools.call `notes/fail`: it failed',
    );
    // The same for an agent that asks for it: its session, its task, its name.
    const agent = await connectMcp(at.it);
    await using connected = await stdioClient(agent);
    const asked = await tool(connected.client, 'script_run', { name: 'nightly', args: ['for an agent'] });
    expect(asked.ok, JSON.stringify(asked)).toBe(true);
    const records = await until('its calls', async () => {
      const found = ofKind(await at.it.records(), 'attempt').filter(({ origin }) => origin === 'script');
      return found.length >= 5 ? found : undefined;
    });
    const [first, last] = [records[0], records.at(-1)];
    expect(first).toMatchObject({
      module: 'notes',
      tool: 'echo',
      agent: run.agent,
      script: { name: 'nightly', digest, run: run.id },
    });
    expect(last).toMatchObject({ module: 'notes', tool: 'add', agent: agent.id, script: { name: 'nightly', digest } });
    const [own] = ofKind(await at.it.records(), 'attempt').filter(({ tool: name }) => name === 'script_run');
    expect(own).toMatchObject({
      module: 'castellan',
      origin: 'mcp',
      agent: agent.id,
      task: last?.task,
      session: last?.session,
    });
  },
  { timeout: 180_000 },
);

verifies(
  ['S5', 'P3', 'M1'],
  'a deny, a level, a schema and a declaration hold for a script as for anybody, and a test run says so beforehand',
  async () => {
    await using at = await scriptWorld(OK, { deny: ['notes/fail'] });
    await addModule(at.it, 'notes', honestMcp({ only: TOOLS }), ['echo']);
    await at.approved('denied', script({ tools: 'notes/fail' }, 'return tools.call("notes", "fail", {})'));
    expect((await at.desk.run('denied')).error?.code).toBe('call_refused');
    await at.approved('wrong', script({ tools: 'notes/add' }, 'return tools.call("notes", "add", {"a": "two"})'));
    expect(told(await at.desk.run('wrong'))).toMatch(/call_refused: .*`\/?[ab]`/);
    await at.approved('strange', script({ tools: 'other/thing' }, 'return tools.call("other", "thing", {})'));
    expect(told(await at.desk.run('strange'))).toContain('there is no server');
    const undeclared = script({ tools: 'notes/echo' }, 'return tools.call(args[0], args[1], {"text": "a"})');
    await at.approved('undeclared', undeclared);
    expect((await at.desk.run('undeclared', ['notes', 'add'])).outcome).toBe('failed');
    expect((await at.desk.run('undeclared', ['castellan', 'script_run'])).outcome).toBe('failed');
    expect((await at.desk.run('undeclared', ['notes', 'echo'])).outcome).toBe('succeeded');

    const source = script({ tools: 'notes/add' }, 'return tools.call("notes", "add", {"a": 2, "b": 3})');
    const digest = await at.approved('asked', source);
    const tested = (await at.desk.post('/asked/test', { digest })).json() as ScriptRun;
    expect(tested.calls).toMatchObject([{ kind: 'tool', outcome: 'recorded', verdict: 'confirm' }]);
    expect(await at.it.approvals()).toEqual([]);
    const ran = at.desk.run('asked');
    const [question] = await at.it.waiting();
    if (question === undefined) throw new Error('nobody was asked');
    expect(question.summary).toContain('Script `asked`');
    await at.it.approve(question);
    expect((await ran).outcome).toBe('succeeded');
  },
  { timeout: 180_000 },
);

verifies(
  ['S5', 'S8', 'X1'],
  'a secret reaches a server only where a person lets it be used for that module, and comes back from it hidden',
  async () => {
    await using at = await scriptWorld(OK);
    await addModule(at.it, 'notes', honestMcp({ only: TOOLS }), TOOLS);
    await at.keep('NOTES_KEY', KEY, [{ kind: 'module', name: 'notes' }]);
    await at.keep('WEB_KEY', 'hT6wB3xN8cV5yM1qZ4dF');
    const source = (name: string): string =>
      script(
        { tools: 'notes/echo', secrets: name },
        `return tools.call("notes", "echo", {"text": "it is " + secrets.get("${name}")})`,
      );
    await at.approved('told', source('NOTES_KEY'));
    const run = await at.desk.run('told');
    expect(run.error).toBeNull();
    expect(JSON.stringify(run)).toContain('[REDACTED:NOTES_KEY]');
    expect(JSON.stringify(run)).not.toContain(KEY);
    await at.approved('kept', source('WEB_KEY'));
    expect(told(await at.desk.run('kept'))).toContain('may not be given to a program');
    const records = await at.it.records();
    expect(JSON.stringify(records)).not.toContain(KEY);
    expect(ofKind(records, 'secret').filter(({ change }) => change === 'used')).toMatchObject([
      { secret: 'NOTES_KEY', by: 'script:told' },
    ]);
  },
  { timeout: 180_000 },
);
