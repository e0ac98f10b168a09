// What is said between a confined script and its host: texts with secrets are written as they are meant, and what a child says is parsed
// strictly and at a price that is known before.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_CHILD_FRAME_BYTES,
  MAX_SCRIPT_VALUE_DEPTH,
  parseChildMessage,
  parseScriptValue,
  type ScriptText,
  secretsOfText,
  writeScriptText,
} from '../src/index.ts';

const parse = (message: unknown) => parseChildMessage(new TextEncoder().encode(JSON.stringify(message)));

describe('a text with secrets', () => {
  it('is written as its parts say', () => {
    const text: ScriptText = [
      'a',
      { secret: 'K', as: 'text' },
      { secret: 'K', as: 'json' },
      { secret: 'L', as: 'url' },
    ];
    const value = (name: string): string => (name === 'K' ? '"\n' : 'a b/ü');
    expect(writeScriptText(text, value)).toBe('a"\n\\"\\na%20b%2F%C3%BC');
    expect(secretsOfText(text)).toEqual(['K', 'L']);
  });

  it('in JSON ends no string, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = writeScriptText(['{"a":"x', { secret: 'K', as: 'json' }, '"}'], () => value);
        expect(JSON.parse(text)).toEqual({ a: `x${value}` });
      }),
    );
  });

  it('in a URL is one part of it, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const url = new URL(writeScriptText(['https://h/?k=', { secret: 'K', as: 'url' }, '&l=1'], () => value));
        expect([url.searchParams.get('k'), url.searchParams.get('l'), url.hash]).toEqual([value, '1', '']);
      }),
    );
  });
});

describe('what a child says', () => {
  const call = { kind: 'http', method: 'GET', url: ['https://a/'], headers: [], body: null, auth: null, timeoutMs: 1 };
  const asked = (more: object) => parse({ kind: 'call', call: { ...call, ...more } });

  it('is a message or nothing', () => {
    expect(parse({ kind: 'ready' })).toEqual({ kind: 'ready' });
    expect(parse({ kind: 'ready', more: 1 })).toBeUndefined();
    expect(parse({ kind: 'other' })).toBeUndefined();
    expect(parse(null)).toBeUndefined();
    expect(parseChildMessage(new Uint8Array([0xff]))).toBeUndefined();
    expect(parseChildMessage(new Uint8Array(MAX_CHILD_FRAME_BYTES + 1).fill(0x20))).toBeUndefined();
  });

  it('puts no secret where a request goes', () => {
    const key = { secret: 'K', as: 'text' };
    expect(asked({ url: ['https://a.example/', key] })).toBeDefined();
    expect(asked({ url: ['https://a.example?x=', key] })).toBeDefined();
    for (const url of [
      [key],
      ['https://', key],
      ['https://a.example', key],
      ['https://a.example:', key],
      ['https://a@', key],
      ['https:\\\\a\\', key],
      [],
    ])
      expect([url, asked({ url })]).toEqual([url, undefined]);
  });

  it('writes secrets in JSON as JSON', () => {
    const body = (as: string) => asked({ body: { kind: 'json', text: ['"', { secret: 'K', as }, '"'] } });
    expect(body('json')).toBeDefined();
    expect(body('text')).toBeUndefined();
    expect(body('url')).toBeUndefined();
  });

  it('is bounded before it is looked at: members and levels', () => {
    expect(parse({ kind: 'output', level: 'print', text: '[{,:'.repeat(5000) })).toBeDefined();
    expect(parse({ kind: 'output', level: 'print', text: Array.from({ length: 9000 }, () => 0) })).toBeUndefined();
    let deep: unknown = 1;
    for (let at = 0; at < 20; at += 1) deep = [deep];
    expect(parse({ kind: 'output', level: 'print', text: deep })).toBeUndefined();
  });
});

describe('a value of a script', () => {
  it.each(['null', '{"a":[1,2.5,"é",true]}', '"\\u0000"'])('%s', (text) => {
    expect(parseScriptValue(text)).toEqual({ value: JSON.parse(text) });
  });

  it.each(['', '{', '[1,]', 'NaN', '"\ud800"', `"${'é'.repeat(131_072)}"`])('is not %j', (text) => {
    expect(parseScriptValue(text)).toBeUndefined();
  });

  it('is nested only so deep', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseScriptValue(nested(MAX_SCRIPT_VALUE_DEPTH))).toBeDefined();
    expect(parseScriptValue(nested(MAX_SCRIPT_VALUE_DEPTH + 1))).toBeUndefined();
    expect(parseScriptValue(`"${'['.repeat(1000)}\\"["`)).toBeDefined();
  });
});
