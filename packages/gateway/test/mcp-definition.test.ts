// What a server may call its things, and that everything it says of them is pinned.
import type { JsonObject, JsonValue } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definitionOf, keyOf, readServer } from '../src/mcp/definitions/index.ts';
import { sha256, tool } from './support/definitions.ts';

const why = (raw: JsonObject, kind: 'tool' | 'resource' | 'template' = 'tool'): string | null => {
  const read = definitionOf(kind, raw, sha256);
  return read.ok ? null : read.why;
};

test.for(['read_file', 'a', 'A.b-c_9', '_x', 'x'.repeat(128)])('a tool may be called %s', (name) =>
  expect(why({ name })).toBeNull(),
);

test.for(['', 'x'.repeat(129), 'a b', 'mcp:read-resource', 'delete\u200b', 'rеad', '-x', '../x', 'a/b', 'a\n', '⁣x'])(
  'no tool may be called %j',
  (name) => expect(why({ name })).not.toBeNull(),
);

test('no server has the tool of the gateway itself, and it is told by name', () => {
  expect(why({ name: 'castellan_result' })).toBe("its name is that of the gateway's own tool");
  const read = readServer([{ kind: 'tool', raw: { name: 'castellan_result' } }], sha256);
  expect(read.definitions).toEqual([]);
  expect(read.unusable[0]?.text).toBe(
    "the tool `castellan_result` cannot be used: its name is that of the gateway's own tool",
  );
});

test('a name must be said, and be a text', () => {
  expect(why({})).toBe('it has no name');
  expect(why({ name: 7 })).toBe('it has no name');
  expect(why(JSON.parse('{"toString":"x"}'))).toBe('it has no name');
});

test('addresses are seen whole', () => {
  expect(why({ uri: 'file:///home/me/notes.txt' }, 'resource')).toBeNull();
  expect(why({ uri: 'file:///home/me/n\u202eotes.txt' }, 'resource')).toContain('cannot be seen');
  expect(why({ uri: 'file:///a b' }, 'resource')).toContain('cannot be seen');
  expect(why({ uri: 'notes' }, 'resource')).toContain('no scheme');
  expect(why({ uriTemplate: 'repo://{owner}/{name}' }, 'template')).toBeNull();
  expect(why({ uriTemplate: 'x'.repeat(3000) }, 'template')).toContain('longer');
});

test.for(['{+uri}', '{scheme}://a', '{+a}note://{b}', '/notes/{id}'])(
  'a pattern without a scheme of its own: %s',
  (uri) => expect(why({ uriTemplate: uri }, 'template')).toContain('no scheme'),
);

test.for(['castellan:honest:note://7', 'CASTELLAN:honest:note://7', 'castellan:{+x}'])(
  'no address names another module: %s',
  (uri) => {
    expect(why({ uriTemplate: uri }, 'template')).toContain('castellan:');
    if (!uri.includes('{')) expect(why({ uri }, 'resource')).toContain('castellan:');
  },
);

test('what is too large, too deep or half a character cannot be used', () => {
  expect(why({ name: 'a', description: 'x'.repeat(140_000) })).toContain('longer');
  let deep: JsonValue = 1;
  for (let i = 0; i < 100_000; i += 1) deep = [deep];
  expect(why({ name: 'a', deep })).toContain('deeper');
  expect(why({ name: 'a', description: '\ud800' })).toContain('Unicode');
  expect(why(JSON.parse('{"name":"a","inputSchema":{"__proto__":{}}}'))).toContain('__proto__');
});

test('a refused name is shown with what hides in it', () => {
  expect(definitionOf('tool', { name: 'delete\u200b_all' }, sha256)).toMatchObject({ name: 'delete⟨U+200B⟩_all' });
});

test('anything a server changes is another definition, and order is nothing', () => {
  const base = tool('t');
  for (const change of [
    { title: 'T' },
    { annotations: { readOnlyHint: true } },
    { outputSchema: { type: 'object' } },
    { icons: [{ src: 'data:,' }] },
    { _meta: { x: 1 } },
    { description: 'Does t. ' },
    { anythingElse: null },
  ] as const)
    expect(tool('t', change as JsonObject).digest).not.toBe(base.digest);
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue()), (members) => {
      const entries = Object.entries(JSON.parse(JSON.stringify(members)) as JsonObject);
      const raw = Object.fromEntries([...entries, ['name', 't']]) as JsonObject;
      const turned = Object.fromEntries(Object.entries(raw).toReversed()) as JsonObject;
      const [one, other] = [definitionOf('tool', raw, sha256), definitionOf('tool', turned, sha256)];
      expect(other.ok && one.ok ? other.definition.digest : other.ok).toBe(one.ok ? one.definition.digest : one.ok);
    }),
  );
});

test('two of one name are both unusable, and the whole is bounded', () => {
  const listed = (raw: JsonObject) => ({ kind: 'tool' as const, raw });
  const read = readServer([listed({ name: 'a' }), listed({ name: 'b' }), listed({ name: 'a', title: 'x' })], sha256);
  expect(read.definitions.map(keyOf)).toEqual(['tool b']);
  expect(read.unusable).toMatchObject([{ change: 'unusable', definition: 'tool', name: 'a' }]);
  const long = Array.from({ length: 60 }, (_, i) => listed({ name: `t${i}`, description: 'x'.repeat(100_000) }));
  expect(readServer(long, sha256).definitions.length).toBeLessThan(42);
  const many = readServer(
    Array.from({ length: 6000 }, (_, i) => listed({ name: `t${i}` })),
    sha256,
  );
  expect(many.definitions).toHaveLength(5000);
  expect(many.unusable[0]?.text).toContain('more than 5000');
});
