// What holds for every text: it is parsed or refused, in bounded time and stack, and every node and fault is at a place of it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveFile } from '../src/resolve/resolve.ts';
import { STANDARD } from '../src/syntax/dialect.ts';
import { parseExpression, parseFile } from '../src/syntax/parse.ts';
import { Positions } from '../src/syntax/positions.ts';
import { type SyntaxNode, walk } from '../src/syntax/walk.ts';
import { anyProgram, anyText } from './support/texts.ts';

const OPTIONS = {
  dialect: { ...STANDARD, topLevelControl: true, globalReassign: true },
  isPredeclared: () => true,
  isUniversal: () => false,
};

test('any text is a program or a fault', () => {
  fc.assert(
    fc.property(anyText(), (source) => {
      const result = parseFile('f.star', source);
      if (result.ok) return;
      expect(result.errors).toHaveLength(1);
      const [error] = result.errors;
      expect(error?.message).not.toBe('');
      const { line = 0, column = 0 } = error?.at ?? {};
      const lines = source.split(/\r\n?|\n/);
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual([...(lines[line - 1] ?? '')].length + 1);
    }),
    { numRuns: 1000 },
  );
});

test('any text is an expression or a fault', () => {
  fc.assert(fc.property(anyText(), (source) => typeof parseExpression('f.star', source).ok === 'boolean'));
});

test('what is parsed is resolved or refused, and every name has a place then', () => {
  fc.assert(
    fc.property(anyText(), (source) => {
      const result = parseFile('f.star', source);
      if (!result.ok || !resolveFile(result.file, OPTIONS).ok) return;
      const lost: SyntaxNode[] = [];
      walk(result.file, (node) => {
        const place = node.kind === 'name' ? node.binding : placeOf(node);
        if (place === undefined) lost.push(node);
        return true;
      });
      expect(lost).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

/** Of a function its scope; of all else anything. */
function placeOf(node: SyntaxNode): unknown {
  return node.kind === 'def' || node.kind === 'lambda' ? node.function.scope : node;
}

/** Where a node says that it is, all of it. */
function placesOf(node: SyntaxNode): readonly number[] {
  return Object.entries(node).flatMap(([key, value]) => (/^at$|At$/.test(key) && value !== -1 ? [Number(value)] : []));
}

test('a program of the grammar is parsed, and every node begins in it', () => {
  fc.assert(
    fc.property(anyProgram(), (source) => {
      const result = parseFile('f.star', source);
      expect(result).toMatchObject({ ok: true });
      if (!result.ok) return;
      const lost: SyntaxNode[] = [];
      walk(result.file, (node) => {
        const isPlaced = placesOf(node).every((at) => at >= 0 && at < source.length && /\S/.test(source.charAt(at)));
        if (!isPlaced || (node.kind === 'name' && !source.startsWith(node.name, node.at))) lost.push(node);
        return true;
      });
      expect(lost).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a program means the same with other line ends, blank lines and comments', () => {
  fc.assert(
    fc.property(anyProgram(), (source) => {
      const shape = (text: string): string => {
        const result = parseFile('f.star', text);
        return JSON.stringify(result.ok ? result.file.statements : result.errors, (key, value) =>
          /^at$|At$/.test(key) ? undefined : value,
        );
      };
      const plain = source.replaceAll('\r\n', '\n');
      fc.pre(!plain.includes("'''"));
      expect(shape(plain.replaceAll('\n', '\r\n'))).toBe(shape(plain));
      expect(shape(plain.replaceAll('\n', '\r'))).toBe(shape(plain));
      expect(shape(plain.replaceAll('\n', '\n\n \t# more\n'))).toBe(shape(plain));
    }),
  );
});

test('a position is what counting says', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', '\r', '\r\n', '\u{1f600}', '\t')), fc.nat(), (parts, n) => {
      const source = parts.join('');
      const at = parts.slice(0, n % (parts.length + 1)).join('').length;
      // An offset between the two characters of one line end is no place of a program.
      fc.pre(!(source.charAt(at - 1) === '\r' && source.charAt(at) === '\n'));
      const before = source.slice(0, at).split(/\r\n?|\n/);
      expect(new Positions('f', source).at(at)).toEqual({
        file: 'f',
        line: before.length,
        column: [...(before.at(-1) ?? '')].length + 1,
      });
    }),
  );
});
