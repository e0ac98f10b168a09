// One entry of ours in the file of each client, as that client writes it: every other byte stays, and it comes out again.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { agentIdSchema, type JsonObject } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYamlText } from 'yaml';
import type { Connector, Entries } from '../src/connector.ts';
import { CONNECTORS } from '../src/connectors.ts';
import { JSON_FORMAT, YAML_FORMAT } from '../src/gateway-clients/changes.ts';
import type { Machine } from '../src/machine.ts';
import { parseJsonc } from '../src/mcp-clients/text/json-members.ts';

const AGENT = agentIdSchema.parse('agent_abcdef');
const GATEWAY = { file: '/opt/node', args: ['/opt/castellan.mjs', 'mcp', '--agent', AGENT], env: {} };

/** Where each one's file is, from the home folder; and a file as it really writes it. */
const FILES = {
  'claude-desktop': ['.config/Claude/claude_desktop_config.json', 'claude-desktop.json'],
  cursor: ['.cursor/mcp.json', 'cursor.json'],
  vscode: ['.config/Code/User/mcp.json', 'vscode.jsonc'],
  windsurf: ['.codeium/windsurf/mcp_config.json', 'windsurf.json'],
  'gemini-cli': ['.gemini/settings.json', 'gemini-cli.json'],
  goose: ['.config/goose/config.yaml', 'goose.yaml'],
  zed: ['.config/zed/settings.json', 'zed.jsonc'],
} as const;
type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES) as Name[];

const fixture = (name: Name): string => readFileSync(new URL(`../testdata/${FILES[name][1]}`, import.meta.url), 'utf8');

const connectorOf = (name: string): Connector => {
  const found = CONNECTORS.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

const machineIn = (userHome: string): Machine => ({
  home: join(userHome, '.config/castellan'),
  userHome,
  cwd: join(userHome, 'project'),
  env: { PATH: join(userHome, 'bin') },
  etc: '/etc',
});

const entriesFor = (machine: Machine, more: Partial<Entries> = {}): Entries => ({
  machine,
  scope: 'user',
  mode: 'gateway',
  client: { path: null, version: null },
  port: 9999,
  timeoutSeconds: 600,
  ownTools: 'kept',
  agent: AGENT,
  credential: 'none',
  hook: GATEWAY,
  gateway: GATEWAY,
  folder: join(machine.home, 'agents', AGENT),
  ...more,
});

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const read = (path: string, text: string): unknown =>
  path.endsWith('.yaml') ? parseYamlText(text) : parseJsonc(text.replace('\uFEFF', ''));

async function edited(name: Name, machine: Machine, more: Partial<Entries> = {}) {
  const done = await connectorOf(name).edits(entriesFor(machine, more));
  if (!done.ok) throw new Error(done.fault.message);
  const [file] = done.value.files;
  if (file === undefined || done.value.files.length !== 1) throw new Error('one file');
  return { ...file, warnings: done.value.warnings };
}

const stripped = (name: Name, path: string, text: string, kept: JsonObject): string | null => {
  const done = connectorOf(name).strip(path, text, kept);
  if (!done.ok) throw new Error(done.fault.message);
  return done.value;
};

const connectionWith = (path: string, kept: JsonObject): Parameters<Connector['inspect']>[0] =>
  ({ scope: 'user', ownTools: 'kept', gateway: GATEWAY, timeoutSeconds: 600, files: [{ path, kept }] }) as never;

const SERVERS: Readonly<Record<Name, string>> = {
  'claude-desktop': 'mcpServers',
  cursor: 'mcpServers',
  vscode: 'servers',
  windsurf: 'mcpServers',
  'gemini-cli': 'mcpServers',
  goose: 'extensions',
  zed: 'context_servers',
};

describe.for(NAMES)('%s', (name) => {
  const [place] = FILES[name];

  test('its own file gets one entry; every byte that was there stays, and taking it out gives it back', async () => {
    const home = tempFolder();
    const before = fixture(name);
    const path = write(join(home, place), before);
    const { after, kept, warnings, path: at } = await edited(name, machineIn(home));
    expect(at).toBe(path);
    const was = read(path, before) as Record<string, object>;
    const now = read(path, after) as Record<string, Record<string, unknown>>;
    const { castellan, ...others } = now[SERVERS[name]] ?? {};
    expect(others).toEqual(was[SERVERS[name]]);
    expect(castellan).toMatchObject(
      name === 'goose'
        ? { type: 'stdio', cmd: GATEWAY.file, args: GATEWAY.args, enabled: true, timeout: 600 }
        : { command: GATEWAY.file, args: GATEWAY.args },
    );
    expect(isInsertion(before, after)).toBe(true);
    expect(stripped(name, path, after, kept)).toBe(before);
    expect(warnings.join()).toContain(`castellan modules import --client ${name}`);
    expect(after).not.toContain('credential');
  });

  test('no file, an empty one and a second time', async () => {
    const home = tempFolder();
    const machine = machineIn(home);
    const made = await edited(name, machine);
    expect(made).toMatchObject({ before: null, path: join(home, place), mode: 0o600 });
    expect(Object.keys(read(place, made.after) as object)).toEqual([SERVERS[name]]);
    write(join(home, place), '');
    expect((await edited(name, machine)).after).toBe(made.after);
    write(join(home, place), made.after);
    const again = await edited(name, machine);
    expect(again.after).toBe(made.after);
    expect(await connectorOf(name).agentIn(machine, 'user')).toBe(AGENT);
  });

  test('one thing said twice, broken text and what leads elsewhere are left alone, with the reason', async () => {
    const home = tempFolder();
    const machine = machineIn(home);
    const edits = () => connectorOf(name).edits(entriesFor(machine));
    const path = join(home, place);
    const isYaml = name === 'goose';
    for (const text of [
      isYaml ? 'extensions:\n  a: {}\n  a: {}\n' : '{"a":1,"a":2}',
      isYaml ? 'extensions: [\n' : '{"a":',
      isYaml ? '- a\n' : '[]',
      isYaml ? 'extensions: 3\n' : `{"${SERVERS[name]}": 3}`,
    ]) {
      write(path, text);
      expect(await edits(), text).toMatchObject({ ok: false, fault: { code: 'settings-unreadable' } });
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
    const outside = write(join(tempFolder(), 'x'), fixture(name));
    const other = tempFolder();
    mkdirSync(dirname(join(other, place)), { recursive: true });
    symlinkSync(outside, join(other, place));
    // A link of the person's own file may lead anywhere below their home, and nowhere else.
    expect(await connectorOf(name).edits(entriesFor(machineIn(other)))).toMatchObject({ ok: false });
    const dotfiles = tempFolder();
    const real = write(join(dotfiles, 'dotfiles', 'file'), fixture(name));
    mkdirSync(dirname(join(dotfiles, place)), { recursive: true });
    symlinkSync(real, join(dotfiles, place));
    expect((await edited(name, machineIn(dotfiles))).path).toBe(real);
    const dangling = tempFolder();
    mkdirSync(dirname(join(dangling, place)), { recursive: true });
    symlinkSync(join(dangling, 'nowhere'), join(dangling, place));
    expect(await connectorOf(name).edits(entriesFor(machineIn(dangling)))).toMatchObject({ ok: false });
  });

  test('what others changed since stays when ours goes; what is ours goes however it was changed', async () => {
    const home = tempFolder();
    const path = write(join(home, place), fixture(name));
    const { after, kept } = await edited(name, machineIn(home), { ownTools: 'off' });
    const changed = after.replace('/opt/castellan.mjs', '/elsewhere');
    expect(changed).not.toBe(after);
    expect(stripped(name, path, changed, kept)).toBe(fixture(name));
    expect(stripped(name, path, fixture(name), kept)).toBeNull();
  });

  test('what stands is intact; gone, changed and new servers are told', async () => {
    const home = tempFolder();
    const machine = machineIn(home);
    const path = write(join(home, place), fixture(name));
    const { after, kept } = await edited(name, machine);
    const inspect = () => connectorOf(name).inspect(connectionWith(path, kept), machine);
    write(path, after);
    expect(await inspect()).toEqual([{ kind: 'intact' }]);
    write(path, fixture(name));
    expect(await inspect()).toMatchObject([{ kind: 'missing' }]);
    const format = name === 'goose' ? YAML_FORMAT : JSON_FORMAT;
    const mark = after.startsWith('\uFEFF') ? '\uFEFF' : '';
    const more = format.put(after.slice(mark.length), [SERVERS[name], 'sneaky'], { command: 'sh' });
    write(path, mark + (more ?? ''));
    const states = await inspect();
    expect(states).toMatchObject([{ kind: 'bypassed' }]);
    expect(JSON.stringify(states)).toContain('sneaky');
  });

  test('its gaps are told apart, and what closes its own tools is written where it can be', async () => {
    const connector = connectorOf(name);
    const words = connector.switchesOff?.('user') ?? null;
    const kept = connector.gaps('user', 'gateway', 'kept');
    const off = connector.gaps('user', 'gateway', 'off');
    expect(kept.length).toBeGreaterThan(2);
    for (const list of [kept, off]) {
      expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
      for (const { id, way } of list) {
        expect(id.startsWith(`${name}/`)).toBe(true);
        expect(way).not.toMatch(/\.$/);
      }
    }
    const closing = `\`castellan connect ${name} --own-tools off\``;
    expect(kept.some(({ closedBy }) => closedBy === closing)).toBe(words !== null);
    expect(off.some(({ closedBy }) => closedBy === closing)).toBe(false);
  });
});

/** Whether `after` is `before` with pieces put in, as its lines say. */
function isInsertion(before: string, after: string): boolean {
  let at = 0;
  for (const letter of after) if (letter === before[at]) at += 1;
  return at === before.length;
}

test('switched off: Gemini CLI excludes its tools beside those the person did, Goose its extensions, Zed denies each', async () => {
  const home = tempFolder();
  const machine = machineIn(home);
  for (const name of ['gemini-cli', 'goose', 'zed'] as const) write(join(home, FILES[name][0]), fixture(name));
  const off = { ownTools: 'off' } as const;
  const gemini = read('x', (await edited('gemini-cli', machine, off)).after) as { tools: { exclude: string[] } };
  expect(gemini.tools.exclude[0]).toBe('google_web_search');
  expect(gemini.tools.exclude).toEqual(
    expect.arrayContaining(['run_shell_command', 'write_file', 'replace', 'read_file']),
  );
  expect(new Set(gemini.tools.exclude).size).toBe(gemini.tools.exclude.length);
  const goose = (await edited('goose', machine, off)).after;
  expect(goose).toContain('    display_name: Developer\n    enabled: false\n    name: developer\n');
  const extensions = (parseYamlText(goose) as { extensions: Record<string, { enabled: boolean }> }).extensions;
  expect(extensions).toMatchObject({ computercontroller: { enabled: false }, fetch: { enabled: true } });
  const zed = read('x', (await edited('zed', machine, off)).after) as {
    agent: {
      tool_permissions: { default: string; tools: Record<string, { default: string; always_allow?: unknown }> };
    };
  };
  expect(zed.agent.tool_permissions.default).toBe('confirm');
  expect(zed.agent.tool_permissions.tools.terminal).toEqual({ default: 'deny', always_allow: [{ pattern: '^ls\\b' }] });
  expect(zed.agent.tool_permissions.tools.edit_file).toEqual({ default: 'deny' });
});

test('a project’s file is in the project; a link out of it is refused', async () => {
  const home = tempFolder();
  const machine = machineIn(home);
  mkdirSync(machine.cwd);
  const at = async (name: Name) => (await edited(name, machine, { scope: 'project' })).path;
  expect(await at('cursor')).toBe(join(machine.cwd, '.cursor/mcp.json'));
  expect(await at('vscode')).toBe(join(machine.cwd, '.vscode/mcp.json'));
  expect(await at('gemini-cli')).toBe(join(machine.cwd, '.gemini/settings.json'));
  expect(await at('zed')).toBe(join(machine.cwd, '.zed/settings.json'));
  mkdirSync(join(machine.cwd, '.cursor'));
  symlinkSync(write(join(home, '.bashrc'), ''), join(machine.cwd, '.cursor/mcp.json'));
  expect(await connectorOf('cursor').edits(entriesFor(machine, { scope: 'project' }))).toMatchObject({ ok: false });
});

test('macOS keeps them elsewhere; an XDG folder and a home of its own are followed', async () => {
  const home = tempFolder();
  mkdirSync(join(home, 'Library/Application Support'), { recursive: true });
  const mac = machineIn(home);
  expect((await edited('claude-desktop', mac)).path).toBe(
    join(home, 'Library/Application Support/Claude/claude_desktop_config.json'),
  );
  expect((await edited('vscode', mac)).path).toBe(join(home, 'Library/Application Support/Code/User/mcp.json'));
  expect((await edited('goose', mac)).path).toBe(join(home, '.config/goose/config.yaml'));
  const env = { XDG_CONFIG_HOME: join(home, 'xdg'), GEMINI_CLI_HOME: join(home, 'g') };
  expect((await edited('zed', { ...mac, env })).path).toBe(join(home, 'xdg/zed/settings.json'));
  expect((await edited('gemini-cli', { ...mac, env })).path).toBe(join(home, 'g/.gemini/settings.json'));
});

test('what is installed: a program with its version beside it, a trace of an editor, or nothing', async () => {
  const home = tempFolder();
  const machine = machineIn(home);
  for (const name of NAMES) expect(await connectorOf(name).detect(machine)).toBeNull();
  const program = write(join(home, 'lib/gemini-cli/bundle/gemini.js'), '#!/usr/bin/env node\n');
  chmodSync(program, 0o755);
  write(join(home, 'lib/gemini-cli/package.json'), '{"version":"0.61.0"}');
  mkdirSync(join(home, 'bin'));
  symlinkSync(program, join(home, 'bin/gemini'));
  expect(await connectorOf('gemini-cli').detect(machine)).toEqual({
    ok: true,
    value: { path: join(home, 'bin/gemini'), version: '0.61.0' },
  });
  mkdirSync(join(home, '.config/zed'), { recursive: true });
  expect(await connectorOf('zed').detect(machine)).toEqual({ ok: true, value: { path: null, version: null } });
});

test('settings that keep ours from counting are told beforehand and seen afterwards', async () => {
  const home = tempFolder();
  const machine = machineIn(home);
  const path = write(join(home, FILES['gemini-cli'][0]), '{ "mcp": { "allowed": ["python"] } }\n');
  const { warnings, after, kept } = await edited('gemini-cli', machine);
  expect(warnings).toEqual(['Gemini CLI will not use it yet: `mcp.allowed` does not name it']);
  write(path, after);
  const states = await connectorOf('gemini-cli').inspect(connectionWith(path, kept), machine);
  expect(states).toMatchObject([{ kind: 'disabled' }]);
});

const key = fc.stringMatching(/^k[a-z_]{0,5}$/);
const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 3 }),
);
const table = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, { maxKeys: 3 })), { maxKeys: 4 });

test('any JSON in any layout: put, and taken out again, it is what it was', () => {
  fc.assert(
    fc.property(table, fc.constantFrom(0, 2, '\t'), fc.boolean(), fc.boolean(), (value, indent, crlf, comments) => {
      const plain = JSON.stringify({ ...value, servers: { one: value } }, null, indent);
      const lines = comments ? plain.replaceAll(/,\n/g, ', // c, }\n') : plain;
      const before = crlf ? lines.replaceAll('\n', '\r\n') : lines;
      const after = JSON_FORMAT.put(before, ['servers', 'castellan'], { command: 'x', args: ['a'] });
      expect(after).not.toBeNull();
      expect(isInsertion(before, after ?? '')).toBe(true);
      expect(JSON_FORMAT.drop(after ?? '', ['servers', 'castellan'])).toBe(before);
    }),
  );
});

test('any settings in YAML: put, and taken out again, it is what it was', () => {
  fc.assert(
    fc.property(fc.dictionary(key, leaf, { maxKeys: 4 }), fc.boolean(), fc.boolean(), (value, crlf, comments) => {
      const lines = Object.entries(value).map(([name, one]) => `    ${name}: ${JSON.stringify(one)}`);
      const text = ['A: 1', 'extensions:', '  one:', '    z: 1', ...lines, 'B: [2, 3]', ''].join(
        comments ? '  # c: }\n' : '\n',
      );
      const before = crlf ? text.replaceAll('\n', '\r\n') : text;
      const after = YAML_FORMAT.put(before, ['extensions', 'castellan'], { cmd: 'x', args: ['a b'], envs: {} });
      expect(after).not.toBeNull();
      expect(isInsertion(before, after ?? '')).toBe(true);
      expect(YAML_FORMAT.drop(after ?? '', ['extensions', 'castellan'])).toBe(before);
    }),
  );
});
