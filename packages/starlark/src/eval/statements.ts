// Statements. The steps of all that stands directly in a block are counted when it begins.
import type { Expression, Statement } from '../syntax/ast.ts';
import { compileAssignment, compileTarget, targetSlot } from './assignment.ts';
import type { Block, Execute, Test } from './code.ts';
import type { Context } from './context.ts';
import { compileFunction } from './functions.ts';
import { compileLoad } from './load.ts';
import { runLoop } from './loops.ts';
import { writeName } from './names.ts';
import { BREAK, CONTINUE, NEXT, RETURN } from './signal.ts';

export function compileBlock(context: Context, nodes: readonly Statement[]): Block {
  const { code, weight } = context.weigh(() => nodes.map((node) => compileStatement(context, node)));
  return { run: sequence(code), weight, at: nodes[0]?.at ?? 0 };
}

function sequence(code: readonly Execute[]): Execute {
  const [first, second, third] = code;
  if (first === undefined) return () => NEXT;
  if (second === undefined) return first;
  if (third === undefined) {
    return (thread, frame) => {
      const signal = first(thread, frame);
      return signal === NEXT ? second(thread, frame) : signal;
    };
  }
  if (code.length === 3) {
    return (thread, frame) => {
      let signal = first(thread, frame);
      if (signal !== NEXT) return signal;
      signal = second(thread, frame);
      return signal === NEXT ? third(thread, frame) : signal;
    };
  }
  return (thread, frame) => {
    for (let i = 0; i < code.length; i += 1) {
      const signal = (code[i] as Execute)(thread, frame);
      if (signal !== NEXT) return signal;
    }
    return NEXT;
  };
}

function compileStatement(context: Context, node: Statement): Execute {
  const size = context.enter(node.kind);
  const code = statement(context, node);
  context.leave(size);
  return code;
}

function statement(context: Context, node: Statement): Execute {
  switch (node.kind) {
    case 'expression': {
      const value = context.expression(node.value);
      return (thread, frame) => {
        value(thread, frame);
        return NEXT;
      };
    }
    case 'assign':
      return compileAssignment(context, node);
    case 'if':
      return compileIf(context, node);
    case 'for':
      return compileFor(context, node);
    case 'while':
      return compileWhile(context, node);
    case 'def': {
      const make = compileFunction(context, node.function);
      const assign = writeName(context, node.name);
      return (thread, frame) => {
        assign(thread, frame, make(thread, frame));
        return NEXT;
      };
    }
    case 'return':
      return compileReturn(context, node.value);
    case 'break':
      return () => BREAK;
    case 'continue':
      return () => CONTINUE;
    case 'pass':
      return () => NEXT;
    case 'load':
      return compileLoad(context, node);
  }
}

function compileReturn(context: Context, node: Expression | undefined): Execute {
  if (node === undefined) {
    return (thread) => {
      thread.result = null;
      return RETURN;
    };
  }
  const value = context.expression(node);
  return (thread, frame) => {
    thread.result = value(thread, frame);
    return RETURN;
  };
}

interface Branch extends Block {
  readonly test: Test;
}

const NOTHING: Block = { run: () => NEXT, weight: 0, at: 0 };

/** A chain of `elif` is one node, however long. */
function compileIf(context: Context, node: Extract<Statement, { kind: 'if' }>): Execute {
  const branches: Branch[] = [];
  let rest: readonly Statement[] = [node];
  for (let next = rest[0]; rest.length === 1 && next?.kind === 'if'; next = rest[0]) {
    branches.push({ test: context.test(next.test), ...compileBlock(context, next.yes) });
    rest = next.no;
  }
  const otherwise = rest.length === 0 ? NOTHING : compileBlock(context, rest);
  const [only] = branches;
  return only !== undefined && branches.length === 1 ? either(only, otherwise) : firstOf(branches, otherwise);
}

function either({ test, run, weight, at }: Branch, otherwise: Block): Execute {
  const other = otherwise.run;
  return (thread, frame) => {
    if (test(thread, frame)) {
      thread.steps += weight;
      if (thread.steps > thread.limit) thread.pause(at);
      return run(thread, frame);
    }
    if (otherwise === NOTHING) return NEXT;
    thread.steps += otherwise.weight;
    if (thread.steps > thread.limit) thread.pause(otherwise.at);
    return other(thread, frame);
  };
}

function firstOf(branches: readonly Branch[], otherwise: Block): Execute {
  return (thread, frame) => {
    let block = otherwise;
    for (let i = 0; i < branches.length; i += 1) {
      const branch = branches[i] as Branch;
      if (!branch.test(thread, frame)) continue;
      block = branch;
      break;
    }
    thread.steps += block.weight;
    if (thread.steps > thread.limit) thread.pause(block.at);
    return block.run(thread, frame);
  };
}

function compileFor(context: Context, node: Extract<Statement, { kind: 'for' }>): Execute {
  const iterable = context.expression(node.iterable);
  const assign = compileTarget(context, node.target, node.at);
  const { run: body, weight } = compileBlock(context, node.body);
  const { at } = node;
  const loop = { slot: targetSlot(context, node.target), assign, at, weight, body };
  return (thread, frame) => {
    const over = iterable(thread, frame);
    thread.at = at;
    return runLoop(thread, frame, over, loop);
  };
}

function compileWhile(context: Context, node: Extract<Statement, { kind: 'while' }>): Execute {
  const test = context.test(node.test);
  const { run, weight } = compileBlock(context, node.body);
  const { at } = node;
  return (thread, frame) => {
    while (test(thread, frame)) {
      thread.steps += weight;
      if (thread.steps > thread.limit) thread.pause(at);
      const signal = run(thread, frame);
      if (signal === RETURN) return RETURN;
      if (signal === BREAK) return NEXT;
    }
    return NEXT;
  };
}
