// The attacker writes scripts: an agent that wants its bytes approved, or run without that, or run as others than were approved.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ScriptVersion } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { type Connected, connectMcp, httpClient, type McpAgent } from '../e2e/support/mcp.ts';
import { codeOf, type Desk, deskOf, tool } from '../e2e/support/scripts.ts';
import { ofKind, type World, world } from '../e2e/support/world.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let it: World;
let desk: Desk;
let alice: McpAgent;
let mallory: McpAgent;
let open: readonly Connected[];
let hers: Client;
let his: Client;

beforeAll(async () => {
  it = await world();
  desk = deskOf(it);
  [alice, mallory] = [await connectMcp(it, 'alice'), await connectMcp(it, 'mallory')];
  open = [await httpClient(it, alice), await httpClient(it, mallory)];
  [hers, his] = open.map(({ client }) => client) as [Client, Client];
});
afterAll(async () => {
  for (const each of open) await each[Symbol.asyncDispose]();
  await it[Symbol.asyncDispose]();
});

const state = (name: string, digest: string) =>
  desk.view(name).then(({ versions }) => versions.find((version) => version.digest === digest)?.state.kind);

verifies(
  ['S3', 'A5'],
  "nobody says yes but a person: not the agent, nor the daemon's own token, nor an API token, nor a link",
  async () => {
    const { digest } = await tool(hers, 'script_propose', { name: 'wish', source: 'result = 1' });
    const local = it.daemon.state.token;
    for (const token of [alice.credential, mallory.credential, local, 'castellan_t_aaaaaa_00', ''])
      for (const [what, body] of [
        ['approve', { digest }],
        ['restore', { digest }],
        ['reject', { digest, reason: 'x' }],
        ['disable', { reason: 'x' }],
        ['factor', { digest }],
      ] as const) {
        const answer = await desk.post(`/wish/${what}`, body, token);
        expect([401, 403], `${what} ${answer.text}`).toContain(answer.status);
      }
    const everything = ['scripts:read', 'scripts:propose', 'scripts:run', 'scripts:approve'];
    const made = (permissions: readonly string[]) =>
      it.daemon.request('POST', '/v1/api-tokens', { body: { name: 'ci', permissions, days: 1 } });
    expect((await made(everything)).status).toBe(400);
    const token = ((await made(everything.slice(0, 3))).json() as { token: string }).token;
    expect((await desk.post('/wish/approve', { digest: String(digest) }, token)).status).toBe(403);
    expect(await state('wish', String(digest))).toBe('pending');
    // What agents may do with scripts they do over MCP alone: these routes are not theirs.
    for (const path of ['', '/eval', '/inspect'])
      expect((await desk.post(path, { name: 'x', source: 'result = 1' }, alice.credential)).status).toBe(403);
    expect((await it.daemon.request('GET', '/v1/scripts', { token: alice.credential })).status).toBe(403);
  },
);

verifies(
  ['S9', 'A5'],
  "a schedule is a person's: no API token makes, begins or takes one, whatever it may do else",
  async () => {
    const made = (permissions: readonly string[]) =>
      it.daemon.request('POST', '/v1/api-tokens', { body: { name: 'ci', permissions, days: 1 } });
    expect((await made(['schedules:write'])).status).toBe(400);
    expect((await made(['schedules:write', 'scripts:run', 'scripts:read'])).status).toBe(400);
    const { digest } = await desk.propose('nightly', 'result = 1');
    expect((await desk.approve('nightly', digest)).status).toBe(200);
    const body = {
      name: 'x',
      cron: '0 4 * * *',
      timeZone: 'UTC',
      target: { kind: 'script', script: 'nightly', args: [] },
    };
    const { id } = (await it.daemon.request('POST', '/v1/schedules', { body })).json() as { id: string };
    const answer = await made(['scripts:read', 'scripts:propose', 'scripts:run']);
    const { token } = answer.json() as { token: string };
    const asked = (method: string, path: string, given?: object) =>
      it.daemon.request(method, `/v1/schedules${path}`, {
        token,
        ...(given !== undefined && { body: given as never }),
      });
    expect((await asked('GET', '')).status).toBe(200);
    expect((await asked('POST', '', body)).status).toBe(403);
    expect((await asked('POST', `/${id}/run`, {})).status).toBe(403);
    expect((await asked('DELETE', `/${id}`)).status).toBe(403);
  },
);

verifies(
  ['S3', 'S4'],
  "another agent's proposal is not there: not seen, not run, not taken over by proposing it as well",
  async () => {
    const source = '# @description: how alice does it\nresult = "alice"';
    const proposed = await tool(hers, 'script_propose', { name: 'secret-plan', source, note: 'for alice' });
    expect(codeOf(await tool(his, 'script_status', { name: 'secret-plan' }))).toBe('script_not_found');
    expect(codeOf(await tool(his, 'script_run', { name: 'secret-plan' }))).toBe('script_not_found');
    expect(JSON.stringify(await tool(his, 'script_list', {}))).not.toContain('secret-plan');
    const same = await tool(his, 'script_propose', { name: 'secret-plan', source });
    expect(codeOf(same)).toBe('script_pending');
    expect(JSON.stringify(same)).not.toContain('for alice');
    const [version] = (await desk.view('secret-plan')).versions;
    expect(version).toMatchObject({ author: `agent:${alice.id}`, note: 'for alice' });
    await desk.reject('secret-plan', String(proposed.digest), 'alice may ask again');
    expect(JSON.stringify(await tool(his, 'script_propose', { name: 'secret-plan', source }))).not.toContain(
      'ask again',
    );
    expect(JSON.stringify(await tool(hers, 'script_status', { name: 'secret-plan' }))).toContain('ask again');
    // Runs are of whoever began them.
    const run = await tool(hers, 'script_eval', { source: 'result = "hers"' });
    expect(codeOf(await tool(his, 'script_status', { run: String(run.run) }))).toBe('script_not_found');
    expect(codeOf(await tool(hers, 'script_status', { run: String(run.run) }))).toBe('ok');
  },
);

verifies(
  ['S3'],
  'one digest is not another: of other bytes, of the bytes alone, of another script, of a version that waits',
  async () => {
    const good = await desk.propose('sound', 'result = "good"');
    const evil = await desk.propose('sound', 'result = "evil"');
    const elsewhere = await desk.propose('elsewhere', 'result = "elsewhere"');
    await desk.approve('sound', good.digest);
    for (const digest of [elsewhere.digest, good.source, evil.source, evil.digest.toUpperCase(), 'sha256:', ''])
      expect((await desk.approve('sound', digest)).status, digest).toBeGreaterThanOrEqual(400);
    expect((await desk.post('/sound/restore', { digest: evil.digest })).status).toBe(409);
    for (const digest of [evil.digest, elsewhere.digest])
      expect((await desk.post('/sound/run', { digest, args: [] })).status).toBeGreaterThanOrEqual(404);
    expect((await desk.run('sound', [], good.digest)).result).toBe('good');
    // Approved here is not approved there, though bytes and capabilities are the same.
    const twin = await desk.propose('twin', 'result = "good"');
    expect(twin.digest).toBe(good.digest);
    expect((await desk.post('/twin/run', { args: [] })).status).toBe(409);
    expect(codeOf(await tool(hers, 'script_run', { name: 'twin' }))).toBe('script_not_found');
  },
);

verifies(['S3'], 'two answers at the same moment: one counts, and never two versions at once', async () => {
  const versions = await Promise.all(['a', 'b', 'c'].map((letter) => desk.propose('raced', `result = "${letter}"`)));
  const answers = await Promise.all([
    ...versions.map(({ digest }) => desk.approve('raced', digest)),
    ...versions.map(({ digest }) => desk.approve('raced', digest)),
    ...versions.map(({ digest }) => desk.reject('raced', digest, 'no')),
  ]);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(3);
  const { versions: now, approved } = await desk.view('raced');
  expect(now.filter(({ state: { kind } }) => kind === 'approved').length).toBeLessThanOrEqual(1);
  const ran = await desk.post('/raced/run', { args: [] });
  if (approved === null) expect(ran.status).toBe(409);
  else expect(ran.status).toBe(200);
  const yes = ofKind(await it.records(), 'script').filter(
    ({ script, change }) => script === 'raced' && change === 'approved',
  );
  expect(new Set(yes.map(({ digest }) => digest)).size).toBe(yes.length);
});

verifies(
  ['S2', 'S3'],
  'a header that reads in two ways is none: what the person sees is what the program may do',
  async () => {
    const smuggled = [
      '# @hosts: a.example\u2028# @hosts: evil.example\nresult = http.get("https://a.example/").status',
      '# @hosts: a.example\r# @secrets: KEY\nresult = http.get("https://a.example/").status',
      '\ufeff# @hosts: evil.example\nresult = http.get("https://evil.example/").status',
      'result = 1\n# @hosts: evil.example\n',
      '"""\n# @hosts: evil.example\n"""\nresult = 1',
      '# @hosts: evil.example\n# @hosts: a.example\nresult = http.get("https://a.example/").status',
      '# @hosts: еvil.example\nresult = http.get("https://еvil.example/").status',
      '# @hosts: a.example@evil.example\nresult = http.get("https://a.example@evil.example/").status',
      '# @hosts: *\nresult = http.get("https://evil.example/").status',
      '# @hosts: *.com\nresult = http.get("https://evil.com/").status',
      '# @hosts: a.example\nresult = http.get("https://a.example\\\\@evil.example/").status',
      '# @hosts: a.example\nresult = http.get("https://a.example" + ".evil.example/").status',
      '# @tools: a/*\nresult = tools.call("a", "b", {})',
      '# @limits: time=1e9s\nresult = 1',
      '# @limits: time=30s time=300s\nresult = 1',
    ];
    for (const source of smuggled) {
      const told = await tool(his, 'script_propose', { name: 'smuggler', source });
      if (!told.ok) {
        expect(codeOf(told), source).toMatch(/^script_invalid$/);
        continue;
      }
      const { version, words, text } = await desk.review('smuggler', String(told.digest));
      const shown = words.map((word) => word.text).join('\n');
      for (const host of version.capabilities.hosts) expect(shown, source).toContain(`\`${host.replace(/^\*\./, '')}`);
      expect(text).toBe(source);
      expect(version.capabilities.hosts, source).not.toContain('evil.example');
      await desk.reject('smuggler', version.digest, 'no');
    }
  },
);

verifies(
  ['S6', 'A9'],
  'a source that is huge, ill-formed or built to choke its reader is refused, and everybody else goes on',
  async () => {
    const before = (await it.status()).alarms.length;
    const big = await tool(his, 'script_propose', { name: 'big', source: `result = 1 # ${'x'.repeat(131_060)}` }).catch(
      (error: unknown) => ({ ok: false, error: { code: 'script_invalid', message: String(error) } }),
    );
    expect(big.ok).toBe(false);
    const bytes = await desk.post('', { name: 'big', source: `# ${'é'.repeat(70_000)}` });
    expect(bytes.status).toBe(400);
    const raw = (body: Buffer) =>
      it.daemon.request('POST', '/v1/scripts', {
        body: body as never,
        headers: { 'content-type': 'application/json' },
      });
    expect((await raw(Buffer.from('{"name":"half","source":"result = \\"\\ud800\\""}'))).status).toBe(400);
    expect(
      (
        await raw(
          Buffer.concat([Buffer.from('{"name":"bad","source":"#'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
        )
      ).status,
    ).toBe(400);
    for (const source of [
      `result = ${'('.repeat(60_000)}${')'.repeat(60_000)}`,
      `result = ${'['.repeat(60_000)}`,
      `result = ${'-'.repeat(120_000)}1`,
      `result = ${'1 + '.repeat(30_000)}1`,
      `${'\n'.repeat(100)}result = "\u0000"`,
      `result = ${'9'.repeat(100_000)}`,
      `def f():\n${' '.repeat(60_000)}pass\nresult = 1`,
    ]) {
      const told = await tool(his, 'script_propose', { name: 'choke', source });
      if (told.ok) await desk.reject('choke', String(told.digest), 'no');
      else expect(['script_invalid', 'failed', 'killed', 'time_exceeded', 'memory_exceeded']).toContain(codeOf(told));
      const other = await tool(hers, 'script_eval', { source: 'result = 1' });
      expect(codeOf(other), `${source.slice(0, 40)} ${JSON.stringify(other)}`).toBe('ok');
    }
    expect((await it.status()).alarms).toHaveLength(before);
  },
);

verifies(['S3', 'D2'], 'whoever proposes without end has ten that wait, and nobody else fewer', async () => {
  const codes: string[] = [];
  for (let n = 0; n < 14; n += 1)
    codes.push(codeOf(await tool(his, 'script_propose', { name: `flood-${n}`, source: `result = ${n}` })));
  expect(codes.filter((code) => code === 'ok').length).toBeLessThanOrEqual(10);
  expect(codes.at(-1)).toBe('quota_exceeded');
  expect(codeOf(await tool(hers, 'script_propose', { name: 'still', source: 'result = 1' }))).toBe('ok');
  const names = readdirSync(join(it.daemon.home, 'scripts'), { recursive: true }).map(String);
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{2}(\/[0-9a-f]{62}\.star)?$/);
  const list = (await it.daemon.request('GET', '/v1/scripts')).json() as { scripts: { pending: ScriptVersion[] }[] };
  expect(list.scripts.flatMap(({ pending }) => pending).length).toBeLessThan(40);
});
