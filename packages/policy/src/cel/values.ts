// What a rule's condition can see of a call. INVARIANT: a field listed here always has a value of its type, so that a
// condition never fails because of what the agent left out; arguments alone are the agent's own and may lack anything.
import type { Call, Config, Effect, Flow, JsonObject, JsonValue, SessionFacts } from '@castellan/contract';
import { canonicalEntry } from './hosts.ts';

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
  /** Name of the script that makes it; empty where none does. */
  readonly script: string;
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
    this.script = call.script?.name ?? '';
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
  /** Empty where it has none. */
  readonly resource: string;
  readonly undoable: boolean;
  readonly note: string;

  constructor(effect: Effect) {
    this.kind = effect.kind;
    this.target = effect.target;
    this.target_kind = effect.targetKind;
    this.place = effect.place;
    this.certainty = effect.certainty;
    this.recursive = effect.recursive === true;
    this.resource = effect.resource ?? '';
    this.undoable = effect.undoable === true;
    this.note = effect.note ?? '';
  }
}

export class CelFlow {
  readonly label: string;
  readonly source: string;
  readonly argument: string;
  readonly encoded: boolean;
  /** How it was wrapped: `base64`, `hex`, `url`, `json`, `compressed-space`. */
  readonly encodings: readonly string[];
  readonly whole: boolean;
  readonly length: bigint;

  constructor(flow: Flow) {
    this.label = flow.label;
    this.source = flow.source;
    this.argument = flow.argument;
    this.encoded = flow.encodings.length > 0;
    this.encodings = flow.encodings;
    this.whole = flow.whole;
    this.length = BigInt(flow.length);
  }
}

export class CelSession {
  readonly interactive: boolean;
  readonly flows: readonly CelFlow[];
  readonly seen: readonly string[];
  readonly fresh: readonly string[];
  /** Empty where the browser shows nothing. */
  readonly page_host: string;
  readonly page_credentials: boolean;

  constructor({ interactive, flows, seen, fresh, page }: SessionFacts) {
    this.interactive = interactive;
    this.flows = flows.map((flow) => new CelFlow(flow));
    this.seen = seen;
    this.fresh = fresh;
    this.page_host = page?.host ?? '';
    this.page_credentials = page?.credentials === true;
  }
}

/** What the user chose in config.yaml, as far as conditions may look at it. */
export class CelConfig {
  readonly browser_hosts: readonly string[];
  readonly browser_blocked: readonly string[];
  readonly cloud_services: readonly string[];
  /** `:9999`, as it ends a target: each port that Castellan listens on, or is configured to. */
  readonly own_ports: readonly string[];

  constructor({ browser, cloud, listen }: Config, bound: readonly number[]) {
    this.browser_hosts = browser.hosts.map(canonicalEntry);
    this.browser_blocked = browser.blocked.map(canonicalEntry);
    this.cloud_services = cloud.services.map(canonicalEntry);
    // 0 is no port: the system picks one, and only whoever bound it knows which.
    this.own_ports = [...new Set([listen.port, ...bound])].filter((port) => port !== 0).map((port) => `:${port}`);
  }

  static readonly #made = new WeakMap<Config, WeakMap<readonly number[], CelConfig>>();

  /** A configuration never changes, nor does a list of ports, so both are read once. */
  static of(config: Config, bound: readonly number[]): CelConfig {
    const byPorts = CelConfig.#made.get(config) ?? new WeakMap<readonly number[], CelConfig>();
    CelConfig.#made.set(config, byPorts);
    const made = byPorts.get(bound) ?? new CelConfig(config, bound);
    byPorts.set(bound, made);
    return made;
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
