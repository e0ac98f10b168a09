// What a rule's condition can see of a call. INVARIANT: a field listed here always has a value of its type, so that a
// condition never fails because of what the agent left out; arguments alone are the agent's own and may lack anything.
import type { Call, Effect, JsonObject, JsonValue } from '@castellan/contract';

export type CelValue = null | boolean | number | string | readonly CelValue[] | ReadonlyMap<string, CelValue>;

/** Maps, not objects: a key named `constructor` or `__proto__` is then an ordinary key to the evaluator. */
export function celValue(value: JsonValue): CelValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(celValue);
  return celMap(value as JsonObject);
}

function celMap(value: JsonObject): ReadonlyMap<string, CelValue> {
  const map = new Map<string, CelValue>();
  for (const key of Object.keys(value)) map.set(key, celValue(value[key] ?? null));
  return map;
}

export class CelCall {
  readonly agent: string;
  readonly task: string;
  readonly session: string;
  readonly module: string;
  readonly tool: string;
  readonly cwd: string;
  readonly workspace: string;
  readonly origin: string;
  readonly subagent: boolean;
  readonly #arguments: JsonObject;
  #args: ReadonlyMap<string, CelValue> | undefined;

  constructor(call: Call, module: string) {
    this.agent = call.agent;
    this.task = call.task;
    this.session = call.session;
    this.module = module;
    this.tool = call.tool;
    this.cwd = call.cwd;
    this.workspace = call.workspace;
    this.origin = call.origin;
    this.subagent = call.subagent !== undefined;
    this.#arguments = call.arguments;
  }

  get name(): string {
    return `${this.module}/${this.tool}`;
  }

  /** Converted on first use: most rules never look at the arguments, and they can be a megabyte. */
  get args(): ReadonlyMap<string, CelValue> {
    this.#args ??= celMap(this.#arguments);
    return this.#args;
  }
}

export class CelEffect {
  readonly kind: string;
  readonly target: string;
  readonly target_kind: string;
  readonly place: string;
  readonly certainty: string;
  readonly recursive: boolean;
  readonly note: string;

  constructor(effect: Effect) {
    this.kind = effect.kind;
    this.target = effect.target;
    this.target_kind = effect.targetKind;
    this.place = effect.place;
    this.certainty = effect.certainty;
    this.recursive = effect.recursive === true;
    this.note = effect.note ?? '';
  }
}

export class CelSession {
  readonly interactive: boolean;

  constructor(interactive: boolean) {
    this.interactive = interactive;
  }
}

export class CelModule {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly known: boolean;
  readonly tool_class: string;

  constructor(name: string, known: { readonly title: string; readonly version: string } | null, toolClass: string) {
    this.name = name;
    this.title = known?.title ?? '';
    this.version = known?.version ?? '';
    this.known = known !== null;
    this.tool_class = toolClass;
  }
}
