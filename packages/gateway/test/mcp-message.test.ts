// A client's message has one reading, or none. Written as the client that wants the gate to read something else than the server.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMessage, readMessageBytes } from '../src/mcp/definitions/index.ts';

const code = (text: string): number | 'read' => {
  const read = readMessage(text);
  return read.ok ? 'read' : read.code;
};
const call = (args: string): string => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":${args}}}`;

test('an ordinary message is read as it is', () => {
  const text = call('{"owner":"acme","n":3,"deep":{"list":[1,2.5,-0.1,true,null,"ä"]},"constructor":"McLaren"}');
  const read = readMessage(text);
  expect(read).toEqual({ ok: true, value: JSON.parse(text) });
});

test.for(['', ' ', '{', '{"a":1}}', "{'a':1}", '{"a":1,}', 'NaN', '{"a":"\ud800"}', '{"a":\u00a01}'])(
  '%j is not JSON',
  (text) => expect(code(text)).toBe(-32700),
);

test.for(['1', '"text"', 'null', 'true'])('%s is no request', (text) => expect(code(text)).toBe(-32600));

test.for([
  '{"a":1,"a":2}',
  '{"path":"/tmp/ok","\\u0070ath":"/etc/shadow"}',
  '{"x":{"y":[{"z":1,"z":1}]}}',
  '{"__proto__":{"admin":true}}',
  '{"\\u005f_proto__":1}',
  '[{"__proto__":[]}]',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"a":"\\ud800"}',
  '{"a":["\\udfff"]}',
  '{"\\ud800":1}',
])('%s smuggles', (args) => expect(code(call(args))).toBe(-32600));

test.for([
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '1e400',
  '-1e400',
  '1e-400',
  '123456789012345678901234567890',
  '1e20',
  '0.12345678901234567890123456789',
  '1.00000000000000000000001',
  `0.${'1'.repeat(200)}`,
])('the number %s would be another', (number) => {
  const read = readMessage(call(`{"id":${number}}`));
  expect(read).toMatchObject({ ok: false, code: -32600 });
  expect(read.ok ? '' : read.why).toContain('cannot be kept exactly');
});

test.for(['9007199254740991', '-9007199254740991', '0.1', '0.10000000000000001', '1e2', '1E-7', '2.50', '-0', '0e5'])(
  'the number %s is kept',
  (number) => expect(code(call(`{"id":${number}}`))).toBe('read'),
);

test('what looks like a number in a text is text', () => {
  expect(code(call('{"sha":"9007199254740993 1e400","q":"a\\"1e400","b":"\\\\"}'))).toBe('read');
});

test('nesting has an end', () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  expect(code(nested(64))).toBe('read');
  expect(code(nested(65))).toBe(-32600);
  expect(code(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`)).toBe(-32600);
});

test('size has an end, as text and as bytes', () => {
  const long = call(`{"a":"${'x'.repeat(4_194_304)}"}`);
  expect(code(long)).toBe(-32600);
  expect(readMessageBytes(new TextEncoder().encode(long))).toMatchObject({ ok: false, code: -32600 });
});

test('bytes that are no UTF-8 are not mended', () => {
  const bytes = new Uint8Array([...new TextEncoder().encode('{"a":"'), 0xff, 0xfe, 0x22, 0x7d]);
  expect(readMessageBytes(bytes)).toMatchObject({ ok: false, code: -32700 });
  expect(readMessageBytes(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))).toMatchObject({ ok: false, code: -32700 });
  expect(readMessageBytes(new TextEncoder().encode('{"a":"ä"}'))).toEqual({ ok: true, value: { a: 'ä' } });
});

test('what JavaScript writes is read back the same', () => {
  const value = fc.jsonValue({ maxDepth: 6 }).filter((each) => typeof each === 'object' && each !== null);
  fc.assert(
    fc.property(value, (each) => {
      const text = JSON.stringify(each);
      const read = readMessage(text);
      if (read.ok) expect(JSON.stringify(read.value)).toBe(text);
      else expect(read.why).toMatch(/cannot be kept exactly|half a character|member/);
    }),
  );
});

test('whatever integer is written, it is kept or refused', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), (integer) => {
      const read = readMessage(`[${integer}]`);
      expect(read.ok).toBe(integer <= 9007199254740991n && integer >= -9007199254740991n);
    }),
  );
});

test('no text at all makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof readMessage(text).ok === 'boolean'));
});
