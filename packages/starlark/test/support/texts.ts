// Texts for properties: programs made by the grammar, programs with something broken, and noise of the language's own pieces.
import fc from 'fast-check';

const PIECES = [
  ...[
    'a',
    'b',
    '_',
    'é',
    '1',
    '0x',
    '0',
    '.5',
    '1e',
    '9007199254740993',
    '"',
    "'",
    '"""',
    'r"',
    'b"',
    '\\',
    '\\n',
    '\\x4',
  ],
  ...[
    '+',
    '-',
    '*',
    '**',
    '/',
    '//',
    '%',
    '~',
    '=',
    '==',
    '!=',
    '<',
    '<<',
    '>>=',
    '.',
    ',',
    ';',
    ':',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    'and',
    'or',
    'not',
    'in',
    'if',
    'else',
    'elif',
    'for',
    'while',
    'def',
    'lambda',
    'return',
    'load',
    'pass',
    'break',
    'class',
  ],
  ...[
    ' ',
    '  ',
    '\n',
    '\n  ',
    '\n\t',
    '\r\n',
    '\r',
    '# c',
    '\0',
    '\ufeff',
    '\u{1f600}',
    '\ud800',
    '\u202e',
    '$',
    '?',
    '!',
  ],
];

const name = (): fc.Arbitrary<string> => fc.constantFrom('a', 'b', 'c', 'len', 'M', 'é', '_x1');

/** An expression of the grammar. */
const expression = (): fc.Arbitrary<string> =>
  fc.letrec<{ expression: string }>((tie) => {
    const inner = tie('expression');
    const group = inner.map((text) => `(${text})`);
    return {
      expression: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        name(),
        fc.constantFrom('1', '0x1f', '1.5', '"s"', "'''t\nu'''", 'b"\\xff"', 'r"\\d"', '()', '[]', '{}', '"\u{1f600}"'),
        fc
          .tuple(group, fc.constantFrom('+', '-', '*', '//', '==', 'in', 'not in', 'and', 'or', '<<'), group)
          .map((parts) => parts.join(' ')),
        group.map((text) => `not ${text}`),
        group.map((text) => `-${text}`),
        fc.tuple(group, group, group).map(([yes, test, no]) => `${yes} if ${test} else ${no}`),
        fc.tuple(name(), inner, inner).map(([callee, one, two]) => `${callee}((${one}), k=${two}, *a, **b)`),
        fc.tuple(group, inner).map(([object, index]) => `${object}[${index}].f[:${index}]`),
        fc.array(group, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
        fc.tuple(group, group).map(([key, value]) => `{${key}: ${value}, }`),
        fc
          .tuple(inner, name(), group)
          .map(([value, target, from]) => `[${value} for ${target} in ${from} if ${target}]`),
        fc
          .tuple(group, name(), group)
          .map(([value, target, from]) => `{${target}: ${value} for ${target}, b in ${from}}`),
        fc.tuple(name(), inner).map(([parameter, body]) => `(lambda ${parameter}, k=1, *p: ${body})`),
      ),
    };
  }).expression;

const indented = (lines: readonly string[]): string => lines.map((line) => line.replace(/^/gm, '  ')).join('\n');

/** A statement of the grammar; strings over several lines are left out of blocks, which are indented line by line. */
const statement = (): fc.Arbitrary<string> => {
  const simple = expression().map((text) => text.replaceAll('\n', ' '));
  return fc.letrec<{ statement: string }>((tie) => {
    const body = fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map(indented);
    return {
      statement: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        simple,
        fc.constantFrom('pass', 'return', 'break', 'load("m", "a", q="b")', '# comment', '', 'a = 1; b = 2'),
        fc.tuple(name(), simple).map(([target, value]) => `${target} = ${value}`),
        fc.tuple(name(), simple).map(([target, value]) => `${target}[0] += ${value} # why`),
        fc.tuple(simple, body, body).map(([test, yes, no]) => `if ${test}:\n${yes}\n  pass\nelse:\n${no}\n  pass`),
        fc.tuple(simple, body).map(([from, inner]) => `for a, (b, c) in ${from}:\n${inner}\n  pass`),
        fc.tuple(name(), body).map(([called, inner]) => `def ${called}(a, b=1, *, c, **d):\n${inner}\n  pass`),
      ),
    };
  }).statement;
};

/** A text that the parser takes. */
export const anyProgram = (): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(statement(), { maxLength: 6 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => lines.join('\n').replaceAll('\n', end));

/** Anything: noise, pieces of the language, and programs with a stretch replaced. */
export const anyText = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.array(fc.nat({ max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(' ')),
    fc
      .tuple(anyProgram(), fc.nat(), fc.nat({ max: 8 }), fc.constantFrom('', ...PIECES))
      .map(([source, at, length, piece]) => {
        const from = source.length === 0 ? 0 : at % source.length;
        return source.slice(0, from) + piece + source.slice(from + length);
      }),
  );
