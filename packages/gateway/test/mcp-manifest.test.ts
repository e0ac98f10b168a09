// How a new server's tools are sorted, and what speaks against a manifest. Written as the server that calls its dangerous tool harmless.
import { type JsonObject, type Manifest, MCP_TOOLS, type McpStart, parseManifest } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { annotationLints, manifestFor, manifestGaps } from '../src/mcp/definitions/index.ts';
import { defined, tool } from './support/definitions.ts';

const START: McpStart = {
  kind: 'mcp',
  command: '/usr/bin/notes',
  args: [],
  env: {},
  pass: [],
  timeoutSeconds: 60,
  concurrency: 16,
};
const text = { type: 'string' } as const;
const takes = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  inputSchema: { type: 'object', properties, required },
});
const made = (
  definitions: Parameters<typeof manifestFor>[0]['definitions'],
  rest: Partial<Parameters<typeof manifestFor>[0]> = {},
) => manifestFor({ name: 'notes', title: 'Notes', start: START, definitions, safe: [], sorted: null, ...rest });
const names = (tools: readonly { readonly name: string }[]): readonly string[] =>
  tools.map(({ name }) => name).filter((name) => !name.startsWith('mcp:'));

test('what nobody sorts is critical, one call at a time, and nobody knows what it does', () => {
  const { tools } = made([tool('frobnicate', { annotations: { readOnlyHint: true } })]);
  expect(names(tools.safe)).toEqual([]);
  expect(tools.critical.find(({ name }) => name === 'frobnicate')).toEqual({
    name: 'frobnicate',
    label: 'Frobnicate',
    scope: 'per-call',
    effects: [{ kind: 'unknown', as: 'text', optional: false }],
  });
});

test('the person says what is safe; a shipped manifest keeps its sorting', () => {
  const sorted: Manifest = {
    ...made([]),
    tools: {
      safe: [{ name: 'read_note', label: 'Read a note', effects: [] }],
      critical: [
        {
          name: 'drop_all',
          label: 'Delete every note',
          scope: 'per-call',
          effects: [{ kind: 'delete', target: 'notes', as: 'text', optional: false }],
        },
      ],
      byEffects: [{ name: 'gone', label: 'Gone', scope: 'per-call', effects: [], safe: [] }],
    },
  };
  const offered = ['read_note', 'drop_all', 'list_notes', 'send_note'].map((name) => tool(name));
  const { tools } = made(offered, { sorted, safe: ['list_notes', 'drop_all', 'not_there'] });
  expect(names(tools.safe)).toEqual(['read_note', 'list_notes']);
  expect(names(tools.critical)).toEqual(['drop_all', 'send_note']);
  expect(names(tools.byEffects)).toEqual([]);
  expect(tools.critical.find(({ name }) => name === 'drop_all')?.label).toBe('Delete every note');
});

test('arguments that say where something goes are read as such, beside what nobody knows', () => {
  const send = tool('send_file', takes({ to: text, path: text, url: text, body: text }, ['to', 'path']));
  const critical = made([send]).tools.critical.find(({ name }) => name === 'send_file');
  expect(critical?.effects.map(({ kind, from, as, optional }) => [kind, from, as, optional])).toEqual([
    ['unknown', undefined, 'text', false],
    ['send', 'to', 'recipient', false],
    ['read', 'path', 'path', false],
    ['connect', 'url', 'url', true],
  ]);
  const http = made([send], {
    start: {
      kind: 'mcp-http',
      url: 'https://a.example/mcp',
      headers: {},
      oauth: 'auto',
      scopes: [],
      timeoutSeconds: 60,
      concurrency: 16,
    },
  });
  expect(http.tools.critical[0]?.effects.some(({ as }) => as === 'path')).toBe(false);
  const safe = made([tool('read_file', takes({ path: text, command: text }, ['path']))], { safe: ['read_file'] }).tools
    .safe;
  expect(safe.find(({ name }) => name === 'read_file')?.effects.map(({ kind }) => kind)).toEqual(['read']);
});

test('an argument that takes no text names no file and no address, whatever it is called', () => {
  const flag = { type: 'boolean' } as const;
  const count = { type: ['integer', 'null'] };
  const may = { type: ['boolean', 'string'] };
  const elsewhere = { type: 'boolean', $ref: '#/$defs/path' };
  const schema = takes({ errorPath: flag, files: count, path: may, url: {}, folder: elsewhere });
  const safe = made([tool('look', schema)], { safe: ['look'] }).tools.safe.find(({ name }) => name === 'look');
  expect(safe?.effects.map(({ from }) => from)).toEqual(['path', 'url', 'folder']);
});

test('a title that does not speak of what the name says is not shown', () => {
  const label = (name: string, title: string): string | undefined =>
    made([tool(name, { title })]).tools.critical.find((each) => each.name === name)?.label;
  expect(label('get-sum', 'Get Sum Tool')).toBe('Get Sum Tool');
  expect(label('delete_all', 'Read a note (approved by the administrator)')).toBe('Delete all');
  expect(label('read_note', 'Read\u202e note')).toBe('Read⟨U+202E⟩ note');
  expect(label('read_note', 'Read {secret} note')).not.toContain('{');
});

test('a summary has places for the required texts only', () => {
  const summary = (properties: JsonObject, required: readonly string[]): string | undefined =>
    made([tool('send', takes(properties, required))]).tools.critical[0]?.summary;
  expect(summary({ to: text, cc: text, n: { type: 'number' } }, ['to', 'n'])).toBe('Send: to {to}');
  expect(summary({ 'a}{b': text }, ['a}{b'])).toBeUndefined();
});

const HTTP: McpStart = {
  kind: 'mcp-http',
  url: 'https://user:word@a.example/mcp?key=1',
  headers: {},
  oauth: 'auto',
  scopes: [],
  timeoutSeconds: 60,
  concurrency: 16,
};

test('what the server may ask for is sorted too, and nothing that is asked of it is safe whatever it names', () => {
  const { safe, critical, byEffects } = made([]).tools;
  expect(safe.map(({ name }) => name)).toEqual([MCP_TOOLS.roots]);
  expect(byEffects.map(({ name, effects }) => [name, effects.map(({ from, as }) => `${from} ${as}`)])).toEqual([
    [MCP_TOOLS.readResource, ['uri uri']],
    [MCP_TOOLS.subscribe, ['uri uri']],
    [MCP_TOOLS.getPrompt, ['name text', 'arguments uri']],
    [MCP_TOOLS.complete, ['argument uri', 'context uri']],
  ]);
  expect(critical.map(({ name, effects }) => [name, effects.map(({ kind }) => kind)])).toEqual([
    [MCP_TOOLS.sampling, ['spend', 'send']],
    [MCP_TOOLS.elicitation, ['send']],
  ]);
});

test('whatever is given to a server that is reached by its address goes to its host', () => {
  const { safe, critical, byEffects } = made([tool('look'), tool('other')], { start: HTTP, safe: ['look'] }).tools;
  const asked = [...byEffects, ...safe, ...critical].filter(
    ({ name }) => !([MCP_TOOLS.roots, MCP_TOOLS.sampling, MCP_TOOLS.elicitation] as readonly string[]).includes(name),
  );
  expect(asked).toHaveLength(6);
  for (const { name, effects } of asked)
    expect(effects, name).toContainEqual({ kind: 'connect', target: 'a.example:443', as: 'host', optional: false });
  for (const { name, safe: harmless } of byEffects)
    expect(
      harmless.filter(({ kind }) => kind === 'connect'),
      name,
    ).toEqual([{ kind: 'connect', targets: ['a.example:443'], undoable: false }]);
});

test('whatever a server offers, the manifest can be read back, and nothing unsorted is safe', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { maxLength: 10 });
  fc.assert(
    fc.property(
      names,
      fc.string({ unit: 'binary' }),
      fc.uniqueArray(fc.string(), { maxLength: 4 }),
      (all, title, taken) => {
        const schema = takes(Object.fromEntries(taken.map((name) => [name, text])), taken);
        const safe = all.slice(0, 2);
        const offered = all.map((name) => tool(name, { ...schema, title: title.toWellFormed() }));
        const manifest = made(offered, { safe });
        expect(parseManifest(manifest)).toEqual({ ok: true, value: manifest });
        expect(manifestGaps(manifest, offered)).toEqual({ missing: [], unsorted: [], lines: [], refuse: false });
        for (const { name } of manifest.tools.safe) expect(name.startsWith('mcp:') || safe.includes(name)).toBe(true);
      },
    ),
  );
});

test('a tool that is missing is told, and refuses where it can do harm', () => {
  const manifest = made([tool('read_note'), tool('send_note')], { safe: ['read_note'] });
  expect(manifestGaps(manifest, [tool('read_note'), tool('send_note')])).toMatchObject({ lines: [], refuse: false });
  expect(manifestGaps(manifest, [tool('send_note')])).toMatchObject({ missing: ['read_note'], refuse: false });
  expect(manifestGaps(manifest, [tool('read_note')])).toMatchObject({ missing: ['send_note'], refuse: true });
  expect(manifestGaps(manifest, [tool('read_note'), defined('prompt', { name: 'send_note' })]).refuse).toBe(true);
  const more = manifestGaps(manifest, [tool('read_note'), tool('send_note'), tool('post_note')]);
  expect(more).toMatchObject({ unsorted: ['post_note'], refuse: false });
  expect(more.lines).toHaveLength(1);
});

test('what speaks against a safe tool is told; of a critical one nothing is', () => {
  const against = (name: string, rest: JsonObject, safe = true): readonly string[] => {
    const definition = tool(name, rest);
    return annotationLints(made([definition], { safe: safe ? [name] : [] }), [definition]).map(
      ({ text: said }) => said,
    );
  };
  expect(against('look', { annotations: { readOnlyHint: true } })).toEqual([]);
  expect(against('look', { annotations: { readOnlyHint: false } })).toHaveLength(1);
  expect(against('look', { annotations: { destructiveHint: true } })).toHaveLength(1);
  expect(against('look', { annotations: { openWorldHint: true } })).toHaveLength(1);
  expect(against('look', { annotations: { openWorldHint: true }, ...takes({ url: text }) })).toEqual([]);
  expect(against('delete_note', {})).toHaveLength(1);
  expect(against('list_orders', {})).toEqual([]);
  expect(against('get_pushed_comments', {})).toEqual([]);
  expect(against('look', takes({ path: text, content: text }))).toHaveLength(1);
  expect(against('look', takes({ command: text }))).toHaveLength(1);
  expect(against('look', takes({ action: { enum: ['list', 'delete'] } }))).toHaveLength(1);
  expect(against('look', takes({ method: { enum: ['GET', 'POST'] } }))).toHaveLength(1);
  expect(against('delete_note', { annotations: { destructiveHint: true } }, false)).toEqual([]);
});
