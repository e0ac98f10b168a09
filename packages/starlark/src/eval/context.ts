// What the compiler knows while it is inside a function: where names are kept, and how much the code that it makes will need.
import type { Expression, FunctionScope, Statement } from '../syntax/ast.ts';
import type { Dialect } from '../syntax/dialect.ts';
import type { Value } from '../values/value.ts';
import type { Block, Evaluate, Origin, Test } from './code.ts';

/** The parts of the compiler that call one another in a circle; they meet here. */
export interface Compilers {
  readonly expression: (context: Context, node: Expression) => Evaluate;
  readonly test: (context: Context, node: Expression) => Test;
  readonly block: (context: Context, nodes: readonly Statement[]) => Block;
}

export interface FileContext {
  readonly compilers: Compilers;
  readonly origin: Origin;
  readonly dialect: Dialect;
  /** Slot in the module of each predeclared name that is used. */
  readonly predeclared: Map<string, number>;
  readonly globals: readonly string[];
  readonly universe: ReadonlyMap<string, Value>;
}

/**
 * JavaScript's stack, in bytes, that a node takes while what is inside it runs: a third more than was measured in V8's interpreter, which
 * takes the most. A node not named here takes `other`.
 */
const STACK_OF_NODE: Readonly<Record<string, number>> = {
  other: 220,
  unary: 260,
  list: 340,
  tuple: 340,
  dict: 340,
  call: 560,
  comprehension: 800,
  for: 740,
  while: 300,
};
/** The same for the call itself. */
const STACK_OF_CALL = 600;

export class Context {
  readonly file: FileContext;
  readonly scope: FunctionScope;
  /** Nodes that were compiled since somebody set it to 0. */
  nodes: number;
  /** What the function takes of JavaScript's stack at most while it calls another, */
  weight: number;
  /** and at most at all. */
  peak: number;
  private stack: number;
  private extra: number;

  constructor(file: FileContext, scope: FunctionScope) {
    this.file = file;
    this.scope = scope;
    this.nodes = 0;
    this.stack = STACK_OF_CALL;
    this.weight = STACK_OF_CALL;
    this.peak = STACK_OF_CALL;
    this.extra = 0;
  }

  expression(node: Expression): Evaluate {
    return this.file.compilers.expression(this, node);
  }

  /** What stands where only its truth matters. */
  test(node: Expression): Test {
    return this.file.compilers.test(this, node);
  }

  block(nodes: readonly Statement[]): Block {
    return this.file.compilers.block(this, nodes);
  }

  /** Compiles what is in a node. @returns what to give to `leave` */
  enter(kind: string): number {
    const size = STACK_OF_NODE[kind] ?? STACK_OF_NODE.other ?? 0;
    this.nodes += 1;
    this.stack += size;
    this.peak = Math.max(this.peak, this.stack);
    if (kind === 'call') this.weight = Math.max(this.weight, this.stack);
    return size;
  }

  leave(size: number): void {
    this.stack -= size;
  }

  /** Steps that the nodes compiled by `compile` count for when they run once: one, and more where they are many. */
  weigh<T>(compile: () => T): { readonly code: T; readonly weight: number } {
    const before = this.nodes;
    this.nodes = 0;
    const code = compile();
    const weight = 1 + (this.nodes >> 3);
    this.nodes = before;
    return { code, weight };
  }

  /** Slots of a frame: the module is in slot 0. */
  localSlot(index: number): number {
    return 1 + index;
  }

  freeSlot(index: number): number {
    return 1 + this.scope.locals.length + index;
  }

  /** A slot for something that has no name. */
  extraSlot(): number {
    this.extra += 1;
    return this.slots - 1;
  }

  /** How long a frame is. */
  get slots(): number {
    return 1 + this.scope.locals.length + this.scope.free.length + this.extra;
  }
}
