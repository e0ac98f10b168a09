// The checklist as a person reads it at 80 columns: by subject, worst first, nothing cut, nothing that can paint on the screen.
import type { CheckItem } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doctorLines } from '../src/text/doctor-text.ts';
import { textWidth } from '../src/text/wrap.ts';

const AT = { width: 80, command: 'npx castellan' };
const item = (group: CheckItem['group'], id: string, state: CheckItem['state'], more: Partial<CheckItem> = {}) => ({
  ...{ id, group, title: `title of ${id}`, state, evidence: `seen of ${id}`, fix: state === 'good' ? '' : `do ${id}` },
  ...more,
});
const texts = (checks: readonly CheckItem[]): string =>
  doctorLines(checks, AT)
    .map(({ text }) => text.trimEnd())
    .join('\n');

test('groups by subject, worst first inside, the sum at the end', () => {
  expect(
    texts([
      item('reach', 'a', 'good'),
      item('isolation', 'b', 'good'),
      item('isolation', 'c', 'bad', { fix: 'run `castellan up`' }),
      item('isolation', 'd', 'warn'),
    ]),
  ).toBe(
    [
      'Walls',
      '  FAIL  title of c',
      '        seen of c',
      '        fix: run `npx castellan up`',
      '  warn  title of d',
      '        seen of d',
      '        fix: do d',
      '  ok    title of b',
      '        seen of b',
      '',
      'Being reached',
      '  ok    title of a',
      '        seen of a',
      '',
      '1 must be fixed, 1 could be better, 2 are as they should be',
    ].join('\n'),
  );
  expect(texts([item('agents', 'a', 'good')]).endsWith('\nall 1 are as they should be')).toBe(true);
});

test('every item stands whole in lines that fit, and what an agent named itself paints nothing', () => {
  const state = fc.constantFrom('good' as const, 'warn' as const, 'bad' as const);
  const group = fc.constantFrom('access' as const, 'agents' as const, 'isolation' as const, 'reach' as const);
  const text = fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(fc.tuple(group, state, text, text), { maxLength: 6 }), (made) => {
      const checks = made.map(([of, how, evidence, fix], at) => item(of, String(at), how, { evidence, fix }));
      const lines = doctorLines(checks, AT);
      for (const { text: each } of lines) {
        expect(textWidth(each)).toBeLessThanOrEqual(80);
        expect(each).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      }
      for (const { title } of checks) expect(lines.some(({ text: each }) => each.includes(title))).toBe(true);
    }),
  );
});
