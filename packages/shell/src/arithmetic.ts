// Arithmetic looks harmless and is not: the value of a variable is evaluated again, and `a[$(command)]` runs the command.
// INVARIANT: a calculation passes only when every name in it is certain to hold a whole number.
import type { ArithmeticExpression, WordPart } from 'unbash';

/** What a calculation may ask of the shell. */
export interface Numbers {
  /** The text of a part, where it is known. Commands inside are visited whatever comes of it. */
  readonly textOf: (part: WordPart) => string | undefined;
  readonly valueOf: (name: string) => string | undefined;
  /** Its value is a whole number, nobody knows which. */
  readonly isNumber: (name: string) => boolean;
  /** `null`: some whole number. False: the name must not be set. */
  readonly assign: (name: string, value: string | null | undefined) => boolean;
}

export interface Calculated {
  /** It only calculates. */
  readonly harmless: boolean;
  readonly value: number | undefined;
}

const NAME = /^[A-Za-z_]\w*$/;
/** A leading zero is octal in one shell and not in another. */
const PLAIN = /^\s*-?(?:0|[1-9]\d{0,14})\s*$/;
const NUMBER = /^(?:\d+|0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z]+)$/;
const HARM: Calculated = { harmless: false, value: undefined };
const some = (harmless: boolean): Calculated => ({ harmless, value: undefined });

export const isWhole = (text: string | undefined): boolean => text !== undefined && PLAIN.test(text);

export function calculate(expression: ArithmeticExpression, numbers: Numbers, perhaps = false): Calculated {
  const inner = (each: ArithmeticExpression, unsure = perhaps): Calculated => calculate(each, numbers, unsure);
  switch (expression.type) {
    case 'ArithmeticBinary': {
      const { operator } = expression;
      if (ASSIGNING.test(operator))
        return assigned(expression.left, operator, inner(expression.right), numbers, perhaps);
      const left = inner(expression.left);
      const right = inner(expression.right, perhaps || operator === '&&' || operator === '||');
      if (!left.harmless || !right.harmless) return HARM;
      return { harmless: true, value: binary(operator, left.value, right.value) };
    }
    case 'ArithmeticUnary': {
      const { operator, operand, prefix } = expression;
      if (operator === '++' || operator === '--') {
        const before = inner(operand);
        const value = before.value === undefined ? undefined : before.value + (operator === '++' ? 1 : -1);
        if (!before.harmless || !set(operand, value, numbers, perhaps)) return HARM;
        return { harmless: true, value: prefix ? value : before.value };
      }
      const { harmless, value } = inner(operand);
      if (!harmless || value === undefined) return some(harmless);
      return {
        harmless,
        value:
          operator === '-' ? -value : operator === '!' ? Number(value === 0) : operator === '+' ? value : undefined,
      };
    }
    case 'ArithmeticTernary': {
      const parts = [inner(expression.test), inner(expression.consequent, true), inner(expression.alternate, true)];
      const [test, yes, no] = parts;
      if (!parts.every(({ harmless }) => harmless)) return HARM;
      return { harmless: true, value: test?.value === undefined ? undefined : (test.value === 0 ? no : yes)?.value };
    }
    case 'ArithmeticGroup':
      return inner(expression.expression);
    case 'ArithmeticWord':
      return word(expression.value, expression.parts, numbers);
    case 'ArithmeticCommandExpansion': {
      const { pos, end, text, script } = expression;
      return ofText(numbers.textOf({ type: 'CommandExpansion', pos, end, text, script }));
    }
  }
}

const ASSIGNING = /^(?:[-+*/%&|^]|<<|>>|\*\*)?=$/;

/** Text that is a number; any other text is evaluated as an expression again. */
const ofText = (text: string | undefined): Calculated =>
  text !== undefined && isWhole(text) ? { harmless: true, value: Number(text) } : HARM;

function word(value: string, parts: readonly WordPart[] | undefined, numbers: Numbers): Calculated {
  if (parts !== undefined) {
    const [only, ...rest] = parts;
    if (rest.length === 0 && only?.type === 'SimpleExpansion' && numbers.isNumber(only.text.slice(1)))
      return some(true);
    let text: string | undefined = '';
    for (const part of parts) {
      const each = numbers.textOf(part);
      text = text === undefined || each === undefined ? undefined : text + each;
    }
    // `2-$x` with a negative x is `2--1`, which is something else.
    return text?.includes('-') === true && isWhole(text) ? some(true) : ofText(text);
  }
  if (isWhole(value)) return { harmless: true, value: Number(value) };
  if (NUMBER.test(value)) return some(true);
  if (!NAME.test(value)) return HARM;
  const known = numbers.valueOf(value);
  if (known === undefined) return some(numbers.isNumber(value));
  return ofText(known);
}

function set(target: ArithmeticExpression, value: number | undefined, numbers: Numbers, perhaps: boolean): boolean {
  if (target.type !== 'ArithmeticWord' || target.parts !== undefined || !NAME.test(target.value)) return false;
  const whole = value !== undefined && isWhole(String(value)) ? String(value) : null;
  if (!perhaps) return numbers.assign(target.value, whole);
  const before = numbers.isNumber(target.value) || isWhole(numbers.valueOf(target.value));
  return numbers.assign(target.value, before ? null : undefined);
}

function assigned(
  target: ArithmeticExpression,
  operator: string,
  right: Calculated,
  numbers: Numbers,
  perhaps: boolean,
): Calculated {
  const before = operator === '=' ? some(true) : calculate(target, numbers, perhaps);
  const value = operator === '=' ? right.value : binary(operator.slice(0, -1), before.value, right.value);
  const fine = set(target, value, numbers, perhaps);
  return before.harmless && right.harmless && fine ? { harmless: true, value } : HARM;
}

function binary(operator: string, left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  const value = compute(operator, left, right);
  return value === undefined || !Number.isSafeInteger(value) ? undefined : value === 0 ? 0 : value;
}

function compute(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : Math.trunc(left / right);
    case '%':
      return right === 0 ? undefined : left % right;
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '<':
      return Number(left < right);
    case '<=':
      return Number(left <= right);
    case '>':
      return Number(left > right);
    case '>=':
      return Number(left >= right);
    case '&&':
      return Number(left !== 0 && right !== 0);
    case '||':
      return Number(left !== 0 || right !== 0);
    case ',':
      return right;
    default:
      return undefined;
  }
}
