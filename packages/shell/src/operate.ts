// `${x%.*}`, `${x/a/b}`, `${x:1:2}` and their kin on a value that is known. Only what every shell makes the same of; a shell
// that does not know the spelling stops, which runs less.
import type { ParameterOperation } from 'unbash';
import { isCostly, patternToRegExp } from './glob.ts';

/** A word of the operation, as text: undefined where it is not known. `pattern`: its stars are no longer literal. */
export interface Operand {
  readonly text: string;
  readonly pattern: boolean;
}
type Reader = (word: { readonly text: string }) => Operand | undefined;

const MAX_VALUE = 10_000;

/** undefined: not known. */
export function operate(operation: ParameterOperation, value: string, read: Reader): string | undefined {
  // Lengths and positions count characters in one shell and bytes in another, by the locale.
  if (value.length > MAX_VALUE || !/^[\x00-\x7f]*$/.test(value)) return undefined;
  switch (operation.type) {
    case 'Remove': {
      const operand = read(operation.operand);
      return operand === undefined ? undefined : remove(value, operation.operator, operand);
    }
    case 'Replace': {
      const [pattern, replacement] = [read(operation.pattern), read(operation.replacement)];
      return pattern === undefined || replacement === undefined
        ? undefined
        : replace(value, operation.operator, pattern, replacement);
    }
    case 'CaseModification':
      if (operation.operand !== undefined) return undefined;
      return changeCase(value, operation.operator);
    case 'Slice': {
      const offset = whole(read(operation.offset));
      const length = operation.length === undefined ? value.length : whole(read(operation.length));
      if (offset === undefined || length === undefined) return undefined;
      return value.slice(offset, offset + length);
    }
    case 'Default':
    case 'Names':
    case 'Transform':
    case 'Unknown':
      return undefined;
  }
}

const whole = (operand: Operand | undefined): number | undefined =>
  operand !== undefined && /^\s*\d{1,6}\s*$/.test(operand.text) ? Number(operand.text) : undefined;

function changeCase(value: string, operator: '^' | '^^' | ',' | ',,'): string {
  const [first, rest] = [value.slice(0, 1), value.slice(1)];
  switch (operator) {
    case '^^':
      return value.toUpperCase();
    case ',,':
      return value.toLowerCase();
    case '^':
      return first.toUpperCase() + rest;
    case ',':
      return first.toLowerCase() + rest;
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function expression({ text, pattern }: Operand, anchors: { start: boolean; end: boolean }): RegExp | undefined {
  if (!pattern) return new RegExp(`${anchors.start ? '^' : ''}${escaped(text)}${anchors.end ? '$' : ''}`, 'u');
  return isCostly(text) ? undefined : patternToRegExp(text, anchors);
}

/** Tried from every place, because which match is the shortest one is not what expressions look for. */
function remove(value: string, operator: '#' | '##' | '%' | '%%', operand: Operand): string | undefined {
  const matches = expression(operand, { start: true, end: true });
  if (matches === undefined || value.length > 200) return undefined;
  const places = [...Array(value.length + 1).keys()];
  const front = operator.startsWith('#');
  // `#` and `%%` look from the front, `##` and `%` from the end.
  const order = operator === '#' || operator === '%%' ? places : places.reverse();
  for (const at of order)
    if (matches.test(front ? value.slice(0, at) : value.slice(at))) return front ? value.slice(at) : value.slice(0, at);
  return value;
}

function replace(value: string, operator: '/' | '//' | '/#' | '/%', pattern: Operand, by: Operand): string | undefined {
  // `&` stands for what was matched in some shells and for itself in others.
  if (by.pattern || /[&\\]/.test(by.text) || pattern.pattern) return undefined;
  const { text } = pattern;
  if (text === '') return operator === '//' || operator === '/' ? value : undefined;
  switch (operator) {
    case '/':
      return value.replace(text, () => by.text);
    case '//':
      return value.replaceAll(text, () => by.text);
    case '/#':
      return value.startsWith(text) ? by.text + value.slice(text.length) : value;
    case '/%':
      return value.endsWith(text) ? value.slice(0, -text.length) + by.text : value;
  }
}
