// What a watcher's terminal is given, and what of its input counts as typing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { typedOf } from '../src/terminals/keys.ts';
import { ScrollBack } from '../src/terminals/scroll-back.ts';
import { Shown } from '../src/terminals/shown.ts';

const shown = (text: string): string => new Shown().push(text);
const E = '\u001b';

test.each([
  ['colours', `${E}[1;38;5;208mred${E}[0m`],
  ['true colour with colons', `${E}[38:2::10:20:30mx`],
  ['moving and erasing', `${E}[2J${E}[H${E}[10;5Hx${E}[K${E}[3A${E}[2P`],
  ['the other screen, the cursor, pastes, frames', `${E}[?1049h${E}[?25l${E}[?2004h${E}[?2026h${E}[?2026l`],
  ['margins, save and restore', `${E}[2;20r${E}7${E}8${E}[s${E}[u`],
  ['line drawing', `${E}(0lqk${E}(B`],
  ['cursor shape, soft reset', `${E}[4 q${E}[!p`],
  ['text of any script', 'größe 日本語 🔑 ─│╭'],
  ['line ends, tab, bell', 'a\tb\r\n\u0007c\b'],
])('drawn as it is: %s', (_name, text) => expect(shown(text)).toBe(text));

test.each([
  ['the clipboard is written', `a${E}]52;c;ZXZpbA==\u0007b`],
  ['the clipboard is read', `a${E}]52;c;?${E}\\b`],
  ['a title', `a${E}]0;castellan: approved\u0007b`],
  ['a file is given', `a${E}]1337;File=name=eA==:aGk=\u0007b`],
  ['a notification', `a${E}]777;notify;x;y\u0007b`],
  ['a setting is asked for', `a${E}P$qm${E}\\b`],
  ['a capability is asked for', `a${E}P+q544e${E}\\b`],
  ['keys are defined', `a${E}P1;1|17/31${E}\\b`],
  ['a picture', `a${E}_Gf=100;AAAA${E}\\b`],
  ['device attributes', `a${E}[cb`],
  ['secondary device attributes', `a${E}[>cb`],
  ['the cursor is asked for', `a${E}[6nb`],
  ['a mode is asked for', `a${E}[?2004$pb`],
  ['the version is asked for', `a${E}[>qb`],
  ['the window is asked for its title', `a${E}[21tb`],
  ['the window is moved', `a${E}[3;0;0tb`],
  ['a printer', `a${E}[5ib`],
  ['terminal parameters', `a${E}[xb`],
  ['an old identification', `a${E}Zb`],
  ['ENQ', 'a\u0005b'],
  ['the mouse', `a${E}[?1000h${E}[?1003;1006hb`],
  ['focus', `a${E}[?1004hb`],
  ['another keyboard', `a${E}[>1u${E}[?ub`],
  ['eight-bit introducers', 'a\u009b\u0090\u009d\u009cb'],
  ['privacy message and application command', `a${E}^secret${E}\\${E}Xmore${E}\\b`],
])('left out: %s', (_name, text) => expect(shown(text)).toBe('ab'));

test('of a link its words stay', () =>
  expect(shown(`see ${E}]8;;https://evil.example/${E}\\the docs${E}]8;;${E}\\ now`)).toBe('see the docs now'));

test('of several modes those that draw stay', () => expect(shown(`${E}[?1000;2004;1004h`)).toBe(`${E}[?2004h`));

test('a count of an agent costs whoever watches no more than their screen', () => {
  let size = { columns: 100, rows: 40 };
  const one = new Shown(() => size);
  for (const final of 'LMST') expect(one.push(`${E}[9999${final}`)).toBe(`${E}[40${final}`);
  for (const final of '@IPXZb') expect(one.push(`x${E}[2147483647${final}`)).toBe(`x${E}[100${final}`);
  size = { columns: 20, rows: 5 };
  expect(one.push(`${E}[6S${E}[5S${E}[99@`)).toBe(`${E}[5S${E}[5S${E}[20@`);
  // Where it is done once however large it is, it stays.
  expect(one.push(`${E}[999;999H${E}[38;5;208m`)).toBe(`${E}[999;999H${E}[38;5;208m`);
  expect(shown(`${E}[${'0'.repeat(200)}7S`), 'zeros in front').toBe(`${E}[${'0'.repeat(200)}7S`);
});

test('what has no end never comes', () => {
  const one = new Shown();
  expect(one.push(`${E}[${'1;'.repeat(5000)}`)).toBe('');
  expect(one.push('mgo on')).toBe('go on');
  expect(one.push(`${E}]52;c;${'A'.repeat(100_000)}`)).toBe('');
  expect(one.push('\u0007seen')).toBe('seen');
});

const ALPHABET = [
  E,
  '[',
  ']',
  '?',
  '>',
  '$',
  ';',
  '5',
  '2',
  '0',
  '4',
  'c',
  'n',
  'm',
  'h',
  'q',
  'P',
  'p',
  'Z',
  'x',
  '\\',
  '\u0007',
  '\u0018',
  '\u009b',
  '\r',
  '\n',
  '日',
];
const wild = fc.array(fc.constantFrom(...ALPHABET), { maxLength: 60 }).map((signs) => signs.join(''));

test('however it is cut, the same is shown', () => {
  fc.assert(
    fc.property(wild, fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }), (text, cuts) => {
      const one = new Shown();
      const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, n) => text.slice(at[n], end));
      expect(pieces.map((piece) => one.push(piece)).join('')).toBe(shown(text));
    }),
    { numRuns: 2000 },
  );
});

test('nothing that is shown asks, acts or reports, and what is shown is shown again', () => {
  fc.assert(
    fc.property(wild, (text) => {
      const out = shown(text);
      expect(out).not.toMatch(
        /\u001b[\]P_^XZ]|\u001b\[[0-9;?>]*[cnxyi]|\u001b\[[>?][^hlJK]*[a-z]|\u001b\[[^@-~]*\$p|[\u0080-\u009f\u0005]/,
      );
      expect(shown(out)).toBe(out);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  'hello\r',
  '1\r',
  '\u0003',
  '\u001a',
  '\t',
  '\u007f',
  E,
  `${E}${E}`,
  `${E}b`,
  `${E}[A`,
  `${E}[1;5D`,
  `${E}OA`,
  `${E}OP`,
  `${E}[15~`,
  `${E}[3;2~`,
  `${E}[Z`,
  `${E}[13;2u`,
  `${E}[200~two\rlines${E}[201~`,
  'größe 日本 🔑',
])('typed: %j', (text) => expect(typedOf(text)).toBe(text));

test.each([
  ['a device answers', `${E}[?1;2c`],
  ['a device answers at length', `${E}[>0;276;0c`],
  ['the cursor is reported', `${E}[24;80R`],
  ['ready is reported', `${E}[0n`],
  ['a mode is reported', `${E}[?2004;1$y`],
  ['a setting is reported', `${E}P1$r0m${E}\\`],
  ['a colour is reported', `${E}]10;rgb:ffff/ffff/ffff${E}\\`],
  ['the clipboard is reported', `${E}]52;c;MQ0=\u0007`],
  ['the title is reported, as if typed', `${E}]l1\r${E}\\`],
  ['the window is reported', `${E}[8;24;80t`],
  ['the mouse moves', `${E}[<35;10;20M${E}[<0;10;20m`],
  ['the mouse as it was once', `${E}[M !!`],
  ['focus comes and goes', `${E}[I${E}[O`],
  ['keyboard flags', `${E}[?1u`],
  ['introducers in eight bits', '\u009b\u009d'],
])('not typed: %s', (_name, text) => {
  expect(typedOf(text)).toBe('');
  expect(typedOf(`a${text}b`)).toBe('ab');
});

test('the end is kept, and what came after a place is told apart', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 30 }), { maxLength: 40 }),
      fc.integer({ min: 0, max: 600 }),
      (pieces, seen) => {
        const scroll = new ScrollBack(200);
        for (const piece of pieces) scroll.push(piece);
        const whole = pieces.join('');
        expect(scroll.seq).toBe(whole.length);
        const kept = scroll.since(null);
        expect(kept.length).toBeLessThanOrEqual(200);
        expect(whole.endsWith(kept)).toBe(true);
        const since = scroll.since(seen);
        const start = whole.length - kept.length;
        expect(since).toBe(seen >= start && seen <= whole.length ? whole.slice(seen) : kept);
      },
    ),
  );
});

test('half a character is never kept', () => {
  const scroll = new ScrollBack(9);
  for (let n = 0; n < 9; n += 1) scroll.push('🔑');
  expect(scroll.since(null)).toMatch(/^(?:🔑)+$/u);
});
