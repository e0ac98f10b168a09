// What a program can do, as its tree says: which secrets, hosts and tools it names, and where it uses them in a way that does not say which.
// INVARIANT: every mention of `http`, `secrets` and `tools` is either a call that is understood here, or may mean anything that is declared.
import { Positions, type SyntaxNode, type syntax, walk } from '@castellan/starlark';
import type { Place } from './faults.ts';
import { literalOf, originIn } from './urls.ts';

export interface Use extends Place {
  readonly text: string;
}

export interface Uses {
  /** What the source names: a secret, a URL or its beginning, `module/tool`. */
  readonly named: readonly Use[];
  /** Where it does not say which. */
  readonly open: readonly Place[];
}

export type Kind = 'secrets' | 'hosts' | 'tools';

export interface AllUses extends Readonly<Record<Kind, Uses>> {
  readonly loads: readonly Use[];
}

type Call = syntax.Call;
type Expression = syntax.Expression;

/** What a call of a module means: it names one, it may mean any, or it uses none. */
type Meaning = { readonly kind: 'one'; readonly name: string } | { readonly kind: 'any' } | { readonly kind: 'none' };

const ANY: Meaning = { kind: 'any' };
const one = (name: string | undefined): Meaning => (name === undefined ? ANY : { kind: 'one', name });

/** By module: what it uses, and what a call of one of its functions means. A function that is not here may mean any. */
const MODULES: ReadonlyMap<
  string,
  { readonly uses: Kind; readonly functions: ReadonlyMap<string, (call: Call) => Meaning> }
> = new Map([
  [
    'secrets',
    {
      uses: 'secrets',
      functions: new Map([
        ['get', (call: Call) => one(literalOf(argument(call, 0)))],
        ['has', (call: Call) => one(literalOf(argument(call, 0)))],
        ['list', (): Meaning => ({ kind: 'none' })],
      ]),
    },
  ],
  [
    'http',
    {
      uses: 'hosts',
      functions: new Map([
        ['get', (call: Call) => one(originIn(argument(call, 0, 'url')))],
        ['post', (call: Call) => one(originIn(argument(call, 0, 'url')))],
        ['request', (call: Call) => one(originIn(argument(call, 1, 'url')))],
      ]),
    },
  ],
  ['tools', { uses: 'tools', functions: new Map([['call', toolOf]]) }],
]);

function toolOf(call: Call): Meaning {
  const module = literalOf(argument(call, 0, 'module'));
  const tool = literalOf(argument(call, 1, 'tool'));
  return module === undefined || tool === undefined ? ANY : one(`${module}/${tool}`);
}

/** What a call gives for a parameter; `undefined`: nothing, or it cannot be told because of a `*`. */
function argument({ arguments: given }: Call, at: number, name?: string): Expression | undefined {
  if (given.some(({ kind }) => kind === 'star' || kind === 'double-star')) return undefined;
  const named = given.find((each) => each.kind === 'named' && each.name === name);
  const positional = given.filter(({ kind }) => kind === 'positional')[at];
  // Given twice it fails when it runs; it is not for us to choose.
  return named !== undefined && positional !== undefined ? undefined : (named ?? positional)?.value;
}

export function usesOf(file: syntax.FileNode): AllUses {
  const positions = new Positions(file.name, file.source);
  const placeOf = (node: { readonly at: number }): Place => {
    const { line, column } = positions.at(node.at);
    return { line, column };
  };
  const found = { secrets: collected(), hosts: collected(), tools: collected() };
  const loads: Use[] = [];
  /** Mentions of a module that a call has explained. */
  const explained = new Set<SyntaxNode>();
  walk(file, (node) => {
    if (node.kind === 'load') loads.push({ ...placeOf(node.module), text: String(node.module.value) });
    else if (node.kind === 'call') {
      const called = calledOf(node);
      if (called === undefined) return undefined;
      explained.add(called.mention);
      const { named, open } = found[called.uses];
      if (called.meaning.kind === 'one') named.push({ ...placeOf(node), text: called.meaning.name });
      else if (called.meaning.kind === 'any') open.push(placeOf(node));
    } else if (node.kind === 'name' && !explained.has(node)) {
      const module = moduleOf(node);
      if (module !== undefined) found[module.uses].open.push(placeOf(node));
    }
    return undefined;
  });
  return { ...found, loads };
}

const collected = (): { readonly named: Use[]; readonly open: Place[] } => ({ named: [], open: [] });

/** A call of a module's function, by its own name and the module's. */
function calledOf(call: Call) {
  const callee = unwrapped(call.callee);
  if (callee.kind !== 'attribute') return undefined;
  const mention = unwrapped(callee.object);
  const module = moduleOf(mention);
  const meaning = module?.functions.get(callee.name)?.(call);
  return module === undefined || meaning === undefined ? undefined : { mention, uses: module.uses, meaning };
}

/** A name that a program has bound itself is another thing, whatever it is called. */
const moduleOf = (node: Expression) =>
  node.kind === 'name' && node.binding?.kind === 'predeclared' ? MODULES.get(node.name) : undefined;

function unwrapped(node: Expression): Expression {
  let inner = node;
  while (inner.kind === 'paren') inner = inner.inner;
  return inner;
}
