// Assignments: what becomes certain, and what may run on the way.
import type { ArrayValue as ArrayList, Assignment, Word } from 'unbash';
import { isWhole } from './arithmetic.ts';
import { spanOf } from './field.ts';
import { add, addUnknown, type Run } from './run.ts';
import { type ArrayValue, type State, withArray, withVar } from './state.ts';
import { isCalculated, isDangerous } from './variables.ts';
import { checkApart, fieldsOf, valueFor } from './word.ts';

/** What may stand between the elements of a list. */
const BETWEEN = /^(?:\s|\\\n|(?<=\s)#[^\n]*\n)*$/;

export interface Assigning {
  /** Only look at its words: an assignment before a command is judged there. */
  readonly quiet?: boolean;
  /** `declare -A`: its elements have names. */
  readonly keyed?: boolean;
}

/** The state after an assignment. */
export function assign(run: Run, node: Assignment, state: State, options: Assigning = {}): State {
  const span = spanOf(node);
  if (/^CASTELLAN/i.test(node.name))
    add(run, {
      kind: 'change-safety',
      target: node.name,
      targetKind: 'text',
      certainty: 'possible',
      span,
      note: 'moves Castellan’s own folder',
    });
  if (options.quiet !== true && isDangerous(node.name))
    addUnknown(run, node.name, span, `\`${node.name}\` may change what other commands do`);
  const frozen = run.frozen.has(node.name);
  const { value: written } = node;
  if (written.type === 'ArrayValue') {
    const assigned = assignArray(run, node, written.elements, state, options);
    return isWholeList(node, written) ? assigned : notAList(run, node, assigned);
  }
  if (/^(?:\\\n)*\(/.test(written.text)) return notAList(run, node, state);
  const value = valueFor(run, written, state);
  if (node.index !== undefined)
    return assignElement(run, node, node.index, value.kind === 'text' ? value.text : undefined, state);
  if (isCalculated(node.name) && !(value.kind === 'text' && isWhole(value.text)))
    addUnknown(run, node.name, span, 'a value that some shells calculate');
  if (value.kind === 'unknown' && value.number === true && !frozen && node.append !== true)
    return withVar(state, node.name, isCalculated(node.name) ? undefined : null);
  if (frozen || value.kind !== 'text' || isCalculated(node.name)) return withVar(state, node.name, undefined);
  if (node.append !== true) return withVar(state, node.name, value.text);
  const before = state.vars.get(node.name);
  return withVar(state, node.name, before === undefined ? undefined : before + value.text);
}

/**
 * `a=()`x`` runs x: whatever stands behind a list is a value like any other. The parser takes the last parenthesis of the word
 * for the end of the list, and passes over what is no element.
 */
function isWholeList({ pos, end, text, index }: Assignment, list: ArrayList): boolean {
  // bash refuses to put a list into one element; what the array is then is not worth a guess.
  if (index !== undefined || list.end !== end || text.length !== end - pos) return false;
  const edges = [list.pos + 1, ...list.elements.flatMap((each) => [each.pos, each.end]), list.end - 1];
  return edges.every((from, at) => at % 2 === 1 || BETWEEN.test(text.slice(from - pos, (edges[at + 1] ?? end) - pos)));
}

function notAList(run: Run, node: Assignment, state: State): State {
  addUnknown(run, node.name, spanOf(node), 'a list that is no more than a part of the value, or of the array');
  return withArray(withVar(state, node.name, undefined), node.name, undefined);
}

function assignElement(run: Run, node: Assignment, word: Word, value: string | undefined, state: State): State {
  const index = valueFor(run, word, state);
  const array = state.arrays?.get(node.name);
  const plain = array?.keyed === true ? /^[\w.-]+$/ : /^\d+$/;
  if (index.kind !== 'text' || !plain.test(index.text))
    addUnknown(run, node.name, spanOf(node), 'an index can run commands');
  // Lists count from one in zsh and from zero elsewhere: only what has names stays known.
  const known = array?.keyed === true && index.kind === 'text' && value !== undefined && node.append !== true;
  if (!known || run.frozen.has(node.name)) return withArray(withVar(state, node.name, undefined), node.name, undefined);
  return withArray(state, node.name, { keyed: true, items: new Map(array.items).set(index.text, value) });
}

function assignArray(run: Run, node: Assignment, words: readonly Word[], state: State, options: Assigning): State {
  const before = state.arrays?.get(node.name);
  const keyed = options.keyed === true || before?.keyed === true;
  const items = new Map(node.append === true ? before?.items : undefined);
  let known = !run.frozen.has(node.name) && (node.append !== true || before !== undefined);
  const outer = run.differs;
  run.differs = false;
  for (const [at, word] of words.entries()) {
    checkApart(run, words[at - 1], word);
    const element = /^\[([\w.-]+)\]=/.exec(word.text);
    if (word.text.startsWith('[')) {
      // `a=([$(x)]=1)`: an element may carry an index of its own.
      const simple = /^\[[\w.-]+\]=[\w./:@%,+-]*$/.test(word.text);
      const [only, ...rest] = simple ? [{ kind: 'text' as const, text: word.text }] : fieldsOf(run, word, state);
      const whole = only?.kind === 'text' && rest.length === 0 ? /^\[([\w.-]+)\]=([\s\S]*)$/.exec(only.text) : null;
      if (!keyed || element === null || whole === null) {
        if (element === null) addUnknown(run, node.name, spanOf(node), 'an index can run commands');
        known = false;
      } else items.set(whole[1] ?? '', whole[2] ?? '');
      continue;
    }
    for (const field of fieldsOf(run, word, state)) {
      if (keyed || field.kind !== 'text') known = false;
      else items.set(String(items.size), field.text);
    }
  }
  if (run.differs) known = false;
  run.differs = outer;
  const value: ArrayValue = { keyed, items };
  return withArray(withVar(state, node.name, undefined), node.name, known ? value : undefined);
}
