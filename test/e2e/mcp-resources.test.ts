// Resources, prompts and completion of a server that was just added, by an agent who was told to bring home what it can: keys by
// a pattern that makes any address, secrets in whatever text a server takes. And the level a person sets for a tool nobody knows.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpStart } from '@castellan/contract';
import { honestMcp, startMcpHttpServer, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, connectMcp, httpClient, type McpAgent, stdioClient, textOf } from './support/mcp.ts';
import { ofKind, type World, world } from './support/world.ts';

const VALUE = 'kQ7vZ2mXw9Lr4TbN8sYc';

/** Reads whatever file it is asked for, and completes and prompts with anything. */
const SERVER = `
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const results = {
  initialize: () => ({ protocolVersion: '2025-11-25', serverInfo: { name: 'files', version: '1' },
    capabilities: { resources: { subscribe: true }, prompts: {}, completions: {} } }),
  'resources/list': () => ({ resources: [] }),
  'resources/templates/list': () => ({ resourceTemplates: [
    { uriTemplate: 'file:///{+path}', name: 'files' }, { uriTemplate: 'repo:{+path}', name: 'repo' } ] }),
  'prompts/list': () => ({ prompts: [{ name: 'about', arguments: [{ name: 'text' }] }] }),
  'prompts/get': () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'a prompt' } }] }),
  'completion/complete': () => ({ completion: { values: ['ok'] } }),
  'resources/subscribe': () => ({}),
  'resources/read': ({ uri }) => ({ contents: [{ uri, text: readFileSync(uri.replace(/^(file:\\/\\/|repo:)/, ''), 'utf8') }] }),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answer = results[method];
  let said;
  try { said = answer ? { result: answer(params) } : { error: { code: -32601, message: 'no' } }; }
  catch (error) { said = { error: { code: -32603, message: String(error) } }; }
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...said }) + '\\n');
});
`;

function filesServer(): McpStart {
  const script = join(tempFolder(), 'server.mjs');
  writeFileSync(script, SERVER);
  return {
    kind: 'mcp',
    command: process.execPath,
    args: [script],
    env: {},
    pass: [],
    timeoutSeconds: 60,
    concurrency: 4,
  };
}

/** Does it, and denies what a person is asked. @returns the approval's rules, or null where it went through. */
async function asked(it: World, what: () => Promise<unknown>): Promise<readonly string[] | null> {
  let done = false;
  const running = what().then(
    () => (done = true),
    (error: unknown) => {
      done = true;
      return String(error);
    },
  );
  for (;;) {
    const [open] = (await it.approvals()).filter(({ state }) => state.kind === 'pending' || state.kind === 'queued');
    if (open !== undefined) {
      expect((await it.deny(open)).status).toBe(200);
      expect(await running).toMatch(/denied/);
      return open.verdict.reasons.map(({ id }) => id);
    }
    if (done) {
      expect(await running).toBe(true);
      return null;
    }
  }
}

verifies(
  ['M1', 'P11', 'G-C01'],
  "keys and secrets are asked about, whatever an agent names a server's resources, prompts and arguments",
  async () => {
    await using it = await world({ preset: 'full-auto' });
    const home = join(it.daemon.home, '..');
    mkdirSync(join(home, '.aws'), { recursive: true });
    writeFileSync(join(home, '.aws', 'credentials'), '[default]\nregion = eu\n');
    const kept = await it.daemon.request('POST', '/v1/secrets', { body: { name: 'DEPLOY', value: VALUE } });
    expect(kept.status, kept.text).toBe(200);
    await addModule(it, 'files', filesServer());
    const workspace = tempFolder();
    writeFileSync(join(workspace, 'a.md'), 'plain');
    const agent = await connectMcp(it);
    await using connected = await stdioClient(agent, { cwd: workspace });
    const { client } = connected;
    const read = (uri: string) => asked(it, () => client.readResource({ uri }));

    expect(await read(`file://${workspace}/a.md`)).toBeNull();
    const credentials = join(home, '.aws', 'credentials');
    for (const uri of [
      `file://${credentials}`,
      `file://${credentials.replace('.aws', '%2eaws')}`,
      `repo:${credentials}`,
    ])
      expect(await read(uri), uri).toContain('C05.read-credentials');
    expect(await asked(it, () => client.subscribeResource({ uri: `file://${credentials}` }))).toContain(
      'C05.read-credentials',
    );
    expect(await read(`repo:note-${VALUE}`)).toContain('C01.private-to-server');
    const prompt = (text: string) => asked(it, () => client.getPrompt({ name: 'files__about', arguments: { text } }));
    expect(await prompt('the weather')).toBeNull();
    expect(await prompt(`say ${VALUE}`)).toContain('C01.private-to-server');
    expect(await prompt(credentials)).toContain('C05.read-credentials');
    const complete = (value: string) =>
      asked(it, () =>
        client.complete({ ref: { type: 'ref/resource', uri: 'repo:{+path}' }, argument: { name: 'path', value } }),
      );
    expect(await complete('')).toBeNull();
    expect(await complete('src')).toBeNull();
    expect(await complete(VALUE)).toContain('C01.private-to-server');
    const outcomes = ofKind(await it.records(), 'outcome').filter(({ status }) => status === 'succeeded');
    expect(outcomes).toHaveLength(4);
  },
  { timeout: 120_000 },
);

const ROADS = [
  ['stdio', (_it: World, agent: McpAgent) => stdioClient(agent)],
  ['HTTP', (it: World, agent: McpAgent) => httpClient(it, agent)],
  [
    'HTTP, 2026-07-28',
    (it: World, agent: McpAgent) => httpClient(it, agent, { client: { versionNegotiation: { mode: 'auto' } } }),
  ],
] as const;

verifies(
  ['P1', 'P7', 'M1'],
  'a tool nobody sorted waits for a person under every preset, and runs where the person set a level for it',
  async () => {
    await using it = await world({ preset: 'full-auto' });
    await using server = await startMcpHttpServer({ server: { only: ['echo', 'add'] } });
    await addModule(it, 'notes', honestMcp({ only: ['echo', 'add'] }));
    await addModule(it, 'far', {
      kind: 'mcp-http',
      url: server.url,
      headers: {},
      oauth: 'off',
      scopes: [],
      timeoutSeconds: 60,
      concurrency: 4,
    });
    const agent = await connectMcp(it);
    for (const module of ['notes', 'far'])
      for (const [road, open] of ROADS) {
        await using connected = await open(it, agent);
        const call = connected.client.callTool({ name: `${module}__echo`, arguments: { text: 'a' } });
        const [question] = await it.waiting();
        expect(question?.verdict.reasons[0], road).toMatchObject({
          source: 'default',
          text: `nobody has said what \`${module}/echo\` does, so each call needs a person`,
        });
        if (question !== undefined) await it.deny(question);
        expect(textOf(await call)).toContain('denied');
      }
    for (const module of ['notes', 'far']) {
      const set = await it.daemon.request('POST', '/v1/policy', {
        body: { change: 'level', module, tool: 'echo', level: 'allow' },
      });
      expect(set.status, set.text).toBe(200);
    }
    for (const module of ['notes', 'far'])
      for (const [road, open] of ROADS) {
        await using connected = await open(it, agent);
        const told = await connected.client.callTool({ name: `${module}__echo`, arguments: { text: road } });
        expect(textOf(told), `${module} ${road}`).toBe(road);
      }
    expect((await it.approvals()).filter(({ state }) => state.kind === 'pending')).toEqual([]);
  },
  { timeout: 180_000 },
);
