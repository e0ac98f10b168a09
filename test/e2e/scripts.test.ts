// Scripts from the proposal to the run, as an agent and a person meet them: nothing runs that a person did not approve, byte for
// byte, and what the person saw is what runs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerRecord } from '@castellan/contract';
import { honestMcp, PERSON, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { addModule, connectMcp, httpClient, stdioClient } from './support/mcp.ts';
import { codeOf, deskOf, sending, tool, webServer } from './support/scripts.ts';
import { ofKind, until, type World, world } from './support/world.ts';

// Children are started, passwords hashed: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 180_000 });

const VALUE = 'gr33t-Me-With-9c1f7a2b';

/** Everything that the daemon has written or said. */
function everywhere(it: World): string {
  const parts: string[] = [it.daemon.output()];
  for (const entry of readdirSync(it.daemon.home, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) parts.push(readFileSync(join(entry.parentPath, entry.name)).toString('latin1'));
  return parts.join('\n');
}

const changes = (records: readonly LedgerRecord[]): readonly string[] =>
  ofKind(records, 'script').map(({ change, by }) => `${change} ${by.replace(/agent_\w+/, 'agent')}`);

verifies(
  ['S3', 'S4', 'S5', 'S8', 'S10', 'X2'],
  'an agent proposes, is told to wait, a person sees what it may do and approves, and it runs with a secret that appears nowhere',
  async () => {
    await using web = await webServer();
    await using it = await world({ scripts: { privateHosts: [web.host] } });
    const desk = deskOf(it);
    const added = await it.daemon.request('POST', '/v1/secrets', {
      body: {
        name: 'GREET_KEY',
        value: VALUE,
        uses: [
          { kind: 'script', name: 'greet' },
          { kind: 'host', name: web.host },
        ],
      },
    });
    expect(added.status, added.text).toBe(200);
    const agent = await connectMcp(it);
    await using connected = await stdioClient(agent);
    const { client } = connected;
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['script_eval', 'script_list', 'script_propose', 'script_run', 'script_status']),
    );

    const proposed = await tool(client, 'script_propose', {
      name: 'greet',
      source: sending(web.host),
      note: 'to greet',
    });
    expect(proposed).toMatchObject({ ok: true, script: 'greet', version: 1, state: 'pending' });
    const early = await tool(client, 'script_run', { name: 'greet', args: ['Ada'] });
    expect(early).toMatchObject({ ok: false, error: { code: 'script_pending' } });
    expect(await tool(client, 'script_status', { name: 'greet' })).toMatchObject({
      runs: false,
      versions: [{ version: 1, state: 'pending' }],
    });

    const view = await desk.view('greet');
    const [waits] = view.pending;
    if (waits === undefined) throw new Error('nothing waits');
    expect(waits).toMatchObject({ number: 1, author: `agent:${agent.id}`, note: 'to greet', parameters: ['name'] });
    const review = await desk.review('greet', waits.digest);
    expect(review).toMatchObject({ text: sending(web.host), against: null, factorNeeded: false });
    const words = review.words.map(({ kind, text }) => `${kind}: ${text}`);
    expect(words[0]).toBe(`finding: Can send the secret \`GREET_KEY\` to \`${web.host}\``);
    expect(words).toContain(`host: Sends to and reads from \`${web.host}\``);
    expect(words.findIndex((word) => word.startsWith('secret:'))).toBeLessThan(
      words.findIndex((word) => word.startsWith('host:')),
    );

    expect((await desk.approve('greet', waits.digest)).json()).toMatchObject({
      state: { kind: 'approved', by: `person:${PERSON.name}` },
    });
    const ran = await tool(client, 'script_run', { name: 'greet', args: ['Ada'] });
    expect(codeOf(ran), JSON.stringify(ran)).toBe('ok');
    expect(web.heard).toMatchObject([
      { method: 'POST', url: '/greet', headers: { authorization: `Bearer ${VALUE}` }, body: '{"name":"Ada"}' },
    ]);
    expect(ran).toMatchObject({ result: { status: 200 }, outcome: 'succeeded' });
    expect(JSON.stringify(ran)).toContain('Bearer [REDACTED:GREET_KEY]');

    const asPerson = JSON.stringify([await desk.view('greet'), await it.records()]);
    const all = `${JSON.stringify(ran)}${asPerson}${everywhere(it)}${connected.stderr()}`;
    for (const form of [VALUE, Buffer.from(VALUE).toString('base64'), Buffer.from(VALUE).toString('hex')])
      expect(all.includes(form), form).toBe(false);

    const records = await it.records();
    expect(changes(records).slice(0, 3)).toEqual([
      'proposed agent:agent',
      `approved person:${PERSON.name}`,
      'run-started agent:agent',
    ]);
    const byScript = ofKind(records, 'attempt').filter(({ origin }) => origin === 'script');
    expect(byScript).toMatchObject([{ agent: agent.id, script: { name: 'greet', digest: waits.digest } }]);
    const asked = ofKind(records, 'attempt').filter(({ module }) => module === 'castellan');
    expect(asked.map(({ tool: name }) => name)).toEqual([
      'script_propose',
      'script_run',
      'script_status',
      'script_run',
    ]);
    expect((await it.verify()).kind).toBe('verified');
  },
);

verifies(
  ['S3', 'S4', 'S10'],
  'one byte more is another version that waits; the difference is shown; the former one comes back by a person alone',
  async () => {
    await using it = await world();
    const desk = deskOf(it);
    const agent = await connectMcp(it);
    await using connected = await httpClient(it, agent);
    const { client } = connected;
    const first = await desk.propose('add', 'def main(a, b):\n    return a + b\n');
    await desk.approve('add', first.digest);
    expect(await tool(client, 'script_run', { name: 'add', args: [2, 3] })).toMatchObject({ ok: true, result: 5 });

    const proposed = await tool(client, 'script_propose', {
      name: 'add',
      source: 'def main(a, b):\n    return a + b \n',
    });
    expect(proposed).toMatchObject({ state: 'pending', version: 2 });
    expect(await tool(client, 'script_run', { name: 'add', args: [2, 3] })).toMatchObject({ result: 5 });
    const sly = await tool(client, 'script_propose', {
      name: 'add',
      source: '# @hosts: example.org\ndef main(a, b):\n    http.get("https://example.org/x")\n    return a + b\n',
    });
    const review = await desk.review('add', String(sly.digest));
    expect(review.against).toMatchObject({ version: { number: 1 }, text: 'def main(a, b):\n    return a + b\n' });
    expect(review.words).toContainEqual({
      kind: 'host',
      text: 'Sends to and reads from `example.org`',
      change: 'added',
    });
    const findings = review.words.filter(({ kind }) => kind === 'finding').map(({ text }) => text);
    expect(findings[0]).toBe(`Proposed by \`agent:${agent.id}\`; the approved version is of \`person:${PERSON.name}\``);

    expect((await desk.reject('add', String(sly.digest), 'adding needs no network')).status).toBe(200);
    const status = await tool(client, 'script_status', { name: 'add' });
    expect(status.versions).toContainEqual(
      expect.objectContaining({ version: 3, state: 'rejected', reason: 'adding needs no network' }),
    );
    // The same bytes again: the answer stands.
    const again = await tool(client, 'script_propose', {
      name: 'add',
      source: '# @hosts: example.org\ndef main(a, b):\n    http.get("https://example.org/x")\n    return a + b\n',
    });
    expect(again).toMatchObject({ version: 3, state: 'rejected', reason: 'adding needs no network' });

    await desk.approve('add', String(proposed.digest));
    const { approved, versions } = await desk.view('add');
    expect(approved?.number).toBe(2);
    expect(versions.map(({ number, state }) => `${number} ${state.kind}`)).toEqual([
      '3 rejected',
      '2 approved',
      '1 superseded',
    ]);
    expect((await desk.post('/add/restore', { digest: first.digest })).json()).toMatchObject({ number: 1 });
    expect((await desk.post('/add/disable', { reason: 'enough' })).status).toBe(200);
    expect(await tool(client, 'script_run', { name: 'add', args: [2, 3] })).toMatchObject({
      error: { code: 'script_disabled', message: expect.stringContaining('enough') },
    });
    const records = await it.records();
    expect(changes(records).filter((change) => !/^run|^tested/.test(change))).toEqual([
      `proposed person:${PERSON.name}`,
      `approved person:${PERSON.name}`,
      'proposed agent:agent',
      'proposed agent:agent',
      `rejected person:${PERSON.name}`,
      `approved person:${PERSON.name}`,
      `superseded person:${PERSON.name}`,
      `restored person:${PERSON.name}`,
      `superseded person:${PERSON.name}`,
      `disabled person:${PERSON.name}`,
    ]);
  },
);

verifies(
  ['S3'],
  'bytes that were changed on disk do not run, whoever changed them: somebody is told, and a restart forgets nothing of it',
  async () => {
    const it = await world();
    const desk = deskOf(it);
    const { digest, source } = await desk.propose('one', 'result = 1\n');
    await desk.approve('one', digest);
    expect((await desk.run('one')).result).toBe(1);
    const file = join(it.daemon.home, 'scripts', source.slice(7, 9), `${source.slice(9)}.star`);
    expect(readFileSync(file, 'utf8')).toBe('result = 1\n');
    writeFileSync(file, 'result = 2\n');
    const refused = await desk.post('/one/run', { args: [] });
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('is not what was approved')]);
    const alarms = async () => (await it.status()).alarms.filter(({ kind }) => kind === 'script-modified');
    expect(await alarms()).toMatchObject([{ text: expect.stringContaining('`one`') }]);
    const { home } = it.daemon;
    await it.daemon.stop();
    await using next = await world({}, { home });
    const again = deskOf(next);
    const still = await again.post('/one/run', { args: [] });
    expect([still.status, still.text]).toEqual([409, expect.stringContaining('is not what was approved')]);
    const standing = (await next.status()).alarms.filter(({ kind }) => kind === 'script-modified');
    expect(standing).toContainEqual(expect.objectContaining({ text: expect.stringContaining('`one`'), endedAt: null }));
    writeFileSync(file, 'result = 1\n');
    expect((await again.run('one')).result).toBe(1);
    const told = ofKind(await next.records(), 'script').filter(({ change }) => change === 'refused');
    expect(told[0]).toMatchObject({ script: 'one', digest, text: 'modified: its bytes were changed' });
  },
);

verifies(
  ['S2', 'S3'],
  'a source that is none, or whose header says something else than it does, is no version: the agent reads where and why',
  async () => {
    await using it = await world();
    const agent = await connectMcp(it);
    await using connected = await httpClient(it, agent);
    const { client } = connected;
    const faulty = async (source: string) => {
      const told = await tool(client, 'script_propose', { name: 'odd', source });
      expect(codeOf(told)).toBe('script_invalid');
      return (told.faults as readonly { line: number; message: string }[])[0];
    };
    expect(await faulty('def main(:\n')).toMatchObject({ line: 1 });
    expect(await faulty('# @colour: red\nresult = 1\n')).toMatchObject({ line: 1 });
    expect(await faulty('# @hosts: a.example\nresult = 1\n')).toMatchObject({ line: 1 });
    expect(await faulty('result = 1\nx = http.get("https://a.example/")\n')).toMatchObject({ line: 2 });
    expect(await faulty('# @secrets: OTHER\nx = secrets.get("API_KEY")\nresult = 1\n')).toBeDefined();
    expect(await tool(client, 'script_list', {})).toMatchObject({ ok: true, scripts: [] });
  },
);

verifies(
  ['S1', 'S7'],
  'what nobody approved computes and reaches nothing: no secret, no network, no tool, no approved script',
  async () => {
    await using web = await webServer();
    await using it = await world({ scripts: { privateHosts: [web.host] } });
    await it.daemon.request('POST', '/v1/secrets', {
      body: { name: 'GREET_KEY', value: VALUE, uses: [{ kind: 'host', name: web.host }] },
    });
    const agent = await connectMcp(it);
    await using connected = await httpClient(it, agent);
    const evaluated = (source: string, args: readonly unknown[] = []) =>
      tool(connected.client, 'script_eval', { source, args });
    expect(await evaluated('def main(n):\n    return [x * x for x in range(n)]\n', [4])).toMatchObject({
      ok: true,
      result: [0, 1, 4, 9],
    });
    const header = `# @secrets: GREET_KEY\n# @hosts: ${web.host}\n`;
    for (const reaching of [
      `${header}result = http.get("http://${web.host}/")`,
      `${header}result = str(secrets.get("GREET_KEY"))`,
      `${header}result = secrets.list()`,
      '# @tools: notes/echo\nresult = tools.call("notes", "echo", {})',
    ])
      expect(codeOf(await evaluated(reaching)), reaching).toBe('capability_missing');
    expect(codeOf(await evaluated('load("other", "f")\nresult = 1'))).not.toBe('ok');
    // In every revision alike; what its schema does not take never gets as far as the gate.
    await using modern = await httpClient(it, agent, { client: { versionNegotiation: { mode: 'auto' } } });
    expect(await tool(modern.client, 'script_eval', { source: 'result = 6 * 7' })).toMatchObject({ result: 42 });
    expect(codeOf(await tool(modern.client, 'script_eval', { source: 'result = 1', extra: 1 }))).toBe(
      'arguments_invalid',
    );
    // A client of one module alone is shown that module's tools.
    await addModule(it, 'notes', honestMcp({ only: ['echo'] }));
    await using single = await httpClient(it, agent, { path: '/mcp/notes' });
    const shown = (await single.client.listTools()).tools.map(({ name }) => name);
    expect(shown.filter((name) => name.startsWith('script_'))).toEqual([]);
    await expect(single.client.callTool({ name: 'script_eval', arguments: { source: 'r' } })).rejects.toThrow();
    expect(web.heard).toEqual([]);
    expect(ofKind(await it.records(), 'secret').filter(({ change }) => change === 'used')).toEqual([]);
  },
);

verifies(
  ['S3', 'S4'],
  "a call of Claude Code's hook and the run that follows are one; a person who denies the tool takes it away",
  async () => {
    await using it = await world();
    const desk = deskOf(it);
    await desk.approve('one', (await desk.propose('one', 'result = 1')).digest);
    const agent = await it.connect('Claude Code');
    const cwd = '/srv/project';
    await using connected = await httpClient(it, agent, { headers: { 'x-castellan-workspace': cwd } });
    const { client } = connected;
    const server = { name: 'castellan', source: 'user' };
    const asked = await agent.pre('mcp__castellan__script_run', { name: 'one' }, { id: 'toolu_1', cwd, server });
    expect(asked.verdict).toBe('allow');
    const ran = await client.callTool({
      name: 'script_run',
      arguments: { name: 'one' },
      _meta: { 'claudecode/toolUseId': 'toolu_1' },
    });
    expect(ran.structuredContent).toMatchObject({ ok: true, result: 1 });
    const attempts = ofKind(await it.records(), 'attempt').filter(({ tool: name }) => name === 'script_run');
    expect(attempts).toHaveLength(1);
    writeFileSync(
      join(it.daemon.home, 'config.yaml'),
      JSON.stringify({ schema: 'castellan/config/v1', deny: ['castellan/script_run'] }),
    );
    await until('the tool is gone', async () => {
      const { tools } = await client.listTools();
      return tools.some(({ name }) => name === 'script_run') ? undefined : true;
    });
    await expect(client.callTool({ name: 'script_run', arguments: { name: 'one' } })).rejects.toMatchObject({
      code: -32_602,
    });
  },
);

verifies(
  ['S4', 'S6'],
  'a client that gives up ends the run; one that asks for progress hears it while it waits',
  async () => {
    await using it = await world();
    const desk = deskOf(it);
    const source =
      '# @limits: time=60s\ndef main():\n    for n in range(3000):\n        time.sleep(0.02)\n    return 1\n';
    await desk.approve('slow', (await desk.propose('slow', source)).digest);
    const agent = await connectMcp(it);
    await using connected = await stdioClient(agent);
    const giveUp = new AbortController();
    const ran = connected.client
      .callTool({ name: 'script_run', arguments: { name: 'slow' } }, { signal: giveUp.signal })
      .catch((error: unknown) => error);
    const running = await until('a run', async () => (await desk.view('slow')).runs[0]);
    expect(running.outcome).toBe('running');
    giveUp.abort();
    await ran;
    const ended = await until('its end', async () => {
      const run = (await desk.view('slow')).runs[0];
      return run?.outcome === 'running' ? undefined : run;
    });
    expect(ended).toMatchObject({ outcome: 'cancelled', error: { code: 'cancelled' } });
    const heard: number[] = [];
    const patient = new AbortController();
    const waits = connected.client
      .callTool(
        { name: 'script_run', arguments: { name: 'slow' } },
        { signal: patient.signal, onprogress: ({ progress }) => heard.push(progress) },
      )
      .catch((error: unknown) => error);
    await until('progress', async () => (heard.length > 0 ? true : undefined));
    expect((await desk.view('slow')).runs[0]?.outcome).toBe('running');
    patient.abort();
    await waits;
    const begun = await tool(connected.client, 'script_run', { name: 'slow', wait: false });
    expect(begun).toMatchObject({ ok: true, outcome: 'running' });
    await desk.post('/slow/disable', { reason: '' });
    const over = await until('its end', async () => {
      const told = await tool(connected.client, 'script_status', { run: String(begun.run) });
      return told.outcome === 'running' ? undefined : told;
    });
    expect(codeOf(over)).toBe('cancelled');
  },
);
