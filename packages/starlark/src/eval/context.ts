// What the compiler knows while it is inside a function: where names are kept, and how much the code that it makes will need.
import type { FunctionScope } from '../syntax/ast.ts';
import type { Dialect } from '../syntax/dialect.ts';
import type { Value } from '../values/value.ts';
import type { Origin } from './code.ts';

export interface FileContext {
  readonly origin: Origin;
  readonly dialect: Dialect;
  /** Slot in the module of each predeclared name that is used. */
  readonly predeclared: Map<string, number>;
  readonly globals: readonly string[];
  readonly universe: ReadonlyMap<string, Value>;
}

/** JavaScript's stack that a node takes while what is inside it runs; measured in V8's interpreter, which takes the most. */
const NODE_BYTES = 240;
/** The same for the call itself. */
const CALL_BYTES = 700;

export class Context {
  readonly file: FileContext;
  readonly scope: FunctionScope;
  /** Nodes that were compiled since somebody set it to 0. */
  nodes: number;
  private depth: number;
  private deepest: number;
  private extra: number;

  constructor(file: FileContext, scope: FunctionScope) {
    this.file = file;
    this.scope = scope;
    this.nodes = 0;
    this.depth = 0;
    this.deepest = 0;
    this.extra = 0;
  }

  enter(): void {
    this.nodes += 1;
    this.depth += 1;
    if (this.depth > this.deepest) this.deepest = this.depth;
  }

  leave(): void {
    this.depth -= 1;
  }

  /** What a call of the function takes of JavaScript's stack. */
  get weight(): number {
    return CALL_BYTES + NODE_BYTES * this.deepest;
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
