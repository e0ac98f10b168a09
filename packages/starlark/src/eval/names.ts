// Names: a read is one closure that knows the slot, and so is a write.
import type { Identifier } from '../syntax/ast.ts';
import type { Cell } from '../values/function.ts';
import type { Value } from '../values/value.ts';
import type { Evaluate, Frame, Module } from './code.ts';
import type { Context } from './context.ts';
import type { Thread } from './thread.ts';

export type Assign = (thread: Thread, frame: Frame, value: Value) => void;

function unassigned(thread: Thread, at: number, kind: 'local' | 'global', name: string): never {
  thread.at = at;
  return thread.fail(`${kind} variable ${name} referenced before assignment`);
}

export function readName(context: Context, node: Identifier): Evaluate {
  const { name, at, binding } = node;
  switch (binding?.kind) {
    case 'local':
      return readLocal(context.localSlot(binding.index), at, name);
    case 'cell':
      return readCell(context.localSlot(binding.index), at, name);
    case 'free':
      return readCell(context.freeSlot(binding.index), at, name);
    case 'global':
      return readGlobal(binding.index, at, name);
    case 'predeclared':
      return readPredeclared(predeclaredSlot(context, name), at, name);
    case 'universal':
      return constant(context.file.universe.get(name) ?? null);
    case undefined:
      throw new TypeError(`the name ${name} was not resolved`);
  }
}

export function constant(value: Value): Evaluate {
  return () => value;
}

function readLocal(slot: number, at: number, name: string): Evaluate {
  return (thread, frame) => {
    const value = frame[slot];
    return value === undefined ? unassigned(thread, at, 'local', name) : (value as Value);
  };
}

function readCell(slot: number, at: number, name: string): Evaluate {
  return (thread, frame) => {
    const { value } = frame[slot] as Cell;
    return value === undefined ? unassigned(thread, at, 'local', name) : value;
  };
}

function readGlobal(slot: number, at: number, name: string): Evaluate {
  return (thread, frame) => {
    const value = (frame[0] as Module)[slot];
    return value === undefined ? unassigned(thread, at, 'global', name) : value;
  };
}

function readPredeclared(slot: number, at: number, name: string): Evaluate {
  return (thread, frame) => {
    const value = (frame[0] as Module)[slot];
    if (value !== undefined) return value;
    thread.at = at;
    return thread.fail(`predeclared variable ${name} is uninitialized`);
  };
}

function predeclaredSlot(context: Context, name: string): number {
  const { predeclared, globals } = context.file;
  const known = predeclared.get(name);
  if (known !== undefined) return known;
  const slot = globals.length + predeclared.size;
  predeclared.set(name, slot);
  return slot;
}

/** The slot of the frame where an assignment to a name puts its value, where nothing but that slot is concerned. */
export function plainSlot(context: Context, node: Identifier): number | undefined {
  return node.binding?.kind === 'local' ? context.localSlot(node.binding.index) : undefined;
}

export function writeName(context: Context, node: Identifier): Assign {
  const { binding } = node;
  switch (binding?.kind) {
    case 'local': {
      const slot = context.localSlot(binding.index);
      return (_thread, frame, value) => {
        frame[slot] = value;
      };
    }
    case 'cell':
      return writeCell(context.localSlot(binding.index));
    case 'free':
      return writeCell(context.freeSlot(binding.index));
    case 'global': {
      const slot = binding.index;
      return (_thread, frame, value) => {
        (frame[0] as Module)[slot] = value;
      };
    }
    case 'predeclared':
    case 'universal':
    case undefined:
      throw new TypeError(`the name ${node.name} cannot be assigned to`);
  }
}

function writeCell(slot: number): Assign {
  return (_thread, frame, value) => {
    (frame[slot] as Cell).value = value;
  };
}
