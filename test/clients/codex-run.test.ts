// `castellan run codex` with the real client: no tool of its own can do anything, in any of the ways its models call tools; our
// endpoint is what is left. Nothing of the person's own Codex is opened.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectorOf, keptCredential, prepareRun, readConnection } from '@castellan/agents';
import { createClient, socketTransport } from '@castellan/client';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { attemptsOf, type CodexCall, codexWorld, js, patch, sh, turns, withCodex } from './support/codex.ts';
import { WITHOUT_WALLS } from './support/without-walls.ts';

const codex = connectorOf('codex');
const PATCH = patch('*** Add File: marker', '+x');
const OWN: readonly CodexCall[] = [
  sh('echo ran > marker'),
  { tool: 'shell_command', input: { command: 'echo ran > marker' } },
  { tool: 'local_shell', input: { command: ['touch', 'marker'] } },
  { tool: 'apply_patch', input: PATCH },
  { tool: 'view_image', input: { path: '/etc/hostname' } },
  { tool: 'write_stdin', input: { session_id: 1, chars: 'touch marker\n' } },
];
const NESTED = [
  "await tools.exec_command({ cmd: 'echo ran > marker' })",
  `await tools.apply_patch(${JSON.stringify(PATCH)})`,
  "await tools.view_image({ path: '/etc/hostname' })",
  "await tools.write_stdin({ session_id: 1, chars: 'touch marker\\n' })",
];
const READ = { file_path: 'note.txt' };

verifies(
  ['K4', 'K5'],
  'with plain tools, with a free-form patch and in code mode: its own tools do nothing, the endpoint’s do what is decided',
  async () => {
    await using it = await codexWorld({ scope: 'isolated' });
    expect(it.connected.mode).toBe('gateway');
    writeFileSync(join(it.project, 'note.txt'), 'a note\n');
    const read: CodexCall = { tool: 'workspace__read_file', namespace: 'mcp__castellan', input: READ };
    for (const model of ['scripted-model', 'gpt-5.5']) {
      await it.run(turns(...OWN, read), { model });
      const saw = it.saw();
      for (const text of saw.slice(0, OWN.length))
        expect(text).toMatch(/unsupported (custom tool )?call|No usable execution environment|incompatible payload/);
      expect(saw.at(-1)).toContain('a note');
    }
    const nested = `await tools.mcp__castellan__workspace__read_file(${JSON.stringify(READ)})`;
    await it.run(turns(js(...NESTED, nested)), { model: 'gpt-6-sol' });
    const [saw = ''] = it.saw();
    expect(saw.match(/threw [^"]*(?:is not a function|No usable execution environment)/g)).toHaveLength(NESTED.length);
    expect(saw).toContain('a note');
    expect(it.ran('marker')).toBe(false);
    const attempts = attemptsOf(await it.records(), 'read_file');
    expect(attempts.map(({ module }) => module)).toEqual(['workspace', 'workspace', 'workspace']);
  },
  { ...withCodex, timeout: 180_000 },
);

verifies(
  ['K4'],
  'what is left to call, by name: nothing that reads, writes, runs or connects by itself',
  async () => {
    await using it = await codexWorld({ scope: 'isolated' });
    const names: Record<string, readonly string[]> = {};
    for (const model of ['scripted-model', 'gpt-5.5', 'gpt-6-sol']) {
      await it.run(turns(...(model === 'gpt-6-sol' ? [js('ALL_TOOLS.map((tool) => tool.name)')] : [])), { model });
      const { tools = [], input = [] } = JSON.parse(it.request()) as {
        tools?: Tool[];
        input?: (Tool & { tools?: Tool[] })[];
      };
      const added = input.filter(({ type }) => type === 'additional_tools').flatMap((item) => item.tools ?? []);
      const inside = model === 'gpt-6-sol' ? (it.saw()[0]?.match(/[a-z_0-9]+(?=\\")/g) ?? []) : [];
      names[model] = [...[...tools, ...added].flatMap(namesOf), ...inside]
        .filter((name) => !name.includes('castellan'))
        .toSorted();
    }
    const HARMLESS =
      /^(list_mcp_resources|list_mcp_resource_templates|read_mcp_resource|request_user_input(_async)?|tool_search|(create|get|update)_goal|multi_agent_v1\..*|collaboration\..*|clock\.sleep|clock__curr_time|functions\.(exec|wait|request_user_input(_async)?)|update_plan)$/;
    // It is there by name, and has no place to work in.
    const DEAD = ['apply_patch'];
    for (const [model, list] of Object.entries(names)) {
      expect(list.length).toBeGreaterThan(2);
      expect([model, list.filter((name) => !HARMLESS.test(name) && !DEAD.includes(name))]).toEqual([model, []]);
    }
  },
  { ...withCodex, timeout: 180_000 },
);

interface Tool {
  readonly type: string;
  readonly name?: string;
  readonly tools?: readonly Tool[];
}
const namesOf = ({ type, name, tools }: Tool): readonly string[] =>
  tools === undefined ? [name ?? type] : tools.map((tool) => `${name}.${tool.name}`);

verifies(
  ['K4', 'K2'],
  'a project’s settings do not count, and no server of its is started; with the daemon away nothing is done at all',
  async () => {
    await using it = await codexWorld({ scope: 'isolated' });
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(it.project, '.codex'));
    writeFileSync(
      join(it.project, '.codex', 'config.toml'),
      `[features]\nshell_tool = true\nunified_exec = true\nhooks = false\n[mcp_servers.evil]\ncommand = "sh"\nargs = ["-c", "touch ${it.project}/started; cat"]\n`,
    );
    await it.run(turns(sh('echo ran > marker')));
    expect([it.ran('marker'), it.ran('started')]).toEqual([false, false]);
    await it.daemon.stop();
    const connection = await readConnection(it.home, it.connected.agent);
    expect(connection?.scope).toBe('isolated');
    await expect(it.run(turns(sh('echo ran > marker')))).rejects.toThrow('daemon');
    expect(it.ran('marker')).toBe(false);
  },
  { ...withCodex, timeout: 180_000 },
);

const hasStrace = spawnSync('/usr/bin/strace', ['-V']).status === 0;

verifies(
  ['K7'],
  'a file trace: nothing below the person’s own Codex folder is opened, read or written',
  async () => {
    await using it = await codexWorld({ scope: 'isolated' });
    const own = join(it.user, '.codex');
    const before = readFileSync(join(own, 'config.toml'), 'utf8');
    const trace = join(it.user, 'trace.txt');
    await it.run(turns(sh('cat ~/.codex/config.toml')), { trace });
    const lines = readFileSync(trace, 'utf8').split('\n');
    expect(lines.length).toBeGreaterThan(500);
    expect(lines.filter((line) => line.includes(`${join(it.home, 'agents')}/`)).length).toBeGreaterThan(10);
    expect(lines.filter((line) => line.includes(own))).toEqual([]);
    expect(readFileSync(join(own, 'config.toml'), 'utf8')).toBe(before);
  },
  { skip: withCodex.skip || !hasStrace, timeout: 180_000 },
);

verifies(
  ['K4', 'K7'],
  'what weakens is refused before anything starts, and its environment is a listed one',
  async () => {
    await using it = await codexWorld({ scope: 'isolated' });
    const client = createClient({
      transport: socketTransport({ socketPath: it.daemon.socket, token: it.daemon.state.token }),
    });
    const prepared = (args: readonly string[]) =>
      prepareRun(codex, {
        ...{
          machine: {
            ...it.machine,
            env: { ...it.machine.env, AWS_SECRET: 'x', CODEX_HOME: '/tmp/other', LD_PRELOAD: '/x' },
          },
        },
        ...{
          client,
          port: it.daemon.state.port,
          confirm: 'deny',
          run: 'r'.repeat(20),
          headless: null,
          args,
          walls: WITHOUT_WALLS,
        },
      });
    expect(await prepared(['--disable', 'hooks'])).toMatchObject({ ok: false, fault: { code: 'weakening-flag' } });
    const program = await prepared(['exec', 'do it']);
    if (!program.ok) throw new Error(program.fault.message);
    const { env, args } = program.value;
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['AWS_SECRET']));
    expect(env).not.toHaveProperty('LD_PRELOAD');
    expect(env.CODEX_HOME).toBe(join(it.home, 'agents', it.connected.agent, 'codex'));
    expect(env.CODEX_EXEC_SERVER_URL).toBe('none');
    expect(args.join(' ')).not.toContain(await keptCredential(it.home, it.connected.agent));
  },
  withCodex,
);
