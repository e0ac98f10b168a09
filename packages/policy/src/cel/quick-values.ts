// The texts and truths a quick answer can read: fields of the call, the session and one effect or flow, straight from the
// values CEL would be given. INVARIANT: undefined wherever CEL would fail or look further.
import type { Effect, Flow, JsonObject, SessionFacts } from '@castellan/contract';
import type { ASTNode } from '@marcbachmann/cel-js';
import type { CelCall, CelConfig, CelModule } from './values.ts';

export interface QuickInput {
  readonly call: CelCall;
  readonly arguments: JsonObject;
  readonly module: CelModule;
  readonly config: CelConfig;
  readonly facts: { readonly effects: readonly Effect[]; readonly session: SessionFacts };
}

export type Element = Effect | Flow;
/** The variable of the loop an expression stands in, and what it runs over. */
export interface Scope {
  readonly name: string;
  readonly over: 'effects' | 'flows';
}

export type Text = (input: QuickInput, element: Element | undefined) => string | undefined;
export type Truth = (input: QuickInput, element: Element | undefined) => boolean | undefined;
export type List = (input: QuickInput) => readonly string[];

const CALL_TEXTS = [
  'agent',
  'task',
  'session',
  'module',
  'tool',
  'name',
  'cwd',
  'workspace',
  'origin',
  'script',
] as const;
const MODULE_TEXTS = ['name', 'title', 'version', 'tool_class'] as const;

const EFFECT_TEXTS: { readonly [field: string]: (effect: Effect) => string } = {
  kind: (effect) => effect.kind,
  target: (effect) => effect.target,
  target_kind: (effect) => effect.targetKind,
  place: (effect) => effect.place,
  certainty: (effect) => effect.certainty,
  resource: (effect) => effect.resource ?? '',
  note: (effect) => effect.note ?? '',
};
const FLOW_TEXTS: { readonly [field: string]: (flow: Flow) => string } = {
  label: (flow) => flow.label,
  source: (flow) => flow.source,
  argument: (flow) => flow.argument,
};
const EFFECT_TRUTHS: { readonly [field: string]: (effect: Effect) => boolean } = {
  recursive: (effect) => effect.recursive === true,
  undoable: (effect) => effect.undoable === true,
};
const FLOW_TRUTHS: { readonly [field: string]: (flow: Flow) => boolean } = {
  encoded: (flow) => flow.encodings.length > 0,
  whole: (flow) => flow.whole,
};

const own = <T>(table: { readonly [field: string]: T }, field: string): T | undefined =>
  Object.hasOwn(table, field) ? table[field] : undefined;

const isName = (node: ASTNode, name: string): boolean => node.op === 'id' && node.args === name;

/** `NAME.field`: the name and the field. */
function fieldOf(node: ASTNode): { readonly of: ASTNode; readonly field: string } | null {
  return node.op === '.' ? { of: node.args[0], field: node.args[1] } : null;
}

export const literalOf = (node: ASTNode | undefined): string | null =>
  node?.op === 'value' && typeof node.args === 'string' ? node.args : null;

/** A list of texts spelt out. */
export function literalsOf(node: ASTNode | undefined): readonly string[] | null {
  if (node?.op !== 'list') return null;
  const texts = node.args.map(literalOf);
  return texts.every((text) => text !== null) ? texts : null;
}

/** `call.args.NAME`. */
export function argumentName(node: ASTNode): string | null {
  const outer = fieldOf(node);
  const inner = outer === null ? null : fieldOf(outer.of);
  return outer !== null && inner !== null && isName(inner.of, 'call') && inner.field === 'args' ? outer.field : null;
}

export const ownArgument = (input: QuickInput, name: string) =>
  Object.hasOwn(input.arguments, name) ? input.arguments[name] : undefined;

/** A text of the call, of its module, of the page, of the element a loop is at; or any of these in lower case. */
export function textOf(node: ASTNode, scope: Scope | null): Text | null {
  if (node.op === 'rcall' && node.args[0] === 'lower' && node.args[2].length === 0) {
    const inner = textOf(node.args[1], scope);
    return inner === null ? null : (input, element) => inner(input, element)?.toLowerCase();
  }
  const argument = argumentName(node);
  if (argument !== null) {
    return (input) => {
      const value = ownArgument(input, argument);
      return typeof value === 'string' ? value : undefined;
    };
  }
  const path = fieldOf(node);
  if (path === null) return null;
  if (scope !== null && isName(path.of, scope.name)) return elementText(path.field, scope);
  if (isName(path.of, 'call')) {
    const field = CALL_TEXTS.find((each) => each === path.field);
    return field === undefined ? null : (input) => input.call[field];
  }
  if (isName(path.of, 'module')) {
    const field = MODULE_TEXTS.find((each) => each === path.field);
    return field === undefined ? null : (input) => input.module[field];
  }
  if (isName(path.of, 'session') && path.field === 'page_host') return ({ facts }) => facts.session.page?.host ?? '';
  return null;
}

function elementText(field: string, { over }: Scope): Text | null {
  if (over === 'effects') {
    const read = own(EFFECT_TEXTS, field);
    return read === undefined ? null : (_, element) => read(element as Effect);
  }
  const read = own(FLOW_TEXTS, field);
  return read === undefined ? null : (_, element) => read(element as Flow);
}

/** A field that is a bool. */
export function truthOf(node: ASTNode, scope: Scope | null): Truth | null {
  const path = fieldOf(node);
  if (path === null) return null;
  if (scope !== null && isName(path.of, scope.name)) {
    const effect = scope.over === 'effects' ? own(EFFECT_TRUTHS, path.field) : undefined;
    if (effect !== undefined) return (_, element) => effect(element as Effect);
    const flow = scope.over === 'flows' ? own(FLOW_TRUTHS, path.field) : undefined;
    return flow === undefined ? null : (_, element) => flow(element as Flow);
  }
  if (isName(path.of, 'session') && path.field === 'page_credentials')
    return ({ facts }) => facts.session.page?.credentials === true;
  if (isName(path.of, 'session') && path.field === 'interactive') return ({ facts }) => facts.session.interactive;
  if (isName(path.of, 'call') && path.field === 'subagent') return ({ call }) => call.subagent;
  if (isName(path.of, 'module') && path.field === 'known') return ({ module }) => module.known;
  return null;
}

/** A list of texts: spelt out, or what the session and the configuration hold. */
export function listOf(node: ASTNode | undefined): List | null {
  const literals = literalsOf(node);
  if (literals !== null) return () => literals;
  const path = node === undefined ? null : fieldOf(node);
  if (path === null) return null;
  if (isName(path.of, 'session')) {
    if (path.field === 'seen') return ({ facts }) => facts.session.seen;
    if (path.field === 'fresh') return ({ facts }) => facts.session.fresh;
  }
  if (isName(path.of, 'config')) {
    const { field } = path;
    if (field === 'browser_hosts' || field === 'browser_blocked' || field === 'cloud_services' || field === 'own_ports')
      return ({ config }) => config[field];
  }
  return null;
}

/** What a loop runs over, where it is effects or flows. */
export function rangeOf(node: ASTNode): Scope['over'] | null {
  if (isName(node, 'effects')) return 'effects';
  const path = fieldOf(node);
  return path !== null && isName(path.of, 'session') && path.field === 'flows' ? 'flows' : null;
}
