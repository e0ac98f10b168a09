// `[[ … ]]` and `[ … ]`: tests read about files, and some of their operators evaluate text as arithmetic, which can run
// commands (`[[ 'a[$(x)]' -eq 0 ]]`).

import type { TestExpression, Word } from 'unbash';
import { isWhole } from './arithmetic.ts';
import { addAnyNames } from './commands/add.ts';
import { addPath } from './paths.ts';
import { addUnknown, type Run } from './run.ts';
import type { Span } from './span.ts';
import type { State } from './state.ts';
import { isName } from './variables.ts';
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

/** What a test comes to, where that can be told: undefined where it cannot. */
export type Outcome = boolean | undefined;

export function walkTest(run: Run, expression: TestExpression, state: State): Outcome {
  const { pos, end } = expression;
  switch (expression.type) {
    case 'TestUnary':
      return unary(run, expression.operator, valueFor(run, expression.operand, state), state, [pos, end]);
    case 'TestBinary': {
      const { left, right, operator } = expression;
      const values = [valueFor(run, left, state), valueFor(run, right, state)];
      const outcome = binary(run, operator, values, state, [pos, end]);
      // What stands on the right is a pattern, unless it is quoted or has nothing of one.
      return isLiteral(right) || NUMBER_COMPARISONS.has(operator) ? outcome : undefined;
    }
    case 'TestLogical': {
      const outcomes = expression.operands.map((inner) => walkTest(run, inner, state));
      const decisive = expression.operator === '||';
      if (outcomes.includes(decisive)) return decisive;
      return outcomes.includes(undefined) ? undefined : !decisive;
    }
    case 'TestNot':
      return not(walkTest(run, expression.operand, state));
    case 'TestGroup':
      return walkTest(run, expression.expression, state);
  }
}

const not = (outcome: Outcome): Outcome => (outcome === undefined ? undefined : !outcome);

const isLiteral = (word: Word): boolean =>
  word.parts === undefined ? /^[\w./:@%,+-]*$/.test(word.text) : word.parts.every(({ type }) => /Quoted$/.test(type));

function unary(run: Run, operator: string, value: Field, state: State, span: Span): Outcome {
  if (FILE_TESTS.has(operator)) addTested(run, value, state);
  else if (operator === '-v' && value.kind === 'text' && isName(value.text)) return undefined;
  else if (!TEXT_TESTS.has(operator)) addUnknown(run, operator, span, 'a test that can run commands');
  else if (value.kind === 'text' && operator === '-n') return value.text !== '';
  else if (value.kind === 'text' && operator === '-z') return value.text === '';
  return undefined;
}

function binary(run: Run, operator: string, values: readonly Field[], state: State, span: Span): Outcome {
  const [left, right] = values;
  if (TEXT_COMPARISONS.has(operator)) {
    if (left?.kind !== 'text' || right?.kind !== 'text') return undefined;
    return operator === '=' || operator === '=='
      ? left.text === right.text
      : operator === '!='
        ? left.text !== right.text
        : undefined;
  }
  if (FILE_COMPARISONS.has(operator)) for (const value of values) addTested(run, value, state);
  else if (!NUMBER_COMPARISONS.has(operator) || !values.every(isNumber))
    addUnknown(run, operator, span, 'a comparison that can run commands');
  else if (left?.kind === 'text' && right?.kind === 'text' && isWhole(left.text) && isWhole(right.text))
    return compare(operator, Number(left.text), Number(right.text));
  return undefined;
}

/** Whether a file is there, its kind, its size, its age: of one nobody knows, no more than `find /` shows. */
function addTested(run: Run, value: Field, state: State): void {
  if (value.kind === 'unknown') addAnyNames(run, state, value);
  else addPath(run, 'read', value, state, { resource: 'names' });
}

function compare(operator: string, left: number, right: number): Outcome {
  switch (operator) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    case '-ge':
      return left >= right;
    default:
      return undefined;
  }
}

const isNumber = (value: Field): boolean =>
  value.kind === 'text' ? /^\s*-?\d+\s*$/.test(value.text) : value.kind === 'unknown' && value.number === true;

/** The arguments of `test` and `[`, told apart by their number as the shell does it. */
export function walkTestArguments(run: Run, words: readonly Field[], state: State, span: Span): Outcome {
  const isNot = (word: Field | undefined): boolean => word?.kind === 'text' && word.text === '!';
  const negated = isNot(words[0]) && words.length > 1;
  const rest = negated ? words.slice(1) : words;
  // A value that is not quoted may become any operator, and so may a pattern.
  const loose = rest.find((word) => word.kind === 'glob' || (word.kind === 'unknown' && word.single !== true));
  if (loose !== undefined) {
    addUnknown(run, '', loose.span, 'a word that can become any test');
    return undefined;
  }
  const [first, second, third, fourth] = rest;
  if (first === undefined) return negated;
  if (second === undefined) return first.kind === 'text' ? (first.text !== '') !== negated : undefined;
  if (fourth !== undefined) {
    walkJoined(run, rest, state, span);
    return undefined;
  }
  const operator = third === undefined ? first : second;
  if (operator.kind !== 'text') {
    addUnknown(run, '', operator.span, 'an operator that is not known');
    return undefined;
  }
  const outcome =
    third === undefined
      ? unary(run, operator.text, second, state, span)
      : // zsh takes `==` for the path of a command called `=`.
        binary(run, operator.text, [first, third], state, span);
  // With a `!` in front, shells differ in what the rest is.
  return negated || operator.text === '==' ? undefined : outcome;
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
