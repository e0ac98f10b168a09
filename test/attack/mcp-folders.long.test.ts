// Folders as a way around the gate: a yes for one folder used in another, a session of one project lent to another, and files an
// agent may write lying where a server with secrets looks for its own.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { McpStart } from '@castellan/contract';
import { honestMcp, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { addModule, connectMcp, httpClient, textOf } from '../e2e/support/mcp.ts';
import { ofKind, type TestAgent, type World, world } from '../e2e/support/world.ts';

/** Writes what it is told where it is told, as any server of files does; relative paths mean where it stands. */
const FILES = `
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
const text = { type: 'string' };
const tool = { name: 'write_file', description: 'Writes a file', inputSchema:
  { type: 'object', properties: { path: text, text }, required: ['path', 'text'] } };
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const say = (body) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...body }) + '\\n');
  if (method === 'initialize') say({ result:
    { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'files', version: '1' } } });
  else if (method === 'tools/list') say({ result: { tools: [tool] } });
  else if (method === 'tools/call') {
    writeFileSync(params.arguments.path, params.arguments.text);
    say({ result: { content: [{ type: 'text', text: resolve(params.arguments.path) }] } });
  } else say({ error: { code: -32601, message: 'no' } });
}
`;
const WRITES = {
  name: 'write_file',
  label: 'Write a file',
  scope: 'per-task',
  effects: [{ kind: 'write', from: 'path', as: 'path' }],
  safe: [{ kind: 'write', places: ['workspace', 'temp'] }],
};
const GATEWAY = { name: 'castellan', source: 'user' } as const;
const TOOL = 'mcp__castellan__files__write_file';

/** @param cwd of its manifest. */
async function filesServer(cwd?: string): Promise<World> {
  const home = join(tempFolder(), 'state');
  mkdirSync(join(home, 'modules'), { recursive: true, mode: 0o700 });
  const script = join(tempFolder(), 'files.mjs');
  writeFileSync(script, FILES);
  const care = { env: {}, pass: [], timeoutSeconds: 20, concurrency: 4 };
  const start: McpStart = { kind: 'mcp', command: process.execPath, args: [script], ...care, ...(cwd && { cwd }) };
  const about = { schema: 'castellan/module/v1', name: 'files', version: '1', title: 'Files' };
  const manifest = { ...about, start, tools: { byEffects: [WRITES] } };
  writeFileSync(join(home, 'modules', 'files.yaml'), JSON.stringify(manifest), { mode: 0o600 });
  const it = await world({}, { home });
  await addModule(it, 'files', start);
  return it;
}

/** A hook that is told yes, by a person where one is asked. */
async function allowed(it: World, agent: TestAgent, input: object, id: string, cwd: string): Promise<void> {
  const asked = agent.pre(TOOL, { ...input }, { id, cwd, session: `of ${cwd}`, server: GATEWAY });
  const answer = await Promise.race([asked, it.waiting().then(async ([each]) => each && it.approve(each))]);
  expect(answer).toBeDefined();
  expect((await asked).verdict).toBe('allow');
}

verifies(
  ['H5', 'M1'],
  "a hook's yes counts in its own folder alone, and the folder of another session is asked about anew",
  async () => {
    const project = tempFolder();
    await using it = await filesServer(project);
    const agent = await it.connect('Claude Code');
    const ssh = join(it.daemon.home, '..', '.ssh');
    mkdirSync(ssh, { mode: 0o700 });
    const input = { path: join(ssh, 'authorized_keys'), text: 'attacker key' };
    await allowed(it, agent, input, 'toolu_x', project);
    const call = { name: 'files__write_file', arguments: input, _meta: { 'claudecode/toolUseId': 'toolu_x' } };
    {
      await using elsewhere = await httpClient(it, agent, { headers: { 'x-castellan-workspace': ssh } });
      const answer = elsewhere.client.callTool(call);
      const [question] = await it.waiting();
      expect(question).toMatchObject({ module: 'files', tool: 'write_file' });
      if (question !== undefined) await it.deny(question);
      expect((await answer).isError).toBe(true);
      expect(existsSync(input.path)).toBe(false);
    }
    // Where both stand in one folder nobody is asked twice.
    await using here = await httpClient(it, agent, { headers: { 'x-castellan-workspace': project } });
    expect(textOf(await here.client.callTool(call))).toBe(input.path);
  },
  { timeout: 120_000 },
);

verifies(
  ['H5'],
  'what was decided for whoever asks by `POST /v1/calls` is no yes of a hook',
  async () => {
    const project = tempFolder();
    await using it = await filesServer(project);
    const agent = await it.connect('own loop');
    const input = { path: join(project, 'a.txt'), text: 'a' };
    const decision = await agent.check('mcp__files__write_file', input, { id: 'own_1', cwd: project, session: 's' });
    expect(decision.kind).toBe('run');
    await using here = await httpClient(it, agent, { headers: { 'x-castellan-workspace': project } });
    await here.client.callTool({ name: 'files__write_file', arguments: input, _meta: { callId: 'own_1' } });
    expect(ofKind(await it.records(), 'attempt').map(({ origin }) => origin)).toEqual(['api', 'mcp']);
  },
  { timeout: 120_000 },
);

verifies(
  ['M1', 'A6'],
  'a relative path of a tool means the folder its server stands in, for the decision and for the disk',
  async () => {
    const stands = tempFolder();
    const [project, other] = [tempFolder(), tempFolder()];
    for (const [cwd, workspace, target] of [
      [stands, project, join(stands, 'a.txt')],
      [undefined, other, null],
    ] as const) {
      await using it = await filesServer(cwd);
      const agent = await connectMcp(it);
      await using connected = await httpClient(it, agent, { headers: { 'x-castellan-workspace': workspace } });
      const args = { path: 'a.txt', text: 'a' };
      const answer = await connected.client.callTool({ name: 'files__write_file', arguments: args });
      const own = join(it.daemon.home, '..', '.cache', 'castellan', 'servers', 'files');
      const [attempt] = ofKind(await it.records(), 'attempt');
      expect(attempt?.cwd).toBe(cwd ?? own);
      expect(attempt?.effects[0]?.target).toBe(target ?? join(own, 'a.txt'));
      // Beside itself a server writes nothing: it would find it there the next time.
      if (target === null) expect(answer.isError).toBe(true);
      else expect(textOf(answer)).toBe(target);
      expect(existsSync(join(workspace, 'a.txt'))).toBe(false);
      expect(existsSync(join(own, 'a.txt'))).toBe(false);
    }
  },
  { timeout: 120_000 },
);

verifies(
  ['M3', 'X4', 'G-C04'],
  'a server stands in a folder no agent may write to, and in no link that leads to one',
  async () => {
    await using it = await world({ preset: 'full-auto' });
    await addModule(it, 'notes', honestMcp({ only: ['environment'] }), ['environment']);
    const agent = await connectMcp(it);
    const hooked = await it.connect('Claude Code');
    const own = join(it.daemon.home, '..', '.cache', 'castellan', 'servers', 'notes');
    {
      await using connected = await httpClient(it, agent);
      const told = await connected.client.callTool({ name: 'notes__environment', arguments: {} });
      const { cwd, env } = JSON.parse(textOf(told)) as { cwd: string; env: Record<string, string> };
      expect(cwd).toBe(own);
      expect(env.PYTHONSAFEPATH).toBe('1');
    }
    const planted = { file_path: join(own, 'json.py'), content: 'import os' };
    expect((await hooked.pre('Write', planted)).verdict).toBe('deny');
    expect((await hooked.pre('Bash', { command: `echo x > ${own}/sitecustomize.py` })).verdict).toBe('deny');
    expect((await hooked.pre('Bash', { command: `ln -sfn /tmp ${join(own, '..')}` })).verdict).toBe('deny');
  },
  { timeout: 120_000 },
);

verifies(
  ['M3'],
  'a link in the place of the folder is refused',
  async () => {
    const home = join(tempFolder(), 'state');
    const cache = join(home, '..', '.cache');
    mkdirSync(cache);
    const ground = tempFolder();
    symlinkSync(ground, join(cache, 'castellan'));
    await using it = await world({ preset: 'full-auto' }, { home });
    await addModule(it, 'notes', honestMcp({ only: ['echo'] }), ['echo']);
    const agent = await connectMcp(it);
    await using connected = await httpClient(it, agent, { headers: { 'x-castellan-workspace': tempFolder() } });
    const answer = await connected.client.callTool({ name: 'notes__echo', arguments: { text: 'a' } });
    expect(answer.isError).toBe(true);
    expect(textOf(answer)).toContain('is no folder of its own');
    expect(existsSync(join(ground, 'servers'))).toBe(false);
  },
  { timeout: 120_000 },
);

verifies(
  ['K5', 'H2'],
  'over 2026-07-28 two projects of one agent have each their own session, task and folder',
  async () => {
    await using it = await world({ preset: 'full-auto' });
    await addModule(it, 'notes', honestMcp({ only: ['echo'] }), ['echo']);
    const agent = await connectMcp(it);
    const [a, b] = [tempFolder(), tempFolder()];
    for (const [folder, task] of [
      [a, 'one'],
      [b, 'one'],
      [b, 'two'],
      [a, 'one'],
    ] as const) {
      await using connected = await httpClient(it, agent, {
        client: { versionNegotiation: { mode: 'auto' } },
        headers: { 'x-castellan-workspace': folder, 'x-castellan-task': task },
      });
      expect(connected.client.getProtocolEra()).toBe('modern');
      await connected.client.callTool({ name: 'notes__echo', arguments: { text: folder } });
    }
    const attempts = ofKind(await it.records(), 'attempt');
    const sessions = attempts.map(({ session }) => session);
    expect(new Set(sessions).size).toBe(3);
    expect(sessions[3]).toBe(sessions[0]);
    const open = (await it.status()).sessions.filter((session) => session.agent === agent.id);
    expect(open.map(({ workspace }) => workspace).sort()).toEqual([a, b, b].sort());
  },
  { timeout: 120_000 },
);

for (const era of ['legacy', 'auto'] as const)
  verifies(
    ['K5', 'P7'],
    `a client by HTTP (${era}) that names no folder works in an empty one of its own, which is not ours to guard`,
    async () => {
      await using it = await world();
      await addModule(it, 'notes', honestMcp({ only: ['echo', 'touch'] }), ['echo', 'touch']);
      const agent = await connectMcp(it);
      await using connected = await httpClient(it, agent, { client: { versionNegotiation: { mode: era } } });
      for (const text of ['https://example.com/x', './notes.txt', '~/notes.txt', '/tmp/notes.txt'])
        expect(textOf(await connected.client.callTool({ name: 'notes__echo', arguments: { text } }))).toBe(text);
      const args = { uri: 'https://example.com/x' };
      expect((await connected.client.callTool({ name: 'notes__touch', arguments: args })).isError ?? false).toBe(false);
      const [session] = (await it.status()).sessions.filter((each) => each.agent === agent.id);
      expect(dirname(session?.workspace ?? '')).toBe(
        join(it.daemon.home, '..', '.cache', 'castellan', 'workspaces', agent.id),
      );
      for (const { effects, verdict } of ofKind(await it.records(), 'attempt')) {
        expect(effects.filter(({ kind }) => kind === 'change-safety')).toEqual([]);
        expect(verdict.outcome).toBe('allow');
      }
      expect(readFileSync(join(it.daemon.home, 'config.yaml'), 'utf8')).not.toContain('workspaces');
    },
    { timeout: 120_000 },
  );

verifies(
  ['M3'],
  'where no file of a server is compared at its start, whoever adds it is told so',
  async () => {
    await using it = await world();
    const { command, args, ...care } = honestMcp({ only: ['echo'] });
    const [script = '', ...rest] = args.slice(args.findIndex((each) => each.endsWith('.ts')));
    const options = args.slice(0, args.indexOf(script));
    const shown = await addModule(it, 'pinned', { ...care, command, args });
    const inline = ['-e', `import(${JSON.stringify(script)})`, '--', script, ...rest];
    const hidden = await addModule(it, 'inline', { ...care, command, args: [...options, ...inline] });
    const said = ({ steps, lints }: typeof shown) => [...steps, ...lints].filter((each) => each.includes('is pinned'));
    expect(said(shown)).toEqual([]);
    expect(said(hidden)).toHaveLength(2);
    expect(said(hidden)[0]).toContain(`only \`${command}\` itself is pinned`);
  },
  { timeout: 120_000 },
);
