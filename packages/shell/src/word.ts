// Words: from what stands in the command to what the shell would pass on. A word is certain only when it is made of
// literals, quotes and values that are known; whatever a word would run on the way is analysed too.
import type { ArithmeticExpression, DoubleQuotedPart, ParsedScript, Word, WordPart } from 'unbash';
import { ansiText } from './ansi-string.ts';
import { type Calculated, calculate } from './arithmetic.ts';
import { expandBraces } from './braces.ts';
import { apart, cannot, chunk, DIFFERS, type Draft, joined, literal, type Piece, spread, wordsOf } from './chunks.ts';
import { spanOf, type Field as WordField } from './field.ts';
import { expandPattern } from './glob.ts';
import { allParams, elements, isInherited, isOrdinary, isSomeNumber, lookup } from './lookup.ts';
import { outputOf } from './outputs.ts';
import { parameter, type Words } from './parameter.ts';
import { addNotWhole, addUnknown, type Run, step } from './run.ts';
import type { Span } from './span.ts';
import { type State, withVar } from './state.ts';
import { tilde } from './tilde.ts';
import { loosely, namesPrinted } from './told-names.ts';
import { untold, untoldPiece } from './untold.ts';
import { isDangerous } from './variables.ts';

/** A word as handlers get it. */
export type Field = WordField;

const MAX_FIELDS = 512;
/** Longer words that are not only letters are not looked through. */
const MAX_PLAIN = 2000;
/** Looking for names costs more than looking at a word. */
const GLOB_COST = 25;

/** The fields one word becomes: usually one, none for an empty unquoted expansion, several for braces and lists. */
export function fieldsOf(run: Run, word: Word, state: State): readonly Field[] {
  const span = spanOf(word);
  if (!step(run, span)) return [{ kind: 'unknown', note: 'more than could be looked at', span }];
  // What its substitutions run is told whatever becomes of the word.
  const drafts = combine(run, word, state, true);
  if (/^=[^=]/.test(word.text))
    return [{ kind: 'unknown', note: 'some shells expand a word that begins with `=`', span }];
  const fields: Field[] = [];
  for (const draft of drafts) {
    if (draft.unknown !== undefined) fields.push(untoldPiece(draft, word, span));
    else for (const each of wordsOf(draft.chunks)) fields.push(...asFields(run, each, span, state));
    if (fields.length > MAX_FIELDS) {
      addNotWhole(run, span);
      return [untold('too many words', span, false)];
    }
  }
  if (fields.length > 8) step(run, span, fields.length / 4);
  return fields;
}

function asFields(run: Run, draft: Draft, span: Span, state: State): readonly Field[] {
  if (draft.odd) return [untold('a stream that is not known', span, false)];
  if (!draft.glob) return [textField(draft, span)];
  const words = draft.exact && step(run, span, GLOB_COST) ? expandPattern(run, draft.text, state) : undefined;
  // What matches nothing is passed on as it stands, or the command is not run at all.
  if (words !== undefined && words.length <= MAX_FIELDS)
    return (words.length === 0 ? [draft.text] : words).map((text) => ({ kind: 'text', text, span }));
  const before = draft.text.slice(0, draft.text.search(/[*?[]/));
  return [{ kind: 'glob', folder: before.slice(0, before.lastIndexOf('/') + 1), text: draft.text, span }];
}

const textField = ({ text, contents }: Draft, span: Span): Field => ({
  kind: 'text',
  text,
  span,
  ...(contents === undefined ? {} : { contents }),
});

/** `a<(b)` is one word; a parser that sees two would take a name apart. */
export function checkApart(
  run: Run,
  before: { readonly end: number } | undefined,
  node: { readonly pos: number; readonly end: number },
): void {
  if (before?.end === node.pos) addUnknown(run, '', spanOf(node), 'words that could not be told apart');
}

/** One value, as in an assignment, a redirection or a here-string: nothing is split and no pattern is expanded. */
export function valueFor(run: Run, word: Word, state: State): Field {
  const span = spanOf(word);
  if (!step(run, span)) return untold('more than could be looked at', span, true);
  const outer = run.differs;
  run.differs = false;
  const [only, ...rest] = combine(run, word, state, false);
  const { differs } = run;
  run.differs = outer;
  if (differs) return untold(DIFFERS, span, true);
  if (only === undefined || rest.length > 0) return untold('several values', span, false);
  if (only.unknown !== undefined) {
    const { unknown, number, starts = '' } = only;
    return { ...untold(unknown, span, true, number), ...(starts === '' ? {} : { under: starts }) };
  }
  if (only.chunks.some((each) => each.fresh)) return untold('several values', span, true);
  const [draft = { text: '', glob: false, exact: true, contents: undefined, odd: false }] = wordsOf(only.chunks);
  if (draft.odd) return untold('a stream that is not known', span, true);
  return textField(draft, span);
}

function combine(run: Run, word: Word, state: State, split: boolean): readonly Piece[] {
  if (word.parts === undefined) return plain(run, word, split);
  let drafts: readonly Piece[] = [{ chunks: [] }];
  for (const alternatives of partPieces(run, word, word.parts, state, split)) {
    if (drafts.length * alternatives.length > MAX_FIELDS) {
      addNotWhole(run, spanOf(word));
      return [cannot('too many words')];
    }
    drafts = drafts.flatMap((left) => alternatives.map((right) => joined(left, right)));
  }
  return drafts;
}

/** A word the parser found nothing special in. Checked again here: a parser that missed something must not be believed. */
function plain(run: Run, word: Word, split: boolean): readonly Piece[] {
  if (/^[\w./:@%,+-]*$/.test(word.text)) return [literal(word.value)];
  if (word.text.length > MAX_PLAIN) return [cannot('a word that is too long')];
  // A `$` with nothing behind it is one.
  const bare = word.text.replace(/\\[\s\S]/g, '').replace(/\$$/, '');
  const special = /[$`'"*?()<>|;&]/.test(bare) || /\[.*\]|\{.*(?:,|\.\.).*\}/.test(bare);
  // `a}`, `]` and `{}` are ordinary characters where nothing opens or closes them; `[` alone is a command.
  if (special) return [cannot('a word that could not be read')];
  return [tilde(run, word.value, word.text, split, true)];
}

function partPieces(
  run: Run,
  word: Word,
  parts: readonly WordPart[],
  state: State,
  split: boolean,
): readonly (readonly Piece[])[] {
  const contiguous = parts.every((part, index) => part.pos === (index === 0 ? word.pos : parts[index - 1]?.end));
  if (!step(run, spanOf(word), parts.length)) return [[cannot('more than could be looked at')]];
  const complete = contiguous && parts.at(-1)?.end === word.end;
  const pieces = parts.map((part, index): readonly Piece[] => {
    const before = parts[index - 1];
    // Braces expand before variables and before `~`: `$x{a,b}` is `$xa $xb`, and `{a,}~` may begin with it.
    if (part.type === 'BraceExpansion' && before?.type === 'SimpleExpansion')
      return [cannot('braces behind a variable')];
    if (part.type === 'Literal' && part.text.includes('~') && before?.type === 'BraceExpansion')
      return [cannot('braces behind a variable')];
    if (isModified(before, part) || isBareStart(parts, index)) return [cannot(DIFFERS)];
    return pieceOf(run, part, state, split, index === 0);
  });
  return complete ? pieces : [...pieces, [cannot('a word that could not be read whole')]];
}

/** zsh looks for `~` and `=name` after values: with nothing in `$x`, `$x~` is home. */
const isBareStart = (parts: readonly WordPart[], index: number): boolean =>
  index > 0 &&
  parts[index]?.type === 'Literal' &&
  /^[~=]/.test(parts[index].text) &&
  parts.slice(0, index).every(({ type }) => type !== 'Literal' && type !== 'Glob' && type !== 'BraceExpansion');

/** zsh: `$x[1]` and `$x:h` are parts of the value; bash: the value with something behind it. */
const isModified = (before: WordPart | undefined, part: WordPart): boolean =>
  before?.type === 'SimpleExpansion' &&
  // `$#x` is a length there.
  (before.text === '$#' ||
    (part.type === 'Literal' && /^(?:\[|:[A-Za-z])/.test(part.text)) ||
    (part.type === 'Glob' && part.kind === 'bracket'));

function pieceOf(run: Run, part: WordPart, state: State, split: boolean, first: boolean): readonly Piece[] {
  switch (part.type) {
    case 'Literal':
      // `$=x`, `$~x` and `$^x` are values in zsh.
      if (/(?:^|[^\\])\$[=^~+#]/.test(part.text)) return [cannot(DIFFERS)];
      if (first) return [tilde(run, part.value, part.text, split, false)];
      return [/[:=]~/.test(part.text) ? cannot('a `~`') : literal(part.value)];
    case 'SingleQuoted':
      return [literal(part.value, true)];
    case 'AnsiCQuoted': {
      const text = ansiText(part.text);
      return [text === undefined ? cannot('a string with escaped bytes') : literal(text, true)];
    }
    case 'Glob':
      if (part.kind === 'bracket') visitParts(run, part.parts, state);
      return [split ? { chunks: [{ text: part.text, quoted: false, glob: true, fresh: false }] } : literal(part.text)];
    case 'DoubleQuoted':
      return [doubleQuoted(run, part.parts, state)];
    case 'LocaleString': {
      const text = doubleQuoted(run, part.parts, state);
      run.differs = true;
      return [run.reading === 'zsh' ? joined(literal('$', true), text) : text];
    }
    case 'BraceExpansion': {
      visitParts(run, part.parts ?? [], state);
      const words = split ? expandBraces(part.text) : undefined;
      return words === undefined ? [cannot('braces')] : words.map((text) => literal(text));
    }
    case 'ExtendedGlob':
      visitParts(run, part.parts ?? [], state);
      addUnknown(run, part.text, spanOf(part), 'an extended pattern, which some shells run code in');
      return [cannot('an extended pattern')];
    case 'ProcessSubstitution': {
      run.concurrent = true;
      run.drained ||= state.stdin?.kind === 'text';
      const beside: State = { ...state, stdin: { kind: 'unknown' } };
      const contents = visitScript(run, part.script, beside, part.text, spanOf(part));
      return [
        {
          chunks: [
            { ...chunk('/dev/fd/63', true), stream: true, contents: part.operator === '<' ? contents : undefined },
          ],
        },
      ];
    }
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
      return [expansion(run, part, state, !split)];
  }
}

function doubleQuoted(run: Run, parts: DoubleQuotedPart['parts'], state: State): Piece {
  let all: Piece = { chunks: parts.length === 0 ? [chunk('', true)] : [] };
  for (const [index, part] of parts.entries()) {
    const piece = isModified(parts[index - 1], part)
      ? cannot(DIFFERS)
      : part.type === 'Literal'
        ? /(?:^|[^\\])\$[=^~+#]/.test(part.text)
          ? cannot(DIFFERS)
          : literal(part.value, true)
        : expansion(run, part, state, true);
    all = joined(all, piece);
  }
  return all;
}

type Expansion = Extract<
  WordPart,
  { type: 'SimpleExpansion' | 'ParameterExpansion' | 'CommandExpansion' | 'ArithmeticExpansion' }
>;

function expansion(run: Run, part: Expansion, state: State, quoted: boolean): Piece {
  switch (part.type) {
    case 'SimpleExpansion':
      return variable(run, part.text.slice(1), part.text, state, quoted);
    case 'ParameterExpansion':
      return parameter(WORDS, run, part, state, quoted);
    case 'CommandExpansion': {
      const walked = namesPrinted(run, part.script, () =>
        visitScript(run, part.script, state, part.text, spanOf(part)),
      );
      const { done: printed, names } = walked;
      if (printed === undefined || printed.includes('\0'))
        return {
          ...cannot('the output of a command'),
          ...outputOf(run, part.script, state),
          ...(quoted || state.ifsChanged === true || names === undefined ? {} : { names: loosely(names) }),
        };
      return given(run, printed.replace(/\n+$/, ''), state, quoted, part.text, true);
    }
    case 'ArithmeticExpansion': {
      const { value, harmless } = visitArithmetic(run, part.expression, state, part.text, spanOf(part));
      return value === undefined
        ? { ...cannot('the result of a calculation'), number: harmless && state.ifsChanged !== true }
        : given(run, String(value), state, quoted, part.text);
    }
  }
}

const given = (run: Run, value: string, state: State, quoted: boolean, text: string, printed = false): Piece =>
  quoted ? literal(value, true) : spread(run, value, state, text, printed);

/** `"$@"` stays apart, `"$*"` is joined, and neither is quoted where it is taken apart again. */
function list(run: Run, values: readonly string[], sign: string, state: State, quoted: boolean, text: string): Piece {
  if (state.ifsChanged === true && (!quoted || sign === '*')) return cannot(`the value of \`${text}\``);
  if (quoted) return sign === '@' ? apart(values) : literal(values.join(' '), true);
  let all: Piece = { chunks: [] };
  for (const [index, value] of values.entries()) {
    if (index > 0) all = { chunks: [...all.chunks, chunk('', false, true)] };
    all = joined(all, spread(run, value, state, text));
  }
  return all;
}

function variable(run: Run, name: string, text: string, state: State, quoted: boolean): Piece {
  if (name === '@' || name === '*') {
    const values = allParams(state);
    return values === undefined ? cannot(`the value of \`${text}\``) : list(run, values, name, state, quoted, text);
  }
  const array = elements(name, state);
  if (array !== undefined) {
    // The first one in bash, all of them in zsh.
    run.differs = true;
    if (run.reading === 'bash') return given(run, array[0] ?? '', state, quoted, text);
    return list(run, array, quoted ? '*' : '@', state, quoted, text);
  }
  const value = lookup(run, name, state);
  if (value === undefined && isSomeNumber(run, name, state) && state.ifsChanged !== true)
    return { ...cannot(`the value of \`${text}\``), number: true };
  if (value !== undefined) return given(run, value, state, quoted, text);
  const told = run.pending?.has(name) === true ? undefined : state.found?.get(name);
  if (told !== undefined && (quoted || state.ifsChanged !== true))
    return { ...cannot(`the value of \`${text}\``), names: quoted ? told : loosely(told) };
  return {
    ...cannot(`the value of \`${text}\``),
    ...(isOrdinary(run, name, state) ? { plain: true } : {}),
    ...(isInherited(run, name, state) ? { inherited: true, empty: '' } : {}),
  };
}

const WORDS: Words = { fieldsOf, valueFor, variable, list, given };

/** The text of parts that are not a word: a here-document, an index. */
export function textOfParts(run: Run, parts: readonly WordPart[], state: State): string | undefined {
  let text: string | undefined = '';
  for (const part of parts) {
    const piece = part.type === 'Literal' ? literal(unescaped(part.text)) : pieceOf(run, part, state, false, false)[0];
    text =
      text === undefined ||
      piece === undefined ||
      piece.unknown !== undefined ||
      piece.chunks.some((each) => each.fresh)
        ? undefined
        : text + piece.chunks.map((each) => each.text).join('');
  }
  return text;
}

/** In a here-document a backslash only takes the meaning of what would mean something there. */
export const unescaped = (text: string): string =>
  text.replace(/\\([$`\\]|\n)/g, (_, each: string) => (each === '\n' ? '' : each));

export function visitParts(run: Run, parts: readonly WordPart[], state: State): void {
  for (const part of parts) pieceOf(run, part, state, false, false);
}

/** Walks a command inside a word. What it prints, where that is known. */
function visitScript(
  run: Run,
  script: ParsedScript | undefined,
  state: State,
  text: string,
  span: Span,
): string | undefined {
  if (script === undefined) {
    addUnknown(run, text, span, 'a command inside a word that could not be read');
    return undefined;
  }
  const outer = { span: run.outerSpan, pending: run.pending, differs: run.differs, reading: run.reading };
  const before = withPending(run, state);
  run.drained ||= state.stdin?.kind === 'text';
  // Decoded backticks count from their own text: the span of the whole word is what a person can be shown.
  if (script.source !== undefined) run.outerSpan = outer.span ?? span;
  run.pending = undefined;
  run.reading = 'bash';
  const { stdout } = run.script(run, script, before);
  run.outerSpan = outer.span;
  run.pending = outer.pending;
  run.differs = outer.differs;
  run.reading = outer.reading;
  return stdout;
}

/** The state with what the words so far have set. */
export function withPending(run: Run, state: State): State {
  let next = state;
  for (const [name, value] of run.pending ?? []) next = withVar(next, name, value);
  return next;
}

export function visitArithmetic(
  run: Run,
  expression: ArithmeticExpression | undefined,
  state: State,
  text: string,
  span: Span,
): Calculated {
  const calculated =
    expression === undefined
      ? { harmless: false, value: undefined }
      : calculate(expression, {
          textOf: (part) => textOfParts(run, [part], state),
          valueOf: (name) => lookup(run, name, state),
          isNumber: (name) => isSomeNumber(run, name, state),
          assign: (name, value) => {
            if (isDangerous(name)) return false;
            run.pending = new Map(run.pending ?? []).set(name, run.frozen.has(name) ? undefined : value);
            return true;
          },
        });
  if (!calculated.harmless)
    addUnknown(run, text, span, 'a calculation can run commands through the values of its variables');
  return calculated;
}
