// The servers of Windsurf, Gemini CLI, Goose and Zed, out of their files as they write them.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { mcpClient } from '../src/mcp-clients/clients.ts';
import type { McpClientName, Reading } from '../src/mcp-clients/found.ts';

const READING: Reading = {
  env: { GEMINI_TEST_MODE: 'fast' },
  userHome: '/home/me',
  isCredential: (name, value) => /key|token/i.test(name) || value.startsWith('sk-'),
};
const fixture = (name: string): string => readFileSync(new URL(`../testdata/${name}`, import.meta.url), 'utf8');

function found(client: McpClientName, text: string) {
  const read = mcpClient(client).read(text, { client, path: '/x', project: null }, READING);
  if (!read.ok) throw new Error(read.why);
  return Object.fromEntries(
    read.servers.map((each) => [
      each.name,
      each.kind === 'stays' ? each.why : { ...each.start, secrets: each.secrets },
    ]),
  );
}

test('Windsurf: `serverUrl` is Streamable HTTP; a server that is off stays', () => {
  expect(found('windsurf', fixture('windsurf.json'))).toMatchObject({
    remote: { kind: 'mcp-http', url: 'https://remote.example/mcp' },
    local: 'it is switched off',
  });
});

test('Gemini CLI: `$NAME` is put in, time is milliseconds; SSE, lists of tools and what is excluded stay', () => {
  expect(found('gemini-cli', fixture('gemini-cli.json'))).toMatchObject({
    python: { kind: 'mcp', command: 'python3', env: { MODE: 'fast' }, timeoutSeconds: 15 },
    web: { kind: 'mcp-http', url: 'https://web.example/mcp' },
  });
  const text = JSON.stringify({
    mcp: { excluded: ['off'] },
    mcpServers: {
      off: { command: 'x' },
      old: { url: 'https://a.example/sse' },
      some: { command: 'x', includeTools: ['a'] },
      unset: { command: 'x', env: { A: `\${NOBODY_SET_THIS}` } },
      open: { command: 'x', args: ['${'] },
      falls: { command: 'x', env: { A: `\${NOBODY_SET_THIS:-b}`, KEY: 'sk-1' } },
    },
  });
  expect(found('gemini-cli', text)).toMatchObject({
    off: 'it is switched off',
    old: expect.stringContaining('SSE'),
    some: 'its `includeTools` is not understood',
    unset: '`NOBODY_SET_THIS` is not set here',
    open: expect.stringContaining('`${`'),
    falls: { env: { A: 'b' }, secrets: [{ key: 'KEY', value: 'sk-1' }] },
  });
});

test('Zed: an older form of `command` too; servers of extensions stay', () => {
  expect(found('zed', fixture('zed.jsonc'))).toMatchObject({
    postgres: 'an extension of Zed starts it',
    local: { kind: 'mcp', command: 'node', args: ['/srv/local.js'] },
  });
  const old = '{"context_servers":{"a":{"command":{"path":"uvx","args":["b"],"env":{"C":"1"}}}}}';
  expect(found('zed', old)).toMatchObject({ a: { command: 'uvx', args: ['b'], env: { C: '1' } } });
});

test('Goose: what it brings along is no server; secrets in its keychain make one stay', () => {
  const text = fixture('goose.yaml');
  const servers = found('goose', text);
  expect(Object.keys(servers)).toEqual(['fetch', 'tracker']);
  expect(servers).toMatchObject({
    fetch: { kind: 'mcp', command: 'uvx', args: ['mcp-server-fetch'], timeoutSeconds: 300 },
    tracker: { kind: 'mcp-http', url: 'https://tracker.example/mcp' },
  });
  const keyed = text.replace('env_keys: []', 'env_keys:\n    - FETCH_TOKEN');
  expect(found('goose', keyed)).toMatchObject({ fetch: 'its secrets lie in the keychain of Goose' });
});

test('Goose: our entry in place of moved ones, comments and the rest as they were; and back again', () => {
  const before = fixture('goose.yaml');
  const { moveOut, putBack } = mcpClient('goose');
  const paths = [['extensions', 'fetch']];
  const after = moveOut(before, paths, { command: '/n', args: ['mcp'], env: {} }) ?? '';
  const { castellan, ...rest } = (parse(after) as { extensions: Record<string, unknown> }).extensions;
  expect(castellan).toMatchObject({ cmd: '/n', args: ['mcp'], type: 'stdio' });
  expect(Object.keys(rest)).toEqual(['developer', 'tracker']);
  expect(after).toContain('GOOSE_MODEL: claude-sonnet-4-5   # the cheap one\n');
  const changed = after.replace('smart_approve', 'auto');
  const back = putBack(changed, before, paths) ?? '';
  expect(parse(back)).toEqual({ ...(parse(before) as object), GOOSE_MODE: 'auto' });
  expect(back).toContain("    - mcp-server-fetch\n    bundled: null\n    cmd: uvx\n    description: ''\n");
  expect(putBack(before, before, paths)).toBeNull();
  for (const odd of ['extensions:\n  a: &x {cmd: y}\n  fetch: *x\n', 'a: 1\n---\nb: 2\n', '{extensions: {fetch: {}}}'])
    expect(moveOut(odd, paths, { command: '/n', args: [], env: {} }), odd).toBeNull();
});
