// Gives every name a place. Two passes, as a name is local to a function when anything in it binds it, before or after: the walk
// notes what is bound and what is used; at the end of each function its own names are known, and at the end of the file the others.
//
// INVARIANT: the work is at most proportional to the source. Names are looked up through blocks in blocks, and a function has a
// member for every variable of the functions around it that it or an inner one uses: a text of a megabyte could ask for a
// hundred million of those, so the resolver counts, and gives up with an ordinary error.
import type { StarlarkError } from '../errors.ts';
import { LONGEST_MESSAGE, shortened } from '../shortened.ts';
import { nearest } from '../spell.ts';
import type { Expression, FunctionNode, FunctionScope, Identifier, Statement } from '../syntax/ast.ts';
import type { Dialect } from '../syntax/dialect.ts';
import { Positions, positionText } from '../syntax/positions.ts';
import {
  type Block,
  type Container,
  isInFrame,
  newBlock,
  newContainer,
  newFree,
  newLocal,
  scopeOf,
  type Use,
  type Variable,
} from './scope.ts';

export interface ResolveOptions {
  readonly dialect: Dialect;
  /** Whether the host gives this file a value of that name. */
  readonly isPredeclared: (name: string) => boolean;
  /** Whether every file has it: `len`. */
  readonly isUniversal: (name: string) => boolean;
  /** Whether it is a global that an earlier piece of the same file has bound: for a REPL. */
  readonly isGlobal?: (name: string) => boolean;
}

/** The walk, whose parts call one another through the resolver. */
export interface Rules {
  readonly expression: (resolver: Resolver, node: Expression) => void;
  readonly statements: (resolver: Resolver, nodes: readonly Statement[]) => void;
  readonly function: (resolver: Resolver, node: FunctionNode) => void;
  readonly assign: (resolver: Resolver, target: Expression, isAugmented: boolean) => void;
}

/** Ends the walk. */
export class TooMuchWork {
  readonly kind = 'too much work';
}

const MAX_ERRORS = 100;
/** Letters compared with letters in search of what a misspelt name may have meant. */
const MAX_SPELLING = 4_000_000;

export class Resolver {
  readonly options: ResolveOptions;
  readonly rules: Rules;
  readonly errors: StarlarkError[] = [];
  readonly globals: Variable[] = [];
  /** Loops around the statement, within its function. */
  loops = 0;
  conditionals = 0;
  readonly #file: Block;
  readonly #top: Container = newContainer(undefined);
  #block: Block;
  #container: Container;
  readonly #functions: Container[] = [];
  readonly #globals = new Map<string, Variable>();
  readonly #given = new Map<string, Variable>();
  readonly #positions: Positions;
  #work: number;
  #spelling = MAX_SPELLING;

  constructor(name: string, source: string, options: ResolveOptions, rules: Rules) {
    this.options = options;
    this.rules = rules;
    this.#file = newBlock(undefined, this.#top);
    this.#block = this.#file;
    this.#container = this.#top;
    this.#positions = new Positions(name, source);
    this.#work = 100_000 + 2 * source.length;
  }

  get isInFunction(): boolean {
    return this.#container !== this.#top;
  }

  /** The reference reports every fault; after a hundred nobody reads on. */
  fail(at: number, message: string): void {
    if (this.errors.length >= MAX_ERRORS) return;
    const error: StarlarkError = {
      kind: 'resolve',
      message: shortened(message, LONGEST_MESSAGE),
      at: this.#positions.at(at),
      stack: [],
      budget: undefined,
    };
    this.errors.push(error);
  }

  /** Walks what has names of its own: a function where a container is given, a comprehension otherwise. */
  within(container: Container | undefined, walk: () => void): void {
    const block = this.#block;
    const outer = this.#container;
    this.#block = newBlock(block, container);
    if (container !== undefined) {
      this.#container = container;
      this.#functions.push(container);
    }
    walk();
    if (container !== undefined) this.#settle(container);
    this.#block = block;
    this.#container = outer;
  }

  /** The identifier binds its name here. @returns whether it was bound already */
  bind(identifier: Identifier): boolean {
    if (this.#block !== this.#file) return this.bindLocal(identifier);
    const { name } = identifier;
    const known = this.#file.bindings.get(name) ?? this.#globals.get(name);
    const variable = known ?? this.#newGlobal(identifier);
    if (known !== undefined && !this.options.dialect.globalReassign) {
      const declared = positionText(this.#positions.at(known.firstAt));
      this.fail(identifier.at, `cannot reassign ${known.place?.kind} ${name} declared at ${declared}`);
    }
    identifier.binding = variable.place;
    return known !== undefined;
  }

  /** As `bind`, but at top level too the name is local to the file. */
  bindLocal(identifier: Identifier): boolean {
    const isKnown = this.#block.bindings.has(identifier.name);
    if (!isKnown) this.#block.bindings.set(identifier.name, newLocal(this.#container, identifier));
    this.use(identifier);
    return isKnown;
  }

  use(identifier: Identifier): void {
    const use: Use = { identifier, block: this.#block };
    // Where a global may be bound twice, what a name means at top level depends on what stands above it.
    if (this.options.dialect.globalReassign && this.#block === this.#file) this.#useAtTop(use);
    else this.#container.uses.push(use);
  }

  /** To be called when the walk is over. @returns what the top level is like */
  finish(): FunctionScope {
    this.#settle(this.#top);
    this.#resolveOuter(this.#file);
    for (const container of this.#functions) {
      if (container.function !== undefined) container.function.scope = scopeOf(container);
    }
    return scopeOf(this.#top);
  }

  #newGlobal(identifier: Identifier): Variable {
    const variable: Variable = {
      name: identifier.name,
      firstAt: identifier.at,
      place: { kind: 'global', index: this.globals.length },
    };
    this.#globals.set(identifier.name, variable);
    this.globals.push(variable);
    return variable;
  }

  #count(): void {
    if (--this.#work < 0) throw new TooMuchWork();
  }

  /** Resolves the uses of a function's own names and leaves those of the others. */
  #settle(container: Container): void {
    container.uses = container.uses.filter(({ identifier, block }) => {
      const variable = this.#findWithin(block, identifier.name);
      if (variable === undefined) return true;
      identifier.binding = variable.place;
      return false;
    });
  }

  #findWithin(from: Block, name: string): Variable | undefined {
    for (let block: Block | undefined = from; block !== undefined; block = block.parent) {
      this.#count();
      const variable = block.bindings.get(name);
      if (variable !== undefined) return variable;
      if (block.container !== undefined) return undefined;
    }
    return undefined;
  }

  /** Inner blocks first, since they decide what a function must take along for them. */
  #resolveOuter(block: Block): void {
    for (const child of block.children) this.#resolveOuter(child);
    for (const use of block.container?.uses ?? []) {
      use.identifier.binding = this.#find(use, use.block).place;
    }
  }

  #find(use: Use, block: Block): Variable {
    this.#count();
    if (block === this.#file || block.parent === undefined) return this.#useAtTop(use);
    const { name } = use.identifier;
    const own = block.bindings.get(name);
    if (own !== undefined) return own;
    const outer = this.#find(use, block.parent);
    const variable = block.container !== undefined && isInFrame(outer) ? newFree(block.container, outer) : outer;
    // Kept, so that a function takes each variable along once, and an unknown name is reported once in each function.
    block.bindings.set(name, variable);
    return variable;
  }

  /** A use of what the file loads, binds or is given. */
  #useAtTop(use: Use): Variable {
    const { identifier } = use;
    const { name } = identifier;
    const variable =
      this.#file.bindings.get(name) ??
      this.#globals.get(name) ??
      (this.options.isGlobal?.(name) ? this.#newGlobal(identifier) : undefined) ??
      this.#given.get(name) ??
      this.#newGiven(use);
    identifier.binding = variable.place;
    return variable;
  }

  #newGiven(use: Use): Variable {
    const { name, at } = use.identifier;
    const { isPredeclared, isUniversal, dialect } = this.options;
    if (!isPredeclared(name) && !isUniversal(name)) {
      const meant = this.#nearest(use);
      this.fail(at, `undefined: ${name}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`);
      return { name, firstAt: at, place: undefined };
    }
    const kind = isPredeclared(name) ? 'predeclared' : 'universal';
    if (kind === 'universal' && name === 'set' && !dialect.set) {
      this.fail(at, 'this Starlark dialect does not support sets');
    }
    const variable: Variable = { name, firstAt: at, place: { kind } };
    this.#given.set(name, variable);
    return variable;
  }

  /** The name in sight that is most like an unknown one. */
  #nearest(use: Use): string | undefined {
    if (this.errors.length >= MAX_ERRORS) return undefined;
    const names: string[] = [];
    for (let block: Block | undefined = use.block; block !== undefined; block = block.parent) {
      for (const name of block.bindings.keys()) names.push(name);
    }
    for (const { name } of this.globals) names.push(name);
    for (const name of names) this.#spelling -= name.length * use.identifier.name.length;
    return this.#spelling < 0 ? undefined : nearest(use.identifier.name, names.sort());
  }
}
