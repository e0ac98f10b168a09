// Assignment: to names, elements, and several at once. Augmented assignment evaluates its target's parts once.
import type { Attribute, Expression, Identifier, Index, Statement } from '../syntax/ast.ts';
import { COST } from '../values/cost.ts';
import { Dict } from '../values/dict.ts';
import { lengthOf, typeName } from '../values/inspect.ts';
import { isIterable, iterate } from '../values/iterate.ts';
import { List, Tuple } from '../values/list.ts';
import type { Operator } from '../values/operators.ts';
import { index, setIndex } from '../values/subscript.ts';
import type { Value } from '../values/value.ts';
import { add, slow } from './arithmetic.ts';
import { requireAttribute } from './attribute.ts';
import type { Evaluate, Execute } from './code.ts';
import type { Context } from './context.ts';
import { type Assign, plainSlot, readName, writeName } from './names.ts';
import { NEXT } from './signal.ts';
import { smallConstant } from './small.ts';
import type { Thread } from './thread.ts';

/** The slot of the frame that is the target, or 0 where it is more than that. */
export function targetSlot(context: Context, target: Expression): number {
  if (target.kind === 'paren') return targetSlot(context, target.inner);
  return target.kind === 'name' ? (plainSlot(context, target) ?? 0) : 0;
}

/** @param at of the statement: where a value is that cannot be taken apart */
export function compileTarget(context: Context, target: Expression, at: number): Assign {
  const size = context.enter(target.kind);
  const assign = compileAnyTarget(context, target, at);
  context.leave(size);
  return assign;
}

function compileAnyTarget(context: Context, target: Expression, at: number): Assign {
  switch (target.kind) {
    case 'name':
      return writeName(context, target);
    case 'paren':
      return compileTarget(context, target.inner, at);
    case 'list':
    case 'tuple':
      return compileUnpacking(context, target.items, at);
    case 'index':
      return writeElement(context, target);
    case 'attribute':
      return compileField(context, target);
    default:
      throw new TypeError(`a ${target.kind} cannot be assigned to`);
  }
}

function writeElement(context: Context, target: Index): Assign {
  const object = context.expression(target.object);
  const key = context.expression(target.index);
  const at = target.bracketAt;
  return (thread, frame, value) => {
    const container = object(thread, frame);
    const position = key(thread, frame);
    thread.at = at;
    if (container instanceof Dict) container.insert(position, value, thread);
    else setIndex(container, position, value, thread);
  };
}

/** Only what a host brings has fields that a program may set. */
function compileField(context: Context, target: Attribute): Assign {
  const object = context.expression(target.object);
  return (thread, frame, value) => {
    const owner = object(thread, frame);
    thread.at = target.dotAt;
    setField(thread, owner, target.name, value);
  };
}

function setField(thread: Thread, owner: Value, name: string, value: Value): void {
  const extension = owner !== null && typeof owner === 'object' && 'extension' in owner ? owner : undefined;
  if (extension?.extension.setAttribute === undefined) {
    thread.fail(`can't assign to .${name} field of ${typeName(owner)}`);
  } else extension.extension.setAttribute(extension, name, value, thread);
}

function compileUnpacking(context: Context, targets: readonly Expression[], at: number): Assign {
  const assigns = targets.map((target) => compileTarget(context, target, at));
  return (thread, frame, value) => {
    thread.at = at;
    const items = unpack(thread, value, assigns.length);
    for (let i = 0; i < assigns.length; i += 1) (assigns[i] as Assign)(thread, frame, items[i] as Value);
  };
}

/** Exactly `count` elements, taken before anything is assigned: an assignment could change the sequence. */
function unpack(thread: Thread, value: Value, count: number): readonly Value[] {
  if (value instanceof Tuple && value.items.length === count) return value.items;
  const cursor = iterate(value);
  if (cursor === undefined) return thread.fail(`got ${typeName(value)} in sequence assignment`);
  const items: Value[] = [];
  try {
    for (let item = cursor.next(); item !== undefined; item = cursor.next()) {
      if (items.length === count) {
        thread.fail(`too many values to unpack (got ${lengthOf(value) ?? -1}, want ${count})`);
      }
      items.push(item);
    }
  } finally {
    cursor.done();
  }
  if (items.length < count) thread.fail(`too few values to unpack (got ${items.length}, want ${count})`);
  return items;
}

type Assignment = Extract<Statement, { kind: 'assign' }>;

export function compileAssignment(context: Context, node: Assignment): Execute {
  if (node.operator !== '=') return compileAugmented(context, node);
  const value = context.expression(node.value);
  const slot = targetSlot(context, node.target);
  if (slot !== 0) {
    return (thread, frame) => {
      frame[slot] = value(thread, frame);
      return NEXT;
    };
  }
  const assign = compileTarget(context, node.target, node.operatorAt);
  return (thread, frame) => {
    assign(thread, frame, value(thread, frame));
    return NEXT;
  };
}

/** What an augmented assignment does with the old value and the operand. */
type Combine = (thread: Thread, old: Value, operand: Value) => Value;

function combineWith(operator: string, at: number): Combine {
  if (operator === '+') return (thread, old, operand) => extend(thread, at, old, operand);
  if (operator === '|') return (thread, old, operand) => unite(thread, at, old, operand);
  return (thread, old, operand) => slow(thread, at, operator as Operator, old, operand);
}

/** `+=`: a list grows where it is. */
function extend(thread: Thread, at: number, old: Value, operand: Value): Value {
  if (!(old instanceof List) || !isIterable(operand)) return add(thread, at, old, operand);
  thread.at = at;
  old.checkMutable(thread, 'apply += to');
  // A list that is added to itself ends where it ended.
  const items = operand instanceof List ? operand.items : undefined;
  if (items !== undefined) {
    const { length } = items;
    thread.allocate(COST.item * length);
    thread.step(length >> 4);
    for (let i = 0; i < length; i += 1) old.items.push(items[i] as Value);
    return old;
  }
  const cursor = iterate(operand);
  if (cursor === undefined) return old;
  try {
    for (let item = cursor.next(); item !== undefined; item = cursor.next()) {
      thread.step(1);
      thread.allocate(COST.item);
      old.items.push(item);
    }
  } finally {
    cursor.done();
  }
  return old;
}

/** `|=`: a dict takes in the other where it is. */
function unite(thread: Thread, at: number, old: Value, operand: Value): Value {
  thread.at = at;
  if (!(old instanceof Dict) || !(operand instanceof Dict)) return slow(thread, at, '|', old, operand);
  old.checkMutable(thread, 'apply |= to');
  if (old !== operand) old.addAll(operand, thread);
  return old;
}

function compileAugmented(context: Context, node: Assignment): Execute {
  const operator = node.operator.slice(0, -1);
  const { target } = node;
  if (target.kind === 'paren') return compileAugmented(context, { ...node, target: target.inner });
  const combine = combineWith(operator, node.operatorAt);
  if (target.kind === 'name') return augmentName(context, node, target, combine);
  if (target.kind === 'index') return augmentElement(context, target, context.expression(node.value), combine);
  if (target.kind !== 'attribute') throw new TypeError(`a ${target.kind} cannot be assigned to`);
  const object = context.expression(target.object);
  const operand = context.expression(node.value);
  return (thread, frame) => {
    const value = object(thread, frame);
    thread.at = target.dotAt;
    const old = requireAttribute(value, target.name, thread);
    const updated = combine(thread, old, operand(thread, frame));
    thread.at = target.dotAt;
    setField(thread, value, target.name, updated);
    return NEXT;
  };
}

const MAX = Number.MAX_SAFE_INTEGER;

function augmentName(context: Context, node: Assignment, target: Identifier, combine: Combine): Execute {
  const read = readName(context, target);
  const operand = context.expression(node.value);
  const slot = plainSlot(context, target);
  if (slot !== undefined && node.operator === '+=')
    return addToSlot(slot, read, operand, smallConstant(node.value), combine);
  const assign = writeName(context, target);
  return (thread, frame) => {
    const old = read(thread, frame);
    assign(thread, frame, combine(thread, old, operand(thread, frame)));
    return NEXT;
  };
}

/** `n += x`, which is what most loops do. */
function addToSlot(
  slot: number,
  read: Evaluate,
  operand: Evaluate,
  small: number | undefined,
  combine: Combine,
): Execute {
  if (small !== undefined) {
    return (thread, frame) => {
      const old = frame[slot];
      if (typeof old === 'number') {
        const sum = old + small;
        if (sum <= MAX && sum >= -MAX) {
          frame[slot] = sum;
          return NEXT;
        }
      }
      frame[slot] = combine(thread, read(thread, frame), small);
      return NEXT;
    };
  }
  return (thread, frame) => {
    const old = read(thread, frame);
    const value = operand(thread, frame);
    if (typeof old === 'number' && typeof value === 'number') {
      const sum = old + value;
      if (sum <= MAX && sum >= -MAX) {
        frame[slot] = sum;
        return NEXT;
      }
    }
    frame[slot] = combine(thread, old, value);
    return NEXT;
  };
}

function augmentElement(context: Context, target: Index, operand: Evaluate, combine: Combine): Execute {
  const object = context.expression(target.object);
  const key = context.expression(target.index);
  const at = target.bracketAt;
  return (thread, frame) => {
    const container = object(thread, frame);
    const position = key(thread, frame);
    thread.at = at;
    const old = index(container, position, thread);
    const value = combine(thread, old, operand(thread, frame));
    thread.at = at;
    setIndex(container, position, value, thread);
    return NEXT;
  };
}
