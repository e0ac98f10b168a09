// A secret of the vault in what MCP servers give: in texts, in structured content, in resources, prompts, log messages, errors
// and standard error. Nothing of it reaches the agent, a record or a page of a person.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { honestMcp, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { filesOf } from './support/leak/exits.ts';
import { addModule, connectMcp, httpClient, stdioClient, textOf } from './support/mcp.ts';
import { type Json, ofKind, until, type World, world } from './support/world.ts';

const VALUE = 'kQ7vZ2mXw9Lr4TbN8sYc';
const CLEAN = '[REDACTED:mail-password]';
const TOOLS = ['echo', 'add', 'log', 'environment', 'fail'];

async function ready(config: Json = {}): Promise<World> {
  const it = await world({ preset: 'full-auto', ...config });
  const added = await it.daemon.request('POST', '/v1/secrets', { body: { name: 'mail-password', value: VALUE } });
  expect(added.status, added.text).toBe(200);
  return it;
}

verifies(
  ['M5', 'X2', 'L1'],
  'a known secret in what a server gives, says, logs or offers reaches no agent and no file',
  async () => {
    await using it = await ready();
    // The server holds it without us: as one would that reads it from a file of its own.
    const start = honestMcp({ only: TOOLS }, { env: { PART: VALUE.slice(0, 10), REST: VALUE.slice(10) } });
    await addModule(it, 'notes', { ...start, args: [...start.args] }, TOOLS);
    const agent = await connectMcp(it);
    const heard: unknown[] = [];
    for (const open of [() => stdioClient(agent), () => httpClient(it, agent)]) {
      await using connected = await open();
      const { client } = connected;
      client.setNotificationHandler('notifications/message', (message) => void heard.push(message));
      await client.setLoggingLevel('debug').catch(() => undefined);
      const encoded = Buffer.from(`key=${VALUE}`).toString('base64');
      for (const said of [VALUE, `it is ${VALUE}.`, encoded, encodeURIComponent(`${VALUE}&`)]) {
        const told = await client.callTool({ name: 'notes__echo', arguments: { text: said } });
        heard.push(told);
        expect(textOf(told), said).toContain('[REDACTED');
      }
      heard.push(await client.callTool({ name: 'notes__log', arguments: { text: `pw ${VALUE}` } }));
      // A person is asked about what carries a secret to a server; with their yes it goes, and comes back without.
      const approved = async (result: Promise<unknown>): Promise<unknown> => {
        const settled = result.catch((error: unknown) => String(error));
        const [question] = await it.waiting();
        heard.push(question);
        if (question !== undefined) await it.approve(question);
        return settled;
      };
      heard.push(await approved(client.readResource({ uri: `note://${VALUE}` })));
      heard.push(await approved(client.getPrompt({ name: 'notes__greet', arguments: { who: VALUE } })));
      heard.push(await client.callTool({ name: VALUE, arguments: {} }).catch((error: unknown) => String(error)));
      heard.push(connected.stderr());
    }
    expect(heard.length).toBeGreaterThan(14);
    expect(JSON.stringify(heard)).toContain(CLEAN);
    expect(JSON.stringify(heard)).not.toContain(VALUE);

    const view = await until('its standard error', async () => {
      const { text } = await it.daemon.request('GET', '/v1/modules/notes');
      return text.includes('pw ') ? text : undefined;
    });
    expect(view).not.toContain(VALUE);
    expect(JSON.stringify(await it.records())).not.toContain(VALUE);
    await it.daemon.stop();
    // Its manifest holds both halves as a person wrote them; the whole stands in no file and in nothing the daemon said.
    const left = filesOf(it.daemon.home).filter(({ text }) => text.includes(VALUE));
    expect(left.map(({ exit }) => exit)).toEqual([]);
    expect(it.daemon.output()).not.toContain(VALUE);
  },
  { timeout: 150_000 },
);

verifies(
  ['X4', 'M4'],
  "a server is given an allowlist of our environment, and none of the client's",
  async () => {
    await using it = await world(
      { preset: 'full-auto' },
      { env: { GITHUB_TOKEN: 'ghp_of_the_daemon', PASSED: 'yes' } },
    );
    await addModule(it, 'notes', honestMcp({ only: TOOLS }, { env: { OWN: 'own' }, pass: ['PASSED'] }), TOOLS);
    const agent = await connectMcp(it);
    const cwd = join(tempFolder(), 'project');
    mkdirSync(cwd);
    const client = { ...agent, env: { ...agent.env, AWS_SECRET_ACCESS_KEY: 'of the client' } };
    await using connected = await stdioClient(client, { cwd });
    const told = await connected.client.callTool({ name: 'notes__environment', arguments: {} });
    const { env, cwd: folder } = JSON.parse(textOf(told)) as { env: Record<string, string>; cwd: string };
    // What lies in a project is no part of a server: it stands in a folder of its own.
    expect(folder).toBe(join(it.daemon.home, '..', '.cache', 'castellan', 'servers', 'notes'));
    expect(env).toMatchObject({ OWN: 'own', PASSED: 'yes' });
    // `CASTELLAN_SERVER` is our own mark, by which what a server left behind is found and ended.
    const strange = Object.keys(env).filter(
      (name) => !/^(PATH|HOME|LANG|LC_.+|TZ|TMPDIR|TERM|XDG_.+|OWN|PASSED|PYTHONSAFEPATH|CASTELLAN_SERVER)$/.test(name),
    );
    expect(strange).toEqual([]);
  },
  { timeout: 120_000 },
);

verifies(
  ['D2', 'G-S06'],
  'a quota and a frozen agent hold on this road as on any other',
  async () => {
    await using it = await world({
      preset: 'full-auto',
      limits: { quotas: [{ of: 'notes/echo', per: 'task', calls: 2 }] },
    });
    await addModule(it, 'notes', honestMcp({ only: TOOLS }), TOOLS);
    const agent = await connectMcp(it);
    await using connected = await httpClient(it, agent);
    const echo = () => connected.client.callTool({ name: 'notes__echo', arguments: { text: 'a' } });
    expect([(await echo()).isError ?? false, (await echo()).isError ?? false]).toEqual([false, false]);
    const third = await echo();
    expect(third.isError).toBe(true);
    expect(textOf(third)).toContain('quota');
    const frozen = await it.daemon.request('POST', `/v1/agents/${agent.id}/freeze`);
    expect(frozen.status, frozen.text).toBe(200);
    const held = await connected.client.callTool({ name: 'notes__add', arguments: { a: 1, b: 1 } });
    expect(held.isError).toBe(true);
    expect(textOf(held)).toContain('frozen');
    expect(ofKind(await it.records(), 'outcome').filter(({ status }) => status === 'succeeded')).toHaveLength(2);
  },
  { timeout: 120_000 },
);
