// The drawing of a command: every character stands there, marks point at the text they were read from, at any width; and
// there are words for every value of the contract's lists.
import { EFFECT_KINDS, type Effect, placeSchema, RESOURCES } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeLines, flowLines } from '../src/text/card-parts.ts';
import { drawCommand } from '../src/text/draw-command.ts';
import { shellLines } from '../src/text/drawing.ts';
import { effectSentence, RESOURCE_WORDS, worstFirst } from '../src/text/effect-words.ts';
import { textWidth } from '../src/text/wrap.ts';

const effect = (change: Partial<Effect>): Effect => ({
  kind: 'read',
  target: '/home/u/site/a.txt',
  targetKind: 'path',
  place: 'workspace',
  certainty: 'certain',
  ...change,
});
const HOME = { home: '/home/u', workspace: '/home/u/site' };
const texts = (lines: readonly { readonly text: string }[]): readonly string[] => lines.map(({ text }) => text);

test('a mark stands under its own text, its number beside it', () => {
  expect(
    texts(
      drawCommand(
        'cat a; rm -r b',
        [
          { span: [4, 5], label: '2' },
          { span: [13, 14], label: '1' },
        ],
        60,
      ),
    ),
  ).toEqual(['  cat a; rm -r b', '      ^ 2      ^ 1']);
  // Side by side only with room between them; one within the other below it.
  expect(
    texts(
      drawCommand(
        'rm a b',
        [
          { span: [0, 6], label: '1' },
          { span: [3, 4], label: '2 3' },
        ],
        60,
      ),
    ),
  ).toEqual(['  rm a b', '  ^^^^^^ 1', '     ^ 2 3']);
});

test('lines of the command are rows, tabs and what hides are shown', () => {
  const drawn = texts(drawCommand('a\n\tb\u202ec', [{ span: [0, 5], label: '1' }], 60));
  expect(drawn).toEqual(['  a', '  ^', '      b⟨U+202E⟩c', `  ${'^'.repeat(13)} 1`]);
});

test('at any width every character stands there once, nothing is wider, and every mark has its number', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('a', 'b', ' ', '/', '日', '\t', '\n', '\u200b'),
        minLength: 1,
        maxLength: 200,
      }),
      fc.integer({ min: 40, max: 120 }),
      fc.integer({ min: 0, max: 190 }),
      fc.integer({ min: 1, max: 200 }),
      (command, width, from, length) => {
        const span = [Math.min(from, command.length - 1), Math.min(from + length, command.length)] as const;
        const rows = texts(drawCommand(command, [], width));
        const plain = command.replaceAll('\t', '    ').replaceAll('\u200b', '⟨U+200B⟩').replaceAll('\n', '');
        expect(rows.map((row) => row.slice(2)).join('')).toBe(plain);
        const marked = drawCommand(command, [{ span, label: '7' }], width);
        for (const { text } of marked) expect(textWidth(text)).toBeLessThanOrEqual(width + 2);
        const covers = command.slice(...span).replaceAll('\n', '') !== '' && span[0] < span[1];
        const labels = marked.filter(({ tone }) => tone === 'caution').filter(({ text }) => text.includes('7'));
        if (covers && !command.slice(...span).endsWith('\n')) expect(labels).toHaveLength(1);
      },
    ),
    { numRuns: 500 },
  );
});

test('every kind, place and resource has words of its own', () => {
  const phrases = Object.values(RESOURCE_WORDS);
  expect(Object.keys(RESOURCE_WORDS).toSorted()).toEqual([...RESOURCES].toSorted());
  expect(new Set(phrases).size).toBe(phrases.length);
  for (const resource of RESOURCES)
    for (const kind of EFFECT_KINDS) {
      const sentence = effectSentence(effect({ kind, resource, target: 'x', targetKind: 'text', place: 'none' }), HOME);
      expect(sentence).toMatch(/^[a-z].* x$/);
    }
  for (const place of placeSchema.options)
    expect(effectSentence(effect({ place, target: '/x' }))).toMatch(/^reads \/x/);
});

test('what a person knows by name is called so', () => {
  expect(effectSentence(effect({ kind: 'delete', target: '/home/u', recursive: true, place: 'home' }), HOME)).toBe(
    'deletes everything in your home folder (/home/u)',
  );
  expect(effectSentence(effect({ kind: 'delete', target: '/', recursive: true, place: 'system' }), HOME)).toBe(
    'deletes everything on this machine (/)',
  );
  expect(effectSentence(effect({ kind: 'delete', target: '/home/u/site', recursive: true }), HOME)).toBe(
    'deletes everything in this project (/home/u/site)',
  );
  expect(effectSentence(effect({ target: '/home/u/.ssh/id_rsa', place: 'home', resource: 'credentials' }), HOME)).toBe(
    'reads keys or passwords: ~/.ssh/id_rsa (in your home folder)',
  );
  expect(
    effectSentence(effect({ kind: 'write', certainty: 'possible', undoable: true, note: 'only if x' }), HOME),
  ).toBe('changes ~/site/a.txt (in this project; can be undone; perhaps): only if x');
  expect(
    effectSentence(
      effect({ kind: 'send', resource: 'message', target: 'bob', targetKind: 'recipient', place: 'none' }),
    ),
  ).toBe('sends a message to bob');
  // Not a folder of that beginning.
  expect(effectSentence(effect({ target: '/home/user2/x', place: 'elsewhere' }), HOME)).toContain('/home/user2/x');
});

test('worst first: what cannot be told leads, programs that only do what stands there come last', () => {
  const known = effect({ kind: 'execute', target: 'rm', targetKind: 'command', place: 'none' });
  const project = { ...known, target: 'npm test', certainty: 'unknown', resource: 'project-code' } as const;
  const order = worstFirst([
    known,
    effect({}),
    effect({ kind: 'delete' }),
    project,
    effect({ kind: 'unknown', certainty: 'unknown' }),
  ]);
  expect(order.map(({ kind, target }) => [kind, target].join(' '))).toEqual([
    'execute npm test',
    'unknown /home/u/site/a.txt',
    'delete /home/u/site/a.txt',
    'read /home/u/site/a.txt',
    'execute rm',
  ]);
  expect(
    texts(shellLines('rm x', [effect({ kind: 'delete', target: '/home/u/site/x', span: [3, 4] }), known], HOME, 60)),
  ).toEqual(['  rm x', '     ^ 1', '', '  1 deletes ~/site/x (in this project)', '    runs rm']);
  // Redacted text is not what the effects were read from.
  expect(
    texts(shellLines('rm [REDACTED:x]', [effect({ kind: 'delete', span: [3, 4] })], HOME, 60, false)).join('\n'),
  ).not.toContain('^');
});

test('labelled content and changes on the card cannot pass for lines of the card', () => {
  const flow = {
    label: 'private',
    source: '~/.ssh/id_rsa',
    argument: '/command',
    encodings: ['base64'],
    whole: false,
    length: 1200,
  } as const;
  expect(texts(flowLines([flow, { ...flow, label: 'user' }], 100))).toEqual([
    '  passes on private text from ~/.ssh/id_rsa (base64), 1200 characters, in `command`',
  ]);
  const lines = texts(
    changeLines(
      [
        {
          path: 'a.ts',
          kind: 'changed',
          lines: ['@@ -1 +1 @@', '-old', '+new\u001b[2J', 'asked because'],
          omitted: 12,
        },
      ],
      60,
    ),
  );
  expect(lines).toEqual([
    'changes in a.ts',
    '  | @@ -1 +1 @@',
    '  | -old',
    '  | +new⟨U+001B⟩[2J',
    '  | asked because',
    '  12 more lines not shown',
  ]);
});
