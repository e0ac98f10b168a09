// Arithmetic looks harmless and is not: the value of a variable is evaluated again, and `a[$(command)]` runs the command.
// INVARIANT: a calculation passes only when every name in it has a known whole number as its value.
import type { ArithmeticExpression, WordPart } from 'unbash';
import type { State } from './state.ts';

const NUMBER = /^(?:\d+|0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z]+)$/;
const NAME = /^[A-Za-z_]\w*$/;

const isNumber = (value: string | undefined): boolean => value !== undefined && /^\s*-?\d+\s*$/.test(value);

/** Whether it only calculates. Commands inside are visited whatever the answer. */
export function checkArithmetic(
  expression: ArithmeticExpression,
  state: State,
  visit: (part: WordPart) => void,
): boolean {
  const check = (inner: ArithmeticExpression): boolean => checkArithmetic(inner, state, visit);
  switch (expression.type) {
    case 'ArithmeticBinary': {
      const left = check(expression.left);
      const right = check(expression.right);
      // An assignment changes a variable, which the state does not follow.
      return left && right && !/^(?:[-+*/%&|^]|<<|>>)?=$/.test(expression.operator);
    }
    case 'ArithmeticUnary':
      return check(expression.operand) && expression.operator !== '++' && expression.operator !== '--';
    case 'ArithmeticTernary': {
      const parts = [check(expression.test), check(expression.consequent), check(expression.alternate)];
      return parts.every(Boolean);
    }
    case 'ArithmeticGroup':
      return check(expression.expression);
    case 'ArithmeticWord':
      return checkWord(expression.value, expression.parts, state, visit);
    case 'ArithmeticCommandExpansion': {
      const { pos, end, text, script } = expression;
      visit({ type: 'CommandExpansion', pos, end, text, script });
      // Its output is evaluated as an expression again.
      return false;
    }
  }
}

function checkWord(
  value: string,
  parts: readonly WordPart[] | undefined,
  state: State,
  visit: (part: WordPart) => void,
): boolean {
  if (parts !== undefined) {
    for (const part of parts) visit(part);
    const [only, ...rest] = parts;
    return rest.length === 0 && only?.type === 'SimpleExpansion' && isNumber(state.vars.get(only.text.slice(1)));
  }
  return NUMBER.test(value) || (NAME.test(value) && isNumber(state.vars.get(value)));
}
