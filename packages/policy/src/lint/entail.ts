// What follows from a condition. INVARIANT: an answer is a proof; where the condition is too large or not understood the
// answer is "not proved". A condition that fails counts as a match, so nothing is proved from an atom that can fail and its
// opposite standing together.
import type { Formula, Literal } from './formula.ts';

const MOST = 256;

type Conjunct = readonly Literal[];

/** The opposite, with `!` at the leaves again. */
export function negate(formula: Formula): Formula {
  switch (formula.kind) {
    case 'and':
    case 'or':
      return { kind: formula.kind === 'and' ? 'or' : 'and', parts: formula.parts.map(negate) };
    case 'constant':
      return { kind: 'constant', value: !formula.value };
    case 'field':
      return { ...formula, out: !formula.out };
    case 'atom':
      return { ...formula, negated: !formula.negated };
    case 'exists':
    case 'every':
      return { ...formula, kind: formula.kind === 'exists' ? 'every' : 'exists', body: negate(formula.body) };
  }
}

/** As alternatives, each a list of what holds together; undefined: too many. No alternative: never true. */
function alternatives(formula: Formula): readonly Conjunct[] | undefined {
  switch (formula.kind) {
    case 'constant':
      return formula.value ? [[]] : [];
    case 'or': {
      const all: Conjunct[] = [];
      for (const part of formula.parts) {
        const some = alternatives(part);
        if (some === undefined) return undefined;
        all.push(...some);
      }
      return all.length > MOST ? undefined : all;
    }
    case 'and': {
      let all: readonly Conjunct[] = [[]];
      for (const part of formula.parts) {
        const some = alternatives(part);
        if (some === undefined || all.length * some.length > MOST) return undefined;
        all = all.flatMap((left) => some.map((right) => [...left, ...right]));
      }
      return all;
    }
    case 'field':
    case 'atom':
    case 'exists':
    case 'every':
      return [[formula]];
  }
}

type Field = Extract<Literal, { kind: 'field' }>;

/** What one field can still be; `out`: anything but these. */
function narrowed(fields: readonly Field[]): Field | undefined {
  const [first] = fields;
  if (first === undefined) return undefined;
  const excluded = fields.flatMap((each) => (each.out ? each.values : []));
  const inside = fields.filter((each) => !each.out);
  const [one] = inside;
  if (one === undefined) return { ...first, values: excluded };
  const values = one.values.filter(
    (value) => !excluded.includes(value) && inside.every((each) => each.values.includes(value)),
  );
  return { ...one, values };
}

const valuesLeft = ({ values, out, all }: Field): readonly string[] | undefined =>
  out
    ? all?.filter((value) => !values.includes(value))
    : all === null
      ? values
      : values.filter((value) => all.includes(value));

function contradictory(conjunct: Conjunct): boolean {
  const keys = new Map<string, Field[]>();
  for (const literal of conjunct) {
    if (literal.kind === 'field') keys.set(literal.key, [...(keys.get(literal.key) ?? []), literal]);
  }
  for (const fields of keys.values()) {
    const left = narrowed(fields);
    if (left !== undefined && valuesLeft(left)?.length === 0) return true;
  }
  return conjunct.some((literal, index) => {
    if (literal.kind === 'atom') {
      return (
        literal.total &&
        conjunct.slice(index).some((o) => o.kind === 'atom' && o.text === literal.text && o.negated !== literal.negated)
      );
    }
    if (literal.kind !== 'exists') return false;
    // What exists must be as every element is.
    const every = conjunct.flatMap((other) =>
      other.kind === 'every' && other.list === literal.list ? [other.body] : [],
    );
    return neverHolds({ kind: 'and', parts: [literal.body, ...every] });
  });
}

/** Proved: no call makes it true. */
export const neverHolds = (formula: Formula): boolean => alternatives(formula)?.every(contradictory) ?? false;

/** Proved: every call makes it true. */
export const alwaysHolds = (formula: Formula): boolean => neverHolds(negate(formula));

/** Proved: whatever makes `narrow` match makes `wide` match. */
export function follows(narrow: Formula, wide: Formula): boolean {
  const given = alternatives(narrow);
  // The opposite's alternatives, negated again, are what must all hold.
  const clauses = alternatives(negate(wide));
  if (given === undefined || clauses === undefined) return false;
  return given.every(
    (conjunct) => contradictory(conjunct) || clauses.every((clause) => clause.some((part) => implied(conjunct, part))),
  );
}

/** Whether the opposite of `part` holds wherever the conjunct does. */
function implied(conjunct: Conjunct, part: Literal): boolean {
  const goal = negate(part);
  if (goal.kind === 'and' || goal.kind === 'or' || goal.kind === 'constant') return false;
  if (goal.kind === 'field') {
    const known = narrowed(conjunct.filter((each): each is Field => each.kind === 'field' && each.key === goal.key));
    const left = known === undefined ? (goal.all ?? undefined) : valuesLeft(known);
    if (left !== undefined) return left.every((value) => goal.values.includes(value) !== goal.out);
    // Any text but some: follows where at least those are left out.
    return goal.out && known?.out === true && goal.values.every((value) => known.values.includes(value));
  }
  return conjunct.some((each) => {
    if (goal.kind === 'atom') return each.kind === 'atom' && each.text === goal.text && each.negated === goal.negated;
    return each.kind === goal.kind && each.list === goal.list && follows(each.body, goal.body);
  });
}
