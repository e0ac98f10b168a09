// Editing clients' files: outside of the moved entries no byte changes, and what was moved can be put back.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mcpClient } from '../src/mcp-clients/clients.ts';
import { parseJsonc } from '../src/mcp-clients/text/json-members.ts';
import { blocksOf } from '../src/mcp-clients/text/toml-blocks.ts';
import { parseToml } from '../src/mcp-clients/text/toml-edit.ts';

const OWN = { command: '/n/node', args: ['/c/castellan.mjs', 'mcp', '--agent', 'cursor'], env: {} };

const JSONC = `// mine
{
\t"theme": "dark", // keep
\t"mcpServers": {
\t\t// notes
\t\t"notes": {
\t\t\t"command": "npx", "args": ["-y", "mcp-notes"]
\t\t},
\t\t"kept": { "url": "https://a.example/mcp" }, // stays
\t\t"last": {
\t\t\t"command": "uvx"
\t\t}
\t},
\t"z": [1,2 , 3]
}`;

test('JSON: one entry in place of the moved ones; comments, order, tabs and the missing last newline stay', () => {
  const { moveOut, putBack } = mcpClient('cursor');
  const paths = [
    ['mcpServers', 'notes'],
    ['mcpServers', 'last'],
  ];
  const moved = moveOut(JSONC, paths, OWN);
  expect(moved).toBe(`// mine
{
\t"theme": "dark", // keep
\t"mcpServers": {
\t\t// notes
\t\t"castellan": {
\t\t\t"command": "/n/node",
\t\t\t"args": [
\t\t\t\t"/c/castellan.mjs",
\t\t\t\t"mcp",
\t\t\t\t"--agent",
\t\t\t\t"cursor"
\t\t\t]
\t\t},
\t\t"kept": { "url": "https://a.example/mcp" } // stays
\t},
\t"z": [1,2 , 3]
}`);
  const changed = `${moved?.replace('"dark"', '"light"')}\n`;
  const back = putBack(changed, JSONC, paths);
  expect(back).toContain('"args": ["-y", "mcp-notes"]');
  expect(parseJsonc(back ?? '')).toEqual({ ...(parseJsonc(JSONC) as object), theme: 'light' });
  expect(back?.endsWith('\t"z": [1,2 , 3]\n}\n')).toBe(true);
});

test('JSON: a second import takes out more and adds no second entry of ours', () => {
  const { moveOut, putBack } = mcpClient('claude-desktop');
  const one = `{"mcpServers":{"a":{"command":"x"},"b":{"command":"y"}},"k":1}`;
  const first = moveOut(one, [['mcpServers', 'a']], OWN) ?? '';
  expect(Object.keys(JSON.parse(first).mcpServers)).toEqual(['castellan', 'b']);
  expect(first).not.toContain('\n');
  const second = moveOut(first, [['mcpServers', 'b']], OWN) ?? '';
  expect(Object.keys(JSON.parse(second).mcpServers)).toEqual(['castellan']);
  expect(JSON.parse(putBack(second, first, [['mcpServers', 'b']]) ?? '')).toEqual(JSON.parse(first));
});

test('JSON: a file that says one thing twice, or is broken, is not touched', () => {
  const { moveOut } = mcpClient('cursor');
  const paths = [['mcpServers', 'a']];
  expect(moveOut('{"mcpServers":{"a":{},"a":{}}}', paths, OWN)).toBeNull();
  expect(moveOut('{"mcpServers":{"a":{}}', paths, OWN)).toBeNull();
  expect(moveOut('{"mcpServers":{"b":{}}}', paths, OWN)).toBeNull();
  expect(mcpClient('cursor').moveOut('\uFEFF{"mcpServers":{"a":{}}}\r\n', paths, OWN)).toMatch(/^\uFEFF\{.*\}\r\n$/s);
});

const layout = fc.record({
  names: fc.uniqueArray(fc.stringMatching(/^[a-z"é{},]{1,5}$/u), { minLength: 1, maxLength: 6 }),
  gone: fc.infiniteStream(fc.boolean()),
  lines: fc.boolean(),
  newline: fc.constantFrom('\n', '\r\n'),
  indent: fc.constantFrom('', '  ', '\t\t'),
  comments: fc.infiniteStream(fc.constantFrom('', '/* , */', '// }, "x": {')),
  trailing: fc.boolean(),
});

test('JSON: whatever the layout, the rest says what it said, and what is put back says what was there', () => {
  let tried = 0;
  fc.assert(
    fc.property(layout, ({ names, gone, lines, newline, indent, comments, trailing }) => {
      const taken = names.filter((name) => gone.next().value && name !== 'castellan');
      if (taken.length === 0) return;
      const end = lines ? newline : ' ';
      const members = names.map((name, at) => {
        const comment = String(comments.next().value);
        const comma = at < names.length - 1 || trailing ? ',' : '';
        const note = lines || comment.startsWith('/*') ? comment : '';
        return `${indent}${JSON.stringify(name)}: {"command":${JSON.stringify(`run ${name}`)}}${comma}${note}${end}`;
      });
      const text = `{${end}"before": [1, 2],${end}"mcpServers": {${end}${members.join('')}},${end}"after": "}"${end}}${end}`;
      const paths = taken.map((name) => ['mcpServers', name]);
      const moved = mcpClient('cursor').moveOut(text, paths, OWN);
      if (moved === null) throw new Error('it was not moved');
      const said = parseJsonc(moved) as { mcpServers: object };
      expect(Object.keys(said.mcpServers).toSorted()).toEqual(
        [...names.filter((name) => !taken.includes(name)), 'castellan'].toSorted(),
      );
      expect(moved.slice(0, text.indexOf('"mcpServers"'))).toBe(text.slice(0, text.indexOf('"mcpServers"')));
      expect(moved.slice(moved.lastIndexOf('"after"'))).toBe(text.slice(text.lastIndexOf('"after"')));
      const back = mcpClient('cursor').putBack(moved, text, paths);
      if (back === null) throw new Error('it was not put back');
      expect(parseJsonc(back)).toEqual(parseJsonc(text));
      tried += 1;
    }),
    { numRuns: 300 },
  );
  expect(tried).toBeGreaterThan(50);
});

const TOML = `model = "gpt-5" # mine
notes = """
[mcp_servers.fake]
"""
list = [
  [1],
  [2]
]

[mcp_servers.github]
command = "npx"
args = ["-y", "server-github"]

[mcp_servers.github.env]
TOKEN = "x"

# kept
[mcp_servers.kept]
url = "https://a.example/mcp"

[mcp_servers."two words"]
command = "uvx"
[tui]
theme = "dark"`;

test('TOML: tables and what stands below them go, strings and lists that look like headers do not', () => {
  expect(blocksOf(TOML)?.map(({ path }) => path.join('.'))).toEqual([
    'mcp_servers.github',
    'mcp_servers.github.env',
    'mcp_servers.kept',
    'mcp_servers.two words',
    'tui',
  ]);
  const { moveOut, putBack } = mcpClient('codex');
  const paths = [
    ['mcp_servers', 'github'],
    ['mcp_servers', 'two words'],
  ];
  const moved = moveOut(TOML, paths, OWN) ?? '';
  expect(moved).toBe(`model = "gpt-5" # mine
notes = """
[mcp_servers.fake]
"""
list = [
  [1],
  [2]
]

[mcp_servers.castellan]
command = "/n/node"
args = ["/c/castellan.mjs", "mcp", "--agent", "cursor"]

# kept
[mcp_servers.kept]
url = "https://a.example/mcp"

[tui]
theme = "dark"`);
  const back = putBack(moved.replace('"dark"', '"light"'), TOML, paths) ?? '';
  expect(parseToml(back)).toEqual({ ...parseToml(TOML), tui: { theme: 'light' } });
});

test('TOML: what is not written as a table of its own is not touched', () => {
  const { moveOut, read } = mcpClient('codex');
  const text = '[mcp_servers]\na = { command = "x" }\n';
  expect(moveOut(text, [['mcp_servers', 'a']], OWN)).toBeNull();
  const file = { client: 'codex', path: '/c', project: null } as const;
  const reading = { env: {}, userHome: '/h', isCredential: () => false };
  expect(read(text, file, reading)).toMatchObject({ ok: true, servers: [{ kind: 'stays', name: 'a' }] });
  expect(read('a = ', file, reading)).toMatchObject({ ok: false });
});
