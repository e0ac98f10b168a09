// Blocks and what is bound in them, while names are being resolved.
import type { Binding, FunctionNode, FunctionScope, Identifier } from '../syntax/ast.ts';

/** A place of a frame. It changes in one way: a local becomes a cell when an inner function is found to share it. */
interface Slot {
  kind: 'local' | 'cell';
  readonly index: number;
}
type Place = Slot | Exclude<Binding, { readonly kind: 'local' | 'cell' }>;

/** What a name stands for in a block; `place` is shared by all identifiers that mean it, and `undefined` when nothing has the name. */
export interface Variable {
  readonly name: string;
  /** Where it was first bound. */
  readonly firstAt: number;
  readonly place: Place | undefined;
}

/** A function, or the top level: what has a frame. */
export interface Container {
  /** `undefined` for the top level. */
  readonly function: FunctionNode | undefined;
  readonly locals: Variable[];
  /** What the function takes from those around it, as they know it. */
  readonly free: Variable[];
  /** Names used in it whose meaning is not known yet. */
  uses: Use[];
  keywordOnly: number;
  hasArgs: boolean;
  hasKwargs: boolean;
}

export interface Use {
  readonly identifier: Identifier;
  readonly block: Block;
}

/** The top level, a function or a comprehension. */
export interface Block {
  readonly parent: Block | undefined;
  /** There when the block is a container, not when it is a comprehension. */
  readonly container: Container | undefined;
  readonly children: Block[];
  readonly bindings: Map<string, Variable>;
}

export function newContainer(node: FunctionNode | undefined): Container {
  return {
    function: node,
    locals: [],
    free: [],
    uses: [],
    keywordOnly: 0,
    hasArgs: false,
    hasKwargs: false,
  };
}

/** What the tree says of a function once everything is resolved. */
export function scopeOf(container: Container): FunctionScope {
  const { locals, free, keywordOnly, hasArgs, hasKwargs } = container;
  return {
    locals: locals.map(({ name }) => name),
    cells: locals.flatMap(({ place }) => (place?.kind === 'cell' ? [place.index] : [])),
    free: free.flatMap(({ name, place }) =>
      place?.kind === 'cell' || place?.kind === 'free'
        ? [{ name, from: { kind: place.kind, index: place.index } }]
        : [],
    ),
    keywordOnly,
    hasArgs,
    hasKwargs,
  };
}

export function newBlock(parent: Block | undefined, container: Container | undefined): Block {
  const block: Block = { parent, container, children: [], bindings: new Map() };
  parent?.children.push(block);
  return block;
}

export function newLocal(container: Container, identifier: Identifier): Variable {
  const variable: Variable = {
    name: identifier.name,
    firstAt: identifier.at,
    place: { kind: 'local', index: container.locals.length },
  };
  container.locals.push(variable);
  return variable;
}

/** What an inner function sees of a variable of the function around it. */
export function newFree(container: Container, outer: Variable): Variable {
  if (outer.place?.kind === 'local') outer.place.kind = 'cell';
  const variable: Variable = {
    name: outer.name,
    firstAt: outer.firstAt,
    place: { kind: 'free', index: container.free.length },
  };
  container.free.push(outer);
  return variable;
}

/** Whether it lives in a frame, of this function or of one around it. */
export function isInFrame(variable: Variable): boolean {
  const kind = variable.place?.kind;
  return kind === 'local' || kind === 'cell' || kind === 'free';
}
