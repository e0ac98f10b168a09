// Servers and a client that others wrote, through the gateway: server-everything by both roads, server-filesystem, and the MCP
// Inspector's command line against both of our endpoints.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, freePort, type ProcessResult, runProcess, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import {
  addModule,
  type Connected,
  connectMcp,
  httpClient,
  type McpAgent,
  PROGRAM,
  stdioClient,
  textOf,
} from '../e2e/support/mcp.ts';
import { type World, world } from '../e2e/support/world.ts';
import { addSafe, httpStart, mayAsk, processStart } from './support/behind.ts';
import { startPeer } from './support/peer.ts';
import { PEERS } from './support/suite.ts';

const packageOf = (name: string) => join(PEERS, 'node_modules', '@modelcontextprotocol', name);
const EVERYTHING = join(packageOf('server-everything'), 'dist', 'index.js');
const FILESYSTEM = join(packageOf('server-filesystem'), 'dist', 'index.js');

const ASKED = { capabilities: { elicitation: { form: {} }, sampling: {}, roots: { listChanged: true } } };

function answers({ client }: Connected, folder: string): void {
  client.setRequestHandler('elicitation/create', () => ({ action: 'decline' }));
  client.setRequestHandler('sampling/createMessage', () => ({
    model: 'scripted',
    role: 'assistant',
    content: { type: 'text', text: 'forty-two' },
  }));
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: `file://${folder}`, name: 'work' }] }));
}

/** What server-everything can, asked of it through the gateway. */
async function everything(connected: Connected): Promise<void> {
  const { client } = connected;
  const call = (name: string, given: Record<string, unknown> = {}) =>
    client.callTool({ name: `everything__${name}`, arguments: given });
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['everything__echo', 'everything__get-sum']));
  expect(textOf(await call('echo', { message: 'hello' }))).toBe('Echo: hello');
  const structured = await call('get-structured-content', { location: 'New York' });
  expect(structured.structuredContent).toMatchObject({ temperature: expect.any(Number) });
  const steps: number[] = [];
  await client.callTool(
    { name: 'everything__trigger-long-running-operation', arguments: { duration: 1, steps: 4 } },
    { onprogress: ({ progress }) => void steps.push(progress) },
  );
  expect(steps.length).toBeGreaterThan(1);
  const { resources } = await client.listResources();
  const first = resources[0]?.uri ?? '';
  expect((await client.readResource({ uri: first })).contents[0]?.uri).toBe(first);
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).toContain('everything__simple-prompt');
  expect((await client.getPrompt({ name: 'everything__simple-prompt' })).messages).not.toHaveLength(0);
}

const ROADS = [
  ['stdio', (_it: World, agent: McpAgent) => stdioClient(agent, { client: ASKED })],
  ['HTTP', (it: World, agent: McpAgent) => httpClient(it, agent, { client: ASKED })],
] as const;

for (const [road, open] of ROADS)
  verifies(
    ['K5', 'M2'],
    `server-everything by ${road}: tools, structured content, progress, resources, prompts, sampling, elicitation, folders`,
    async () => {
      await using it = await world();
      const folder = tempFolder();
      await using peer = road === 'HTTP' ? await startPeer(EVERYTHING, ['streamableHttp'], await freePort()) : null;
      await addSafe(it, 'everything', peer === null ? processStart(EVERYTHING) : httpStart(peer.url));
      await mayAsk(it, 'everything');
      const agent = await connectMcp(it);
      await using connected = await open(it, agent);
      answers(connected, folder);
      await everything(connected);
      // Tools that are for such clients alone are offered by the server after it knows its client, and held back till then.
      const { tools } = await connected.client.listTools();
      const sampling = tools.find(({ name }) => name.endsWith('trigger-sampling-request'));
      expect(sampling).toBeDefined();
      const thought = await connected.client.callTool({
        name: 'everything__trigger-sampling-request',
        arguments: { prompt: 'six times seven', maxTokens: 10 },
      });
      expect(textOf(thought)).toContain('forty-two');
      const declined = await connected.client.callTool({
        name: 'everything__trigger-elicitation-request',
        arguments: {},
      });
      expect(textOf(declined)).toMatch(/declin/i);
      const roots = await connected.client.callTool({ name: 'everything__get-roots-list', arguments: {} });
      expect(textOf(roots)).toContain(folder);
    },
    { timeout: 300_000 },
  );

verifies(
  ['K5', 'M1', 'M2'],
  'server-filesystem: what reads is safe, what writes waits, and the client names the folder',
  async () => {
    await using it = await world();
    const folder = tempFolder();
    writeFileSync(join(folder, 'note.txt'), 'a note');
    await addModule(it, 'files', processStart(FILESYSTEM, folder), ['read_text_file', 'list_directory']);
    const agent = await connectMcp(it);
    await using connected = await stdioClient(agent, { client: ASKED });
    answers(connected, folder);
    const call = (name: string, given: Record<string, unknown>) =>
      connected.client.callTool({ name: `files__${name}`, arguments: given });
    const path = join(folder, 'note.txt');
    expect(textOf(await call('read_text_file', { path }))).toContain('a note');
    const written = call('write_file', { path, content: 'another' });
    const [question] = await it.waiting();
    expect(readFileSync(path, 'utf8')).toBe('a note');
    if (question !== undefined) await it.approve(question);
    expect((await written).isError ?? false).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('another');
    const outside = await call('read_text_file', { path: '/etc/hostname' });
    expect(outside.isError, 'the server keeps to its folder').toBe(true);
  },
  { timeout: 180_000 },
);

const INSPECTOR = join(PEERS, 'node_modules', '.bin', 'mcp-inspector');

verifies(
  ['K5', 'M2'],
  "the MCP Inspector's command line works against `castellan mcp` and against the HTTP endpoint",
  async () => {
    expect(existsSync(INSPECTOR)).toBe(true);
    await using it = await world();
    await addModule(it, 'everything', processStart(EVERYTHING), ['echo']);
    const agent = await connectMcp(it);
    const home = tempFolder();
    const inspect = async (target: readonly string[], ...args: readonly string[]): Promise<ProcessResult> => {
      const env = bareEnvironment(home);
      const done = await runProcess(process.execPath, [INSPECTOR, '--cli', ...target, ...args], {
        cwd: home,
        env,
        timeout: 90_000,
      });
      expect(done.code, done.stderr + done.stdout).toBe(0);
      return done;
    };
    const url = `http://127.0.0.1:${it.daemon.state.port}/mcp`;
    const header = `Authorization: Bearer ${agent.credential}`;
    const targets = [
      // It starts servers with an environment of its own.
      ['-e', `CASTELLAN_HOME=${it.daemon.home}`, process.execPath, PROGRAM, 'mcp', '--agent', agent.name],
      [url, '--transport', 'http', '--header', header],
    ];
    for (const target of targets) {
      expect((await inspect(target, '--method', 'tools/list')).stdout).toContain('everything__echo');
      const called = await inspect(
        target,
        ...['--method', 'tools/call', '--tool-name', 'everything__echo', '--tool-arg', 'message=hello'],
      );
      expect(called.stdout).toContain('Echo: hello');
      expect((await inspect(target, '--method', 'resources/list')).stdout).toContain('"uri"');
      expect((await inspect(target, '--method', 'prompts/list')).stdout).toContain('everything__simple-prompt');
    }
  },
  { timeout: 300_000 },
);
