// What must hold for any text at all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from './support/world.ts';

const token = fc.constantFrom(
  'cat',
  'ls',
  'rm',
  'echo',
  'cd',
  'git',
  'find',
  'test',
  '[',
  ']',
  '[[',
  ']]',
  'if',
  'then',
  'fi',
  'else',
  'while',
  'do',
  'done',
  'for',
  'x',
  'in',
  'case',
  'esac',
  '{',
  '}',
  '(',
  ')',
  '((',
  '))',
  '$(',
  '`',
  '"',
  "'",
  '\\',
  '$x',
  '${x',
  '${!x}',
  '$((1+',
  '|',
  '||',
  '&&',
  '&',
  ';',
  ';;',
  '>',
  '>>',
  '<',
  '<<E',
  '<<<',
  '2>&1',
  '>(',
  '<(',
  '*',
  '?',
  '~',
  '~/',
  '-',
  '--',
  '-n',
  '-rf',
  'a',
  '/etc',
  '=',
  'x=1',
  'PATH=',
  '!',
  '#',
  '\n',
  ' ',
  ' ',
  ' ',
  'E',
  'eval',
  'sh -c',
  'function f',
  '()',
  '\t',
  '@(a)',
  '[a]',
  '{a,b}',
);

const command = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(token, { maxLength: 25 }).map((parts) => parts.join('')),
  fc.array(token, { maxLength: 25 }).map((parts) => parts.join(' ')),
);

test('never throws, never answers with nothing, and every span lies in the text', () => {
  fc.assert(
    fc.property(command, (text) => {
      const effects = analyse(text);
      expect(effects.length).toBeGreaterThan(0);
      for (const { span, kind, certainty } of effects) {
        if (kind === 'unknown') expect(certainty).toBe('unknown');
        expect(span !== undefined && span[0] >= 0 && span[0] <= span[1] && span[1] <= text.length).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

test('a command hidden anywhere in harmless text is found or the whole is not certain', () => {
  const around = fc.constantFrom<(inner: string) => string>(
    (inner) => `echo $(${inner})`,
    (inner) => `echo "$(${inner})"`,
    (inner) => `echo \`${inner.replace(/[\\`]/g, '\\$&')}\``,
    (inner) => `(${inner})`,
    (inner) => `{ ${inner}\n}`,
    (inner) => `true && ${inner}`,
    (inner) => `ls | ${inner}`,
    (inner) => `ls; ${inner}`,
    (inner) => `ls & ${inner}`,
    (inner) => `if ${inner}\nthen :; fi`,
    (inner) => `if ls; then ${inner}\nfi`,
    (inner) => `while ${inner}\ndo :; done`,
    (inner) => `for i in $(${inner}); do :; done`,
    (inner) => `case $(${inner}) in a) ;; esac`,
    (inner) => `case x in x) ${inner}\n;; esac`,
    (inner) => `x=$(${inner})`,
    (inner) => `x=(a $(${inner}))`,
    (inner) => `cat <(${inner})`,
    (inner) => `cat <<< $(${inner})`,
    (inner) => `ls > $(${inner})`,
    (inner) => `[[ -n $(${inner}) ]]`,
    (inner) => `f() { ${inner}\n}; f`,
    (inner) => `eval ${quoted(inner)}`,
    (inner) => `bash -c ${quoted(inner)}`,
    (inner) => `coproc { ${inner}\n}`,
  );
  fc.assert(
    fc.property(fc.array(around, { maxLength: 4 }), (layers) => {
      const text = layers.reduce((inner, wrap) => wrap(inner), 'rm gone');
      const effects = analyse(text);
      const found = effects.some((effect) => effect.kind === 'delete' && effect.target === '/home/u/project/gone');
      expect([text, found || effects.some((effect) => effect.certainty !== 'certain')]).toEqual([text, true]);
    }),
    { numRuns: 1000 },
  );
});

test('more text never makes a command that cannot be told certain', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 8 }), (parts) => {
      const effects = analyse(`frobnicate; ${parts.join(' ')}`);
      expect(effects.some((effect) => effect.certainty === 'unknown')).toBe(true);
    }),
    { numRuns: 500 },
  );
});
