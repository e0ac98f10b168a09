// What is known of the shell between two commands. Values are immutable; where two ways meet, only what both agree on stays.
// INVARIANT: whatever is missing here is not known; nothing is known by default but that nothing is piped in.
import type { Function as ShellFunction } from 'unbash';
import type { Told } from './field.ts';

/** inherited: nothing is piped or redirected into it. unknown: something is, nobody knows what; `names`: names of files. */
export type Stdin =
  | { readonly kind: 'inherited' }
  | { readonly kind: 'unknown'; readonly names?: Told }
  | { readonly kind: 'text'; readonly text: string };

export interface State {
  /** Every folder the shell may be in now, as it would print it (links not resolved). `undefined`: not known. */
  readonly cwds: readonly string[] | undefined;
  /** Variables whose value is certain. Absent: not known. */
  readonly vars: ReadonlyMap<string, string>;
  /** Anything may have been moved before, nobody knows what: from here on a path may lead elsewhere than it does now. */
  readonly pathsMoved: boolean;
  /** Variables that are certain to hold a whole number, nobody knows which. */
  readonly numbers?: ReadonlySet<string> | undefined;
  /** `$0`, `$1`, `$2` … Absent: not known. A new shell gets its own: `newShell(state, ['$0', 'a', 'b'])`. */
  readonly params?: readonly (string | undefined)[] | undefined;
  /** Arrays whose every element is certain, by index or key. */
  readonly arrays?: ReadonlyMap<string, ArrayValue> | undefined;
  /** What a name may stand for before it is looked up as a command. */
  readonly functions?: ReadonlyMap<string, Defined> | undefined;
  /** What the next command reads. Absent: nothing is piped or redirected into it. */
  readonly stdin?: Stdin | undefined;
  /** IFS is not what a shell starts with: how values are taken apart is not known. */
  readonly ifsChanged?: boolean | undefined;
  /** Variables that were set since the shell began, whatever to. Absent: any may have been. */
  readonly own?: ReadonlySet<string> | undefined;
  /** Variables that hold one name each of those a command found (`for f in $(find .)`). */
  readonly found?: ReadonlyMap<string, Told> | undefined;
}

export interface ArrayValue {
  readonly keyed: boolean;
  readonly items: ReadonlyMap<string, string>;
}

/** The bodies a function may have. `perhaps`: it may also not be defined at all. */
export interface Defined {
  readonly bodies: readonly Body[];
  readonly perhaps: boolean;
}
export interface Body {
  readonly node: ShellFunction;
  /** Where it was defined in text that has no place of its own in the command. */
  readonly outer: readonly [number, number] | undefined;
}

/** What is known after a command that succeeded, and after one that failed. `undefined`: that cannot happen. */
export interface Flow {
  readonly success: State | undefined;
  readonly failure: State | undefined;
  /** Everything it prints to its standard output. Absent: not known. */
  readonly stdout?: string;
}

/** Parameters as they may be kept: not too many, and none too long. */
export const keptParams = (params: State['params']): State['params'] =>
  params !== undefined && params.length <= MAX_ELEMENTS && params.every((text) => (text?.length ?? 0) <= MAX_VALUE)
    ? params
    : undefined;

/**
 * What a new shell knows (`sh -c text $0 $1 …`): where it is and its own parameters, none of the variables, which may come from
 * anywhere. Analyse its text with `run.text(run, text, newShell(state, words), span)`.
 */
export const newShell = (state: State, words: readonly string[] | undefined): State => ({
  cwds: state.cwds,
  vars: new Map(),
  pathsMoved: state.pathsMoved,
  params: words,
  stdin: state.stdin,
});

/** Nothing is known any more. */
export const lost = (state?: State): State => ({
  cwds: undefined,
  vars: new Map(),
  pathsMoved: true,
  functions: state?.functions,
  stdin: { kind: 'unknown' },
  ifsChanged: true,
});

/** What is left of the shell after something that ran in a shell of its own. */
export function afterChild(state: State, flow: Flow): Flow {
  const moved = after(flow)?.pathsMoved === true && !state.pathsMoved;
  // What was piped in may be read there, in part or whole.
  const used = state.stdin?.kind === 'text' && after(flow)?.stdin !== state.stdin;
  const next =
    moved || used ? { ...state, pathsMoved: state.pathsMoved || moved, stdin: used ? UNKNOWN : state.stdin } : state;
  return {
    success: flow.success === undefined ? undefined : next,
    failure: flow.failure === undefined ? undefined : next,
    ...(flow.stdout === undefined ? {} : { stdout: flow.stdout }),
  };
}

const MAX_CWDS = 4;
/** What is kept of values: more of them, or longer ones, are not known. */
const MAX_VARS = 256;
const MAX_VALUE = 4096;
const MAX_ELEMENTS = 256;
const MAX_BODIES = 4;
const UNKNOWN: Stdin = { kind: 'unknown' };

export const bothWays = (state: State): Flow => ({ success: state, failure: state });

export function join(a: State | undefined, b: State | undefined): State | undefined {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  return {
    cwds: joinCwds(a.cwds, b.cwds),
    vars: joinMaps(a.vars, b.vars, (left, right) => left === right),
    pathsMoved: a.pathsMoved || b.pathsMoved,
    numbers: joinNumbers(a, b),
    params: sameTexts(a.params, b.params) ? a.params : undefined,
    arrays: a.arrays === undefined || b.arrays === undefined ? undefined : joinMaps(a.arrays, b.arrays, sameArray),
    functions: joinFunctions(a.functions, b.functions),
    stdin: sameStdin(a.stdin, b.stdin) ? a.stdin : UNKNOWN,
    ifsChanged: a.ifsChanged === true || b.ifsChanged === true,
    own: joinOwn(a.own, b.own),
    found: a.found === undefined || b.found === undefined ? undefined : joinMaps(a.found, b.found, Object.is),
  };
}

function joinOwn(a: State['own'], b: State['own']): State['own'] {
  if (a === b || a === undefined || b === undefined) return a === b ? a : undefined;
  return a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b]);
}

const owning = ({ own }: State, name: string): State['own'] =>
  own === undefined || own.has(name) ? own : own.size >= MAX_VARS ? undefined : new Set([...own, name]);

function joinMaps<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  same: (left: T, right: T) => boolean,
): ReadonlyMap<string, T> {
  if (a === b) return a;
  const kept = new Map<string, T>();
  for (const [name, value] of a) {
    const other = b.get(name);
    if (other !== undefined && same(value, other)) kept.set(name, value);
  }
  return kept;
}

function joinCwds(a: State['cwds'], b: State['cwds']): State['cwds'] {
  if (a === b) return a;
  if (a === undefined || b === undefined) return undefined;
  const all = [...new Set([...a, ...b])];
  return all.length > MAX_CWDS ? undefined : all;
}

const isNumber = ({ vars, numbers }: State, name: string): boolean =>
  numbers?.has(name) === true || /^-?\d{1,15}$/.test(vars.get(name) ?? '');

function joinNumbers(a: State, b: State): State['numbers'] {
  if (a.vars === b.vars && a.numbers === b.numbers) return a.numbers;
  const names = [...(a.numbers ?? []), ...a.vars.keys()].filter(
    (name) => isNumber(a, name) && isNumber(b, name) && (a.vars.get(name) ?? 'a') !== (b.vars.get(name) ?? 'b'),
  );
  return names.length === 0 ? undefined : new Set(names);
}

const sameTexts = (a: State['params'], b: State['params']): boolean =>
  a === b ||
  (a !== undefined && b !== undefined && a.length === b.length && a.every((text, index) => text === b[index]));

const sameArray = (a: ArrayValue, b: ArrayValue): boolean =>
  a === b ||
  (a.keyed === b.keyed &&
    a.items.size === b.items.size &&
    [...a.items].every(([key, text]) => b.items.get(key) === text));

const sameStdin = (a: Stdin | undefined, b: Stdin | undefined): boolean =>
  a === b ||
  (a !== undefined && b !== undefined && a.kind === b.kind && (a.kind !== 'text' || textOf(a) === textOf(b)));
const textOf = (stdin: Stdin): string | undefined => (stdin.kind === 'text' ? stdin.text : undefined);

function joinFunctions(a: State['functions'], b: State['functions']): State['functions'] {
  if (a === b) return a;
  const all = new Map<string, Defined>();
  for (const name of new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])) {
    const [left, right] = [a?.get(name), b?.get(name)];
    const bodies = [...(left?.bodies ?? [])];
    for (const body of right?.bodies ?? []) if (!bodies.some(({ node }) => node === body.node)) bodies.push(body);
    const perhaps = left === undefined || right === undefined || left.perhaps || right.perhaps;
    // The walk of a call counts its bodies: more than it looks at is said there.
    all.set(name, { bodies: bodies.slice(0, MAX_BODIES + 1), perhaps });
  }
  return all;
}

export const tooManyBodies = ({ bodies }: Defined): boolean => bodies.length > MAX_BODIES;

/** Whether nothing of `before` was lost in `joined`, which is what `before` became when it was joined with more. */
export function keepsAll(joined: State, before: State): boolean {
  return (
    joined === before ||
    (joined.cwds?.length === before.cwds?.length &&
      joined.vars.size === before.vars.size &&
      joined.pathsMoved === before.pathsMoved &&
      (joined.numbers?.size ?? 0) === (before.numbers?.size ?? 0) &&
      sameTexts(joined.params, before.params) &&
      joined.arrays?.size === before.arrays?.size &&
      (joined.functions?.size ?? 0) === (before.functions?.size ?? 0) &&
      [...(joined.functions ?? [])].every(
        ([name, { bodies, perhaps }]) =>
          before.functions?.get(name)?.bodies.length === bodies.length &&
          before.functions.get(name)?.perhaps === perhaps,
      ) &&
      sameStdin(joined.stdin, before.stdin) &&
      joined.ifsChanged === (before.ifsChanged ?? false) &&
      joined.own?.size === before.own?.size &&
      (joined.found?.size ?? 0) === (before.found?.size ?? 0))
  );
}

export const after = (flow: Flow): State | undefined => join(flow.success, flow.failure);

/** `null`: some whole number. */
export function withVar(state: State, name: string, value: string | null | undefined): State {
  const held = state.vars.has(name) || state.numbers?.has(name) === true || state.arrays?.has(name) === true;
  const own = owning(state, name);
  const found = withoutFound(state, name);
  // `x=1` where x is an array sets one element of it in one shell and the whole in another.
  const wasArray = state.arrays?.has(name) === true;
  const short = value !== undefined && value !== null && !wasArray && value.length <= MAX_VALUE;
  const keeps = short && (state.vars.has(name) || state.vars.size < MAX_VARS);
  // What is not kept and was not there changes no value.
  if (!keeps && !held && value !== null && name !== 'IFS')
    return own === state.own && found === state.found ? state : { ...state, own, found };
  const vars = new Map(state.vars);
  if (keeps) vars.set(name, value);
  else vars.delete(name);
  let { numbers } = state;
  if (value === null && !wasArray && (numbers?.size ?? 0) < MAX_VARS) numbers = new Set([...(numbers ?? []), name]);
  else if (numbers?.has(name) === true) numbers = new Set([...numbers].filter((other) => other !== name));
  const arrays = wasArray ? new Map([...(state.arrays ?? [])].filter(([other]) => other !== name)) : state.arrays;
  return { ...state, vars, arrays, numbers, own, found, ...(name === 'IFS' ? { ifsChanged: true } : {}) };
}

const withoutFound = ({ found }: State, name: string): State['found'] =>
  found?.has(name) === true ? new Map([...found].filter(([other]) => other !== name)) : found;

export const withFound = (state: State, name: string, told: Told): State => ({
  ...withVar(state, name, undefined),
  found: new Map(state.found ?? []).set(name, told),
});

export function withArray(state: State, name: string, value: ArrayValue | undefined): State {
  const own = owning(state, name);
  if (value === undefined && !state.vars.has(name) && state.arrays?.has(name) !== true)
    return own === state.own ? state : { ...state, own };
  const vars = new Map(state.vars);
  vars.delete(name);
  const arrays = new Map(state.arrays ?? []);
  const small = value !== undefined && value.items.size <= MAX_ELEMENTS && arrays.size < MAX_VARS;
  if (small && [...value.items.values()].every((text) => text.length <= MAX_VALUE)) arrays.set(name, value);
  else arrays.delete(name);
  return { ...state, vars, arrays, own };
}
