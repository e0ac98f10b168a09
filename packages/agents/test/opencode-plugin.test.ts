// The plug-in of OpenCode as Node can load it, too: what it does when the daemon says yes, no, nothing or nonsense. The real
// client has its own suite (test/clients/opencode*.test.ts).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { tempFolder } from '@castellan/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { binFolder } from '../src/bin-folder.ts';
import { isPlugin, pluginText } from '../src/opencode/plugin-text.ts';

interface Hooks {
  'tool.execute.before'(input: object, output: { args: unknown }): Promise<void>;
  'tool.execute.after'(input: object, output: object): Promise<void>;
  'chat.message'(input: object, output: { message: object; parts: object[] }): Promise<void>;
  config(config: object): Promise<void>;
}

const INPUT = { tool: 'bash', sessionID: 'ses_1', callID: 'call_1' };
const CLIENT = {
  session: { get: () => Promise.resolve({ data: {} }) },
  tool: { ids: () => Promise.resolve({ data: ['bash'] }) },
  _client: { get: () => Promise.resolve({ data: {} }) },
};
let server: Server | null = null;
afterEach(() => server?.closeAllConnections());

async function load(answer: (body: Record<string, unknown>) => string | null, mode: 'hooks' | 'gateway' = 'hooks') {
  const root = tempFolder();
  const [socket, hook, file] = [join(root, 's'), join(root, 'hook'), join(root, 'plugin.mjs')];
  mkdirSync(root, { recursive: true });
  const events: Record<string, unknown>[] = [];
  server = createServer((request, response) => {
    void text(request).then((given) => {
      const body = JSON.parse(given) as Record<string, unknown>;
      events.push(body);
      const told = answer(body);
      if (told !== null) response.end(told);
    });
  });
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
  const lines = [
    'castellan-hook 1',
    `socket=${socket}`,
    `owner=${process.getuid?.() ?? 0}`,
    'credential=castellan_a_x',
    'route=/v1/hooks/opencode',
    'timeout=1',
    '',
  ];
  writeFileSync(hook, lines.join('\n'), { mode: 0o600 });
  const gateway = { file: '/usr/bin/node', args: ['mcp'], env: {} };
  const code = await pluginText({ mode, hook, gateway });
  expect(isPlugin(code)).toBe(true);
  writeFileSync(file, code);
  const { Castellan } = (await import(pathToFileURL(file).href)) as { Castellan(input: object): Promise<Hooks> };
  return { hooks: await Castellan({ client: CLIENT, directory: '/project' }), events, hook, gateway };
}

const decision = (fields: object): string =>
  JSON.stringify({ hookSpecificOutput: { hookEventName: 'PreToolUse', ...fields } });

describe('before a tool', () => {
  test('a yes runs with exactly the decided members, and nobody changes them after', async () => {
    const { hooks, events } = await load(() =>
      decision({ permissionDecision: 'allow', updatedInput: { command: 'b' } }),
    );
    const args: Record<string, unknown> = { command: 'a', workdir: '/' };
    await hooks['tool.execute.before'](INPUT, { args });
    expect(args).toEqual({ command: 'b' });
    expect(() => {
      args.command = 'c';
    }).toThrow();
    expect(events[0]).toMatchObject({
      hook_event_name: 'PreToolUse',
      tool_name: 'bash',
      cwd: '/project',
      session_id: 'ses_1',
    });
  });

  const NOES: Readonly<Record<string, string | null>> = {
    'a no': decision({ permissionDecision: 'deny', permissionDecisionReason: 'because' }),
    'a question': decision({ permissionDecision: 'ask', updatedInput: {} }),
    'a yes without arguments': decision({ permissionDecision: 'allow' }),
    'a yes to another event': JSON.stringify({
      hookSpecificOutput: { hookEventName: 'PostToolUse', permissionDecision: 'allow', updatedInput: {} },
    }),
    'an empty object': '{}',
    'a list': '[]',
    'half an answer': '{"hookSpecificOutput":',
    nothing: '',
    'no answer at all': null,
  };
  for (const [name, told] of Object.entries(NOES))
    test(`${name} throws`, async () => {
      const { hooks } = await load(() => told);
      await expect(hooks['tool.execute.before'](INPUT, { args: { command: 'a' } })).rejects.toThrow();
    });

  test('without its file, and with arguments that are none, it throws', async () => {
    const { hooks, hook } = await load(() => decision({ permissionDecision: 'allow', updatedInput: {} }));
    await expect(hooks['tool.execute.before'](INPUT, { args: undefined })).rejects.toThrow();
    rmSync(hook);
    await expect(hooks['tool.execute.before'](INPUT, { args: {} })).rejects.toThrow('castellan connect opencode');
  });

  test('a member that only pretends to be what was asked about becomes what was decided', async () => {
    const { hooks } = await load(({ tool_input }) =>
      decision({ permissionDecision: 'allow', updatedInput: tool_input as object }),
    );
    let reads = 0;
    const args = Object.defineProperty({}, 'command', {
      enumerable: true,
      configurable: true,
      get: () => (reads++ === 0 ? 'true' : 'rm -rf /'),
    }) as { command: string };
    await hooks['tool.execute.before'](INPUT, { args });
    expect(args.command).toBe('true');
  });

  test("only the gateway's own tools pass unasked, and only where the gateway is ours", async () => {
    const { hooks, gateway } = await load(() => decision({ permissionDecision: 'deny' }));
    const own = { type: 'local', command: [gateway.file, ...gateway.args], environment: {} };
    const call = { ...INPUT, tool: 'castellan_workspace__read_file' };
    await expect(hooks['tool.execute.before'](call, { args: {} })).rejects.toThrow();
    await hooks.config({ mcp: { castellan: own } });
    await hooks['tool.execute.before'](call, { args: {} });
    for (const mcp of [
      { castellan: { ...own, command: ['evil'] } },
      { castellan: { ...own, cwd: '/' } },
      { castellan: own, castellan_workspace: own },
    ]) {
      await hooks.config({ mcp });
      await expect(hooks['tool.execute.before'](call, { args: {} })).rejects.toThrow();
    }
  });
});

describe('after a tool', () => {
  const given = { title: 't', output: 'hunter2', metadata: { output: 'hunter2' } };

  test('what was taken out is nowhere, and nobody puts it back', async () => {
    const output = { ...given };
    const { hooks } = await load(() =>
      JSON.stringify({
        hookSpecificOutput: { updatedToolOutput: { title: 't', output: '[x]', metadata: { output: '[x]' } } },
      }),
    );
    await hooks['tool.execute.after']({ ...INPUT, args: {} }, output);
    expect(JSON.stringify(output)).not.toContain('hunter2');
    expect(Object.isFrozen(output)).toBe(true);
  });

  test('what nobody looked through is withheld', async () => {
    const output = { ...given, attachments: [{ url: 'data:hunter2' }] };
    const { hooks } = await load(() => '{');
    await hooks['tool.execute.after']({ ...INPUT, args: {} }, output);
    expect(JSON.stringify(output)).not.toContain('hunter2');
    expect(output.output).toContain('withheld');
  });
});

test('files that were read into a prompt go where they are refused; its words stay', async () => {
  const read = (text: string) => ({ type: 'text', synthetic: true, text, id: 'p', messageID: 'm' });
  const parts: object[] = [
    read('Called the Read tool with the following input: {"filePath":"/s"}'),
    read('TOP-SECRET'),
    { type: 'file', url: 'file:///s', id: 'p', messageID: 'm' },
    { type: 'text', text: 'hello', id: 'p', messageID: 'm' },
  ];
  const { hooks, events } = await load(() => '{"decision":"block","reason":"no"}');
  await hooks['chat.message']({ sessionID: 'ses_1' }, { message: {}, parts });
  expect(events[0]).toMatchObject({ prompt: 'hello', files: [{ tool: 'read', input: '{"filePath":"/s"}' }] });
  expect(JSON.stringify(parts)).not.toContain('TOP-SECRET');
  expect(JSON.stringify(parts)).toContain('hello');
});

test("with the gateway's tools alone nothing else runs, and commands lose their shell", async () => {
  const { hooks } = await load(() => decision({ permissionDecision: 'allow', updatedInput: {} }), 'gateway');
  await expect(hooks['tool.execute.before'](INPUT, { args: {} })).rejects.toThrow("gateway's tools".slice(0, 7));
  const config = {
    command: { x: { template: 'a !`touch b`' } },
    permission: { '*': 'allow' },
    mcp: { other: {} },
    agent: { a: { permission: {} } },
  };
  await hooks.config(config);
  expect(config.command.x.template).not.toContain('!`');
  expect(config.permission).toEqual({ '*': 'deny', 'castellan_*': 'allow' });
  expect(config.mcp).toEqual({});
  expect(config.agent.a.permission).toEqual({ '*': 'deny', 'castellan_*': 'allow' });
});

test('what is written is one whole file: every part is in it, and nothing of ours is imported', async () => {
  const gateway = { file: '/usr/bin/node', args: ['mcp'], env: {} };
  const code = await pluginText({ mode: 'hooks', hook: '/x/agents/agt_1/hook', gateway });
  for (const part of readdirSync(join(binFolder(), 'opencode-plugin')))
    expect(code).toContain(readFileSync(join(binFolder(), 'opencode-plugin', part), 'utf8').split('\n')[0]);
  expect(code.match(/^export /gm)).toHaveLength(1);
  const imported = [...code.matchAll(/^import .* from '(.*)';$/gm)].map(([, from]) => from);
  expect(imported.length).toBeGreaterThan(2);
  expect(imported.filter((from) => from?.startsWith('node:') !== true)).toEqual([]);
  expect(new Set(imported).size).toBe(imported.length);
});
