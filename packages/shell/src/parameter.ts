// `${…}`: what stands between the braces, on a value that is known. Everything an operand would run is visited first.
import type { ParameterExpansionPart, Word } from 'unbash';
import { cannot, DIFFERS, literal, type Piece } from './chunks.ts';
import { type Field, spanOf } from './field.ts';
import { allParams, element, elements, lookup } from './lookup.ts';
import { type Operand, operate } from './operate.ts';
import { addUnknown, type Run } from './run.ts';
import type { State } from './state.ts';
import { isName } from './variables.ts';

/** What this needs of words, which hold it. */
export interface Words {
  readonly fieldsOf: (run: Run, word: Word, state: State) => readonly Field[];
  readonly valueFor: (run: Run, word: Word, state: State) => Field;
  readonly variable: (run: Run, name: string, text: string, state: State, quoted: boolean) => Piece;
  readonly list: (
    run: Run,
    values: readonly string[],
    sign: string,
    state: State,
    quoted: boolean,
    text: string,
  ) => Piece;
  readonly given: (run: Run, value: string, state: State, quoted: boolean, text: string) => Piece;
}

export function parameter(words: Words, run: Run, part: ParameterExpansionPart, state: State, quoted: boolean): Piece {
  const { operation, index, prefix, parameter: name, text } = part;
  const { valueFor, variable, list, given } = words;
  const span = spanOf(part);
  const unknown = cannot(`the value of \`${text}\``);
  const hazard = (why: string): Piece => {
    addUnknown(run, text, span, why);
    return cannot(why);
  };
  let key: string | undefined;
  if (index !== undefined) {
    const at = valueFor(run, index, state);
    key = at.kind === 'text' ? at.text : /^[@*]$/.test(index.text) ? index.text : undefined;
    const keyed = state.arrays?.get(name)?.keyed === true;
    if (key === undefined || !(keyed ? /^[\w@*.-]+$/ : /^(?:\d+|[@*])$/).test(key))
      return hazard('an index can run commands');
  }
  const all =
    key === '@' || key === '*' ? elements(name, state) : name === '@' || name === '*' ? allParams(state) : undefined;
  const many = key === '@' || key === '*' || name === '@' || name === '*';
  const own = many
    ? undefined
    : key === undefined
      ? state.arrays?.has(name) === true
        ? undefined
        : lookup(run, name, state)
      : element(run, name, key, state);
  if (prefix === '!') {
    if (operation !== undefined || index !== undefined || own === undefined || !isName(own)) {
      if (operation !== undefined) visitOperation(words, run, operation, state);
      return hazard('a variable that names another');
    }
    return onlyBash(run) ?? variable(run, own, text, state, quoted);
  }
  if (prefix === '#') {
    if (operation !== undefined) return hazard('an expansion that could not be read');
    if (many) return all === undefined ? unknown : given(run, String(all.length), state, quoted, text);
    return own !== undefined && /^[\x00-\x7f]*$/.test(own)
      ? given(run, String(own.length), state, quoted, text)
      : unknown;
  }
  if (operation === undefined) {
    if (many) return all === undefined ? unknown : list(run, all, key ?? name, state, quoted, text);
    if (key === undefined) return variable(run, name, text, state, quoted);
    return own === undefined ? unknown : given(run, own, state, quoted, text);
  }
  const { differs } = run;
  const danger = visitOperation(words, run, operation, state);
  run.differs = differs;
  if (danger !== undefined) return hazard(danger);
  if (many) return unknown;
  // `${x?}` is `$x`, or the end of it all.
  if (own === undefined)
    return operation.type === 'Default' && operation.operator.endsWith('?')
      ? variable(run, name, text, state, quoted)
      : unknown;
  if (operation.type === 'Default') {
    const { operator, operand } = operation;
    const set = !operator.startsWith(':') || own !== '';
    const plus = operator.endsWith('+');
    if (plus && !set) return literal('', quoted);
    if (!plus && set) return given(run, own, state, quoted, text);
    if (operator.endsWith('?')) return unknown;
    const value = valueFor(run, operand, state);
    // Quotes inside keep together what a value that is not quoted would not.
    if (value.kind !== 'text' || (quoted ? /['"\\~]/ : /[\s'"\\*?[]/).test(operand.text)) return unknown;
    return given(run, value.text, state, quoted, text);
  }
  if (operation.type === 'CaseModification' && onlyBash(run) !== undefined) return unknown;
  const value = operate(operation, own, (word) => operandOf(words, run, word as Word, state));
  return value === undefined ? unknown : given(run, value, state, quoted, text);
}

/** zsh does not know the spelling: it stops, but inside `$(…)` only there, and what is around it goes on without the value. */
function onlyBash(run: Run): Piece | undefined {
  run.differs = true;
  return run.reading === 'zsh' ? cannot(DIFFERS) : undefined;
}

/** A pattern inside an expansion: quotes take its meaning away, so only one without quotes has any. */
function operandOf(words: Words, run: Run, word: Word, state: State): Operand | undefined {
  const pattern = word.parts?.some((part) => part.type === 'Glob' || part.type === 'ExtendedGlob') === true;
  if (pattern) return /^[\w./:@,=+%*? -]*$/.test(word.text) ? { text: word.text, pattern } : undefined;
  const value = words.valueFor(run, word, state);
  if (value.kind !== 'text' || word.text.startsWith('~')) return undefined;
  const quoted = word.parts?.every((part) => part.type === 'SingleQuoted' || part.type === 'DoubleQuoted') === true;
  return quoted || !/[*?[\\()|]/.test(value.text) ? { text: value.text, pattern } : undefined;
}

/** What an operation would run. Text: why nothing can be told of it. */
function visitOperation(
  { fieldsOf, valueFor }: Words,
  run: Run,
  operation: NonNullable<ParameterExpansionPart['operation']>,
  state: State,
): string | undefined {
  switch (operation.type) {
    case 'Default':
      fieldsOf(run, operation.operand, state);
      // Whatever the name: `CDPATH` moves the next `cd`, and what one variable does nobody can list for all programs.
      return operation.operator.endsWith('=') ? 'an assignment inside a word' : undefined;
    case 'Remove':
      fieldsOf(run, operation.operand, state);
      return undefined;
    case 'Replace':
      fieldsOf(run, operation.pattern, state);
      fieldsOf(run, operation.replacement, state);
      return undefined;
    case 'CaseModification':
      if (operation.operand !== undefined) fieldsOf(run, operation.operand, state);
      return undefined;
    case 'Slice': {
      const bounds = [operation.offset, ...(operation.length === undefined ? [] : [operation.length])];
      const known = bounds.map((word) => valueFor(run, word, state));
      const plainNumbers = known.every((each) => each.kind === 'text' && /^\s*-?\d*\s*$/.test(each.text));
      return plainNumbers ? undefined : 'a calculated slice';
    }
    case 'Names':
      return undefined;
    case 'Transform':
      fieldsOf(run, operation.operand, state);
      return 'a transformation that can run commands';
    case 'Unknown':
      return 'an expansion that could not be read';
  }
}
