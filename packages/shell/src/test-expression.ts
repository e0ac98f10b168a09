// `[[ … ]]` and `[ … ]`: tests read about files, and some of their operators evaluate text as arithmetic, which can run
// commands (`[[ 'a[$(x)]' -eq 0 ]]`).
import type { TestExpression, Word } from 'unbash';
import { addPath } from './paths.ts';
import { addUnknown, type Run, type Span } from './run.ts';
import type { State } from './state.ts';
import { type Field, valueFor } from './word.ts';

const FILE_TESTS = new Set([
  '-a',
  '-b',
  '-c',
  '-d',
  '-e',
  '-f',
  '-g',
  '-h',
  '-k',
  '-p',
  '-r',
  '-s',
  '-u',
  '-w',
  '-x',
  '-G',
  '-L',
  '-N',
  '-O',
  '-S',
]);
const TEXT_TESTS = new Set(['-n', '-z', '-t', '-o']);
const TEXT_COMPARISONS = new Set(['=', '==', '!=', '<', '>', '=~']);
const NUMBER_COMPARISONS = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);
const FILE_COMPARISONS = new Set(['-nt', '-ot', '-ef']);

export function walkTest(run: Run, expression: TestExpression, state: State): void {
  const { pos, end } = expression;
  switch (expression.type) {
    case 'TestUnary':
      unary(run, expression.operator, operand(run, expression.operand, state), state, [pos, end]);
      return;
    case 'TestBinary':
      binary(
        run,
        expression.operator,
        [expression.left, expression.right].map((word) => operand(run, word, state)),
        state,
        [pos, end],
      );
      return;
    case 'TestLogical':
      for (const inner of expression.operands) walkTest(run, inner, state);
      return;
    case 'TestNot':
      walkTest(run, expression.operand, state);
      return;
    case 'TestGroup':
      walkTest(run, expression.expression, state);
  }
}

const operand = (run: Run, word: Word, state: State): Field => valueFor(run, word, state);

function unary(run: Run, operator: string, value: Field, state: State, span: Span): void {
  if (FILE_TESTS.has(operator)) addPath(run, 'read', value, state);
  else if (!TEXT_TESTS.has(operator)) addUnknown(run, operator, span, 'a test that can run commands');
}

function binary(run: Run, operator: string, values: readonly Field[], state: State, span: Span): void {
  if (TEXT_COMPARISONS.has(operator)) return;
  if (FILE_COMPARISONS.has(operator)) for (const value of values) addPath(run, 'read', value, state);
  else if (!NUMBER_COMPARISONS.has(operator) || !values.every(isNumber))
    addUnknown(run, operator, span, 'a comparison that can run commands');
}

const isNumber = (value: Field): boolean => value.kind === 'text' && /^\s*-?\d+\s*$/.test(value.text);

/** The arguments of `test` and `[`, told apart by their number as the shell does it. */
export function walkTestArguments(run: Run, words: readonly Field[], state: State, span: Span): void {
  const isNot = (word: Field | undefined): boolean => word?.kind === 'text' && word.text === '!';
  const rest = isNot(words[0]) && words.length > 1 ? words.slice(1) : words;
  // A value that is not quoted may become any operator, and so may a pattern.
  const loose = rest.find((word) => word.kind === 'glob' || (word.kind === 'unknown' && word.single !== true));
  if (loose !== undefined) {
    addUnknown(run, '', loose.span, 'a word that can become any test');
    return;
  }
  const [first, second, third, fourth] = rest;
  if (first === undefined || second === undefined) return;
  if (fourth !== undefined) {
    walkJoined(run, rest, state, span);
    return;
  }
  const operator = third === undefined ? first : second;
  if (operator.kind !== 'text') addUnknown(run, '', operator.span, 'an operator that is not known');
  else if (third === undefined) unary(run, operator.text, second, state, span);
  else binary(run, operator.text, [first, third], state, span);
}

/** `a -a b -o c`: only when every word is known can the parts be told apart. */
function walkJoined(run: Run, words: readonly Field[], state: State, span: Span): void {
  const texts = words.map((word) => (word.kind === 'text' ? word.text : undefined));
  if (texts.includes(undefined) || texts.some((text) => text === '(' || text === ')')) {
    addUnknown(run, '', span, 'a test of several parts that cannot be told apart');
    return;
  }
  let part: Field[] = [];
  for (const [index, word] of [...words, undefined].entries()) {
    const joins = word === undefined || ((texts[index] === '-a' || texts[index] === '-o') && part.length > 1);
    if (!joins) {
      part.push(word);
      continue;
    }
    if (part.length > 4) addUnknown(run, '', span, 'a test that could not be read');
    else if (part.length === 4 && texts[index - 4] !== '!') addUnknown(run, '', span, 'a test that could not be read');
    else walkTestArguments(run, part, state, span);
    part = [];
  }
}
