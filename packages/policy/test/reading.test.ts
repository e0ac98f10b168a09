// What people read: summaries that cannot be forged, and explanations that leave nothing out.
import { NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, explain, summarise } from '../src/index.ts';
import { quoted, shortened, visible } from '../src/text/visible.ts';
import { call, effect, NOW, policy, UNKNOWN } from './fixtures.ts';

describe('values', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['plain', '“plain”'],
    ['two\nlines\t', '“two\\nlines\\t”'],
    ['a\\nb', '“a\\\\nb”'],
    ['\u202Ecod.exe', '“\\u{202e}cod.exe”'],
    ['zero\u200Bwidth', '“zero\\u{200b}width”'],
    ['\u001B[2K', '“\\u{1b}[2K”'],
    ['no\u00A0break', '“no\\u{a0}break”'],
    ['tag\u{E0041}', '“tag\\u{e0041}”'],
    ['half \uD800', '“half \\u{d800}”'],
    ['interlinear\uFFF9', '“interlinear\\u{fff9}”'],
    ['quote ” end', '“quote \\” end”'],
    ['grüße 你好 🎉', '“grüße 你好 🎉”'],
  ];
  for (const [value, expected] of rows) test(JSON.stringify(value), () => expect(quoted(value)).toBe(expected));

  test('a long value says how much is left out', () => {
    expect(quoted('x'.repeat(2510))).toBe(`“${'x'.repeat(200)} … 2,310 more characters”`);
    expect(shortened('🎉🎉', 1)).toBe(' … 4 more characters');
  });

  test('whatever a value holds, what is shown holds nothing hidden', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        if (/^[a-z ]*$/.test(text)) expect(visible(text)).toBe(text);
      }),
    );
  });

  test('two values are never shown alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        if (a !== b) expect(visible(a)).not.toBe(visible(b));
      }),
    );
  });
});

verifies(['P12'], 'a summary fills its template once, with values of the call only', () => {
  const of = (tool: string, args: object, module = 'kit') =>
    summarise(call(module, tool, args as never), [], policy()).summary;
  expect(of('shell', { command: 'ls {other}', other: 'rm' })).toBe('Run “ls {other}”');
  expect(of('shell', {})).toBe('Run (no command)');
  expect(of('risky', { to: 'eva', n: 1 })).toBe('Risk it: to “eva”, n 1');
  expect(of('risky', { a: 1, b: 2, c: 3, d: 4 })).toBe('Risk it: a 1, b 2, c 3, and 1 more arguments');
  expect(of('x', { a: 1 }, 'stranger')).toBe('Use stranger/x, a tool nobody has classified, with {"a":1}');
});

test('a value without a canonical form does not stop a summary', () => {
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;
  for (const value of [['\uD800'], deep]) {
    const { summary } = summarise(call('kit', 'shell', { command: value } as never), [], policy());
    expect(summary.length).toBeLessThan(300);
  }
});

test('risk names the worst first', () => {
  const risk = summarise(
    call('kit', 'shell'),
    [effect('read'), effect('delete'), UNKNOWN, effect('read')],
    policy(),
  ).risk;
  expect(risk).toEqual(['unknown', 'deletes', 'reads']);
});

verifies(['P12'], 'why: every rule looked at, which decided, and what would change it', () => {
  const rules = [
    { id: 'A', tier: 'strict', on: { tools: ['kit/risky'] }, remedy: 'send less' },
    { id: 'B', if: 'call.args.to == "boss"', on: { effects: ['send'] } },
    { id: 'C', on: { tools: ['kit/look'] } },
  ];
  const compiled = policy({ config: { deny: ['kit/risky'] }, rules });
  const effects = [effect('send', { target: 'eva', targetKind: 'recipient', place: 'none' })];
  const input = call('kit', 'risky', { to: 'eva' });
  const session = { ...NEW_SESSION, interactive: true };
  const verdict = decide({ call: input, effects, policy: compiled, session, grants: [], now: NOW });
  expect(explain(input, effects, verdict, compiled)).toEqual([
    'outcome: deny',
    'decided by user-deny kit/risky: you denied `kit/risky`',
    'also: strict-rule A: because',
    'also: preset autonomous: this call of `kit/risky` would do more than what is known to be safe, and the preset autonomous says confirm',
    'tool: kit/risky is critical, this call is critical, per-call',
    'effects: 1 (sends)',
    '  send “eva” (none, certain)',
    'rules looked at: 2 of 3; the others are about other tools or effects',
    '  matched: strict A “a rule” (rules/own.yaml)',
    '  no match: critical B “a rule” (rules/own.yaml)',
    'to change it: take it out of `deny` in config.yaml',
  ]);
});
