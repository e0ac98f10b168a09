// Words: from what stands in the command to what the shell would pass on. A word is certain only when it is made of
// literals, quotes and values that are known; whatever a word would run on the way is analysed too.
import type { ArithmeticExpression, ParameterExpansionPart, ParsedScript, Word, WordPart } from 'unbash';
import { checkArithmetic } from './arithmetic.ts';
import { expandBraces } from './braces.ts';
import { addNotWhole, addUnknown, type Run, type Span } from './run.ts';
import type { State } from './state.ts';

export type Field =
  /** `contents`: the word is the name of a stream with this text in it (`<(echo a)`); absent: nobody knows. */
  | { readonly kind: 'text'; readonly text: string; readonly span: Span; readonly contents?: string }
  /** `folder` is the part before the first component with a pattern, `text` the whole pattern. */
  | { readonly kind: 'glob'; readonly folder: string; readonly text: string; readonly span: Span }
  /** `single`: one word whatever its value (a quoted variable), so it can be told what stands before and behind it. */
  | { readonly kind: 'unknown'; readonly note: string; readonly span: Span; readonly single?: boolean };

interface Draft {
  readonly text: string;
  readonly glob: boolean;
  readonly quoted: boolean;
  readonly unknown: string | undefined;
}

/** One value of a part: literal text, a pattern, or something that cannot be told. */
type Piece = Omit<Draft, 'quoted'> & { readonly quoted?: boolean };

const MAX_FIELDS = 512;
const piece = (text: string, quoted = false): readonly Piece[] => [{ text, glob: false, quoted, unknown: undefined }];
const cannot = (note: string): readonly Piece[] => [{ text: '', glob: false, unknown: note }];

export const spanOf = (node: { readonly pos: number; readonly end: number }): Span => [node.pos, node.end];

/** The fields one word becomes: usually one, none for an empty unquoted expansion, several for braces. */
export function fieldsOf(run: Run, word: Word, state: State): readonly Field[] {
  const span = spanOf(word);
  if (/^=[^=]/.test(word.text))
    return [{ kind: 'unknown', note: 'some shells expand a word that begins with `=`', span }];
  const partials = combine(run, word, state, true);
  return partials
    .filter((each) => each.text !== '' || each.quoted || each.unknown !== undefined)
    .map((each) => field(each, span, isSingle(word)));
}

/** Only quoted parts, and none that becomes several words (`"$@"`). */
function isSingle(word: Word): boolean {
  const quoted = word.parts?.every((part) => /^(?:Literal|SingleQuoted|AnsiCQuoted|DoubleQuoted)$/.test(part.type));
  return quoted === true && !word.text.includes('@');
}

/** One value, as in an assignment, a redirection or a here-string: nothing is split and no pattern is expanded. */
export function valueFor(run: Run, word: Word, state: State): Field {
  const span = spanOf(word);
  const [only, ...rest] = combine(run, word, state, false);
  if (only === undefined || rest.length > 0) return { kind: 'unknown', note: 'several values', span };
  return field(only, span);
}

function field(partial: Draft, span: Span, single = true): Field {
  if (partial.unknown !== undefined) return { kind: 'unknown', note: partial.unknown, span, single };
  if (!partial.glob) return { kind: 'text', text: partial.text, span };
  const before = partial.text.slice(0, partial.text.search(/[*?[]/));
  const folder = before.slice(0, before.lastIndexOf('/') + 1);
  return { kind: 'glob', folder, text: partial.text, span };
}

function combine(run: Run, word: Word, state: State, split: boolean): readonly Draft[] {
  const pieces = word.parts === undefined ? [plain(run, word, split)] : partPieces(run, word, word.parts, state, split);
  let partials: readonly Draft[] = [{ text: '', glob: false, quoted: false, unknown: undefined }];
  for (const alternatives of pieces) {
    partials = partials.flatMap((left) =>
      alternatives.map((right) => ({
        text: left.text + right.text,
        glob: left.glob || right.glob,
        quoted: left.quoted || right.quoted === true,
        unknown: left.unknown ?? right.unknown,
      })),
    );
    if (partials.length > MAX_FIELDS) {
      addNotWhole(run, spanOf(word));
      return [{ text: '', glob: false, quoted: true, unknown: 'too many words' }];
    }
  }
  return partials;
}

/** A word the parser found nothing special in. Checked again here: a parser that missed something must not be believed. */
function plain(run: Run, word: Word, split: boolean): readonly Piece[] {
  const bare = word.text.replace(/\\[\s\S]/g, '');
  const special = /[$`'"*?()<>|;&]/.test(bare) || /\[.*\]|\{.*(?:,|\.\.).*\}/.test(bare);
  // `a}`, `]` and `{}` are ordinary characters where nothing opens or closes them; `[` alone is a command.
  if (special) return cannot('a word that could not be read');
  return tilde(run, word.value, word.text, split, true);
}

/** Home, where an unquoted `~` stands at the start (or after `=`, as some shells expand there too). */
function tilde(run: Run, value: string, text: string, split: boolean, whole: boolean): readonly Piece[] {
  if (!text.includes('~')) return piece(value);
  if (text === '~' || text.startsWith('~/')) {
    if (text === '~' && !whole) return cannot('`~` joined with something else');
    return text.indexOf('~', 1) > 0 && text.includes(':')
      ? cannot('several `~`')
      : piece(run.facts.home + value.slice(1));
  }
  if (text.startsWith('~')) return cannot('another user’s home');
  const assigned = /^([A-Za-z_]\w*=)~(?=\/|$)/.exec(text);
  if (assigned !== null) {
    if (!whole && text.endsWith('~')) return cannot('`~` joined with something else');
    const name = assigned[1] ?? '';
    return piece(split ? name + run.facts.home + value.slice(name.length + 1) : value);
  }
  return /[:=]~/.test(text) ? cannot('a `~` inside a word') : piece(value);
}

function partPieces(
  run: Run,
  word: Word,
  parts: readonly WordPart[],
  state: State,
  split: boolean,
): readonly (readonly Piece[])[] {
  const contiguous = parts.every((part, index) => part.pos === (index === 0 ? word.pos : parts[index - 1]?.end));
  const complete = contiguous && parts.at(-1)?.end === word.end;
  const pieces = parts.map((part, index) =>
    // Braces expand before variables and before `~`: `$x{a,b}` is `$xa $xb`, and `{a,}~` may begin with it.
    (part.type === 'BraceExpansion' && parts[index - 1]?.type === 'SimpleExpansion') ||
    (part.type === 'Literal' && part.text.includes('~') && parts[index - 1]?.type === 'BraceExpansion')
      ? cannot('braces behind a variable')
      : pieceOf(run, part, state, split, index === 0),
  );
  return complete ? pieces : [...pieces, cannot('a word that could not be read whole')];
}

function pieceOf(run: Run, part: WordPart, state: State, split: boolean, first: boolean): readonly Piece[] {
  switch (part.type) {
    case 'Literal':
      return first
        ? tilde(run, part.value, part.text, split, false)
        : /[:=]~/.test(part.text)
          ? cannot('a `~`')
          : piece(part.value);
    case 'SingleQuoted':
      return piece(part.value, true);
    case 'AnsiCQuoted':
      // A zero byte ends the string, and bytes that are no text have no spelling here.
      return /^[\n\t\x20-\x7e]*$/.test(part.value) ? piece(part.value, true) : cannot('a string with escaped bytes');
    case 'Glob':
      if (part.kind === 'bracket') visitParts(run, part.parts, state);
      if (!split) return piece(part.text);
      return [{ text: part.text, glob: true, unknown: undefined }];
    case 'DoubleQuoted':
      return doubleQuoted(run, part.parts, state);
    case 'LocaleString':
      visitParts(run, part.parts, state);
      return cannot('a translated string');
    case 'BraceExpansion': {
      visitParts(run, part.parts ?? [], state);
      const words = split ? expandBraces(part.text) : undefined;
      return words === undefined ? cannot('braces') : words.flatMap((text) => piece(text));
    }
    case 'ExtendedGlob':
      visitParts(run, part.parts ?? [], state);
      addUnknown(run, part.text, spanOf(part), 'an extended pattern, which some shells run code in');
      return cannot('an extended pattern');
    case 'ProcessSubstitution':
      visitScript(run, part.script, state, part.text, spanOf(part));
      return piece('/dev/fd/63', true);
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
      return expansion(run, part, state, !split);
  }
}

function doubleQuoted(run: Run, parts: readonly WordPart[], state: State): readonly Piece[] {
  const pieces = parts.map((part) =>
    part.type === 'Literal' ? piece(part.value, true) : pieceOf(run, part, state, false, false),
  );
  const unknown = pieces.flat().find((each) => each.unknown !== undefined)?.unknown;
  if (unknown !== undefined) return cannot(unknown);
  return piece(
    pieces
      .flat()
      .map((each) => each.text)
      .join(''),
    true,
  );
}

type Expansion = Extract<
  WordPart,
  { type: 'SimpleExpansion' | 'ParameterExpansion' | 'CommandExpansion' | 'ArithmeticExpansion' }
>;

function expansion(run: Run, part: Expansion, state: State, quoted: boolean): readonly Piece[] {
  switch (part.type) {
    case 'SimpleExpansion':
      return variable(run, part.text.slice(1), part.text, state, quoted);
    case 'ParameterExpansion':
      return parameter(run, part, state, quoted);
    case 'CommandExpansion':
      visitScript(run, part.script, state, part.text, spanOf(part));
      return cannot('the output of a command');
    case 'ArithmeticExpansion':
      visitArithmetic(run, part.expression, state, part.text, spanOf(part));
      return cannot('the result of a calculation');
  }
}

function variable(run: Run, name: string, text: string, state: State, quoted: boolean): readonly Piece[] {
  const cwd = state.cwds?.length === 1 ? state.cwds[0] : undefined;
  const value = state.vars.get(name) ?? (name === 'HOME' ? run.facts.home : name === 'PWD' ? cwd : undefined);
  if (value === undefined) return cannot(`the value of \`${text}\``);
  // Unquoted, a value is split and its patterns expand; what comes of that depends on the shell and the folder.
  if (!quoted && /[\s*?[\]\\~{}()]/.test(value)) return cannot(`the unquoted value of \`${text}\``);
  return piece(value, quoted);
}

function parameter(run: Run, part: ParameterExpansionPart, state: State, quoted: boolean): readonly Piece[] {
  const { operation, index, prefix, parameter: name, text } = part;
  const span = spanOf(part);
  const hazard = (why: string): readonly Piece[] => {
    addUnknown(run, text, span, why);
    return cannot(why);
  };
  if (index !== undefined) {
    const at = valueFor(run, index, state);
    const harmless = at.kind === 'text' ? /^(?:\d+|[@*])$/.test(at.text) : index.text === '@' || index.text === '*';
    if (!harmless) return hazard('an index can run commands');
  }
  if (operation === undefined) {
    if (prefix === '!') return hazard('a variable that names another');
    if (prefix === undefined && index === undefined) return variable(run, name, text, state, quoted);
    return cannot(`the value of \`${text}\``);
  }
  switch (operation.type) {
    case 'Default':
      fieldsOf(run, operation.operand, state);
      if (prefix === '!') return hazard('a variable that names another');
      // Whatever the name: `CDPATH` moves the next `cd`, and what one variable does nobody can list for all programs.
      if (operation.operator.endsWith('=')) return hazard('an assignment inside a word');
      return cannot(`the value of \`${text}\``);
    case 'Remove':
      fieldsOf(run, operation.operand, state);
      break;
    case 'Replace':
      fieldsOf(run, operation.pattern, state);
      fieldsOf(run, operation.replacement, state);
      break;
    case 'CaseModification':
      if (operation.operand !== undefined) fieldsOf(run, operation.operand, state);
      break;
    case 'Slice': {
      const bounds = [operation.offset, ...(operation.length === undefined ? [] : [operation.length])];
      const known = bounds.map((word) => valueFor(run, word, state));
      if (!known.every((each) => each.kind === 'text' && /^\s*-?\d*\s*$/.test(each.text)))
        return hazard('a calculated slice');
      break;
    }
    case 'Names':
      return cannot('names of variables');
    case 'Transform':
      fieldsOf(run, operation.operand, state);
      return hazard('a transformation that can run commands');
    case 'Unknown':
      return hazard('an expansion that could not be read');
  }
  return prefix === '!' ? hazard('a variable that names another') : cannot(`the value of \`${text}\``);
}

export function visitParts(run: Run, parts: readonly WordPart[], state: State): void {
  for (const part of parts) pieceOf(run, part, state, false, false);
}

function visitScript(run: Run, script: ParsedScript | undefined, state: State, text: string, span: Span): void {
  if (script === undefined) {
    addUnknown(run, text, span, 'a command inside a word that could not be read');
    return;
  }
  const outer = run.outerSpan;
  // Decoded backticks count from their own text: the span of the whole word is what a person can be shown.
  if (script.source !== undefined) run.outerSpan = outer ?? span;
  run.script(run, script, state);
  run.outerSpan = outer;
}

export function visitArithmetic(
  run: Run,
  expression: ArithmeticExpression | undefined,
  state: State,
  text: string,
  span: Span,
): void {
  const harmless =
    expression !== undefined && checkArithmetic(expression, state, (part) => visitParts(run, [part], state));
  if (!harmless) addUnknown(run, text, span, 'a calculation can run commands through the values of its variables');
}
