// A rule's condition, compiled once. It either answers or says why it could not; it never throws.
import type { Call, Config, Effect, JsonObject, SessionFacts } from '@castellan/contract';
import { affordable, boundsOf, type Size, sizeOfCall } from './bounds.ts';
import { environment } from './environment.ts';
import { type Quick, quickOf } from './quick.ts';
import { CelCall, CelConfig, CelEffect, CelModule, CelSession } from './values.ts';

export type Match =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  | { readonly kind: 'error'; readonly why: string };
export type Condition = (context: Context) => Match;
export type CompiledCondition =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

const YES: Match = { kind: 'yes' };
const NO: Match = { kind: 'no' };
const NO_PORTS: readonly number[] = [];

/** What conditions are evaluated on. Built once per decision, each part when a condition first looks at it. */
export class Context {
  readonly #input: ContextInput;
  #call: CelCall | undefined;
  #effects: readonly CelEffect[] | undefined;
  #session: CelSession | undefined;
  #config: CelConfig | undefined;
  #module: CelModule | undefined;
  #size: Size | undefined;

  constructor(input: ContextInput) {
    this.#input = input;
  }

  get arguments(): JsonObject {
    return this.#input.call.arguments;
  }

  /** Effects and session as they came: what a quick answer reads. */
  get facts(): ContextInput {
    return this.#input;
  }

  get call(): CelCall {
    this.#call ??= new CelCall(this.#input.call, this.#input.moduleName);
    return this.#call;
  }

  get effects(): readonly CelEffect[] {
    this.#effects ??= this.#input.effects.map((effect) => new CelEffect(effect));
    return this.#effects;
  }

  get session(): CelSession {
    this.#session ??= new CelSession(this.#input.session);
    return this.#session;
  }

  get config(): CelConfig {
    this.#config ??= CelConfig.of(this.#input.config, this.#input.ownPorts ?? NO_PORTS);
    return this.#config;
  }

  get module(): CelModule {
    this.#module ??= new CelModule(this.#input.moduleName, this.#input.manifest, this.#input.toolClass);
    return this.#module;
  }

  get size(): Size {
    this.#size ??= sizeOfCall(this.#input.call.arguments, this.#input.effects, this.#input.session.flows);
    return this.#size;
  }
}

export interface ContextInput {
  readonly call: Call;
  readonly effects: readonly Effect[];
  readonly session: SessionFacts;
  readonly config: Config;
  readonly ownPorts?: readonly number[] | undefined;
  readonly moduleName: string;
  readonly manifest: { readonly title: string; readonly version: string } | null;
  readonly toolClass: string;
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? 'unknown error';

/** Compiles a condition. A syntax error, an unknown name, a type that cannot be right or an unbounded cost is a fault now. */
export function compileCondition(text: string): CompiledCondition {
  let evaluate: (context: Context) => unknown;
  let quadratic: boolean;
  let quick: Quick | null;
  try {
    const parsed = environment.parse(text);
    const bounds = boundsOf(parsed.ast);
    if (!bounds.ok) return { ok: false, message: bounds.message, hint: bounds.hint };
    const checked = parsed.check();
    if (!checked.valid) return { ok: false, message: `condition is wrong: ${firstLine(checked.error)}` };
    if (checked.type !== 'bool' && checked.type !== 'dyn') {
      return {
        ok: false,
        message: `condition gives \`${checked.type}\`, not a bool`,
        hint: 'compare it with something',
      };
    }
    evaluate = parsed;
    quadratic = bounds.cost === 'quadratic';
    quick = quickOf(parsed.ast);
  } catch (error) {
    return { ok: false, message: `condition does not parse: ${firstLine(error)}` };
  }
  return {
    ok: true,
    condition: (context) => {
      try {
        const told = quick?.(context);
        if (told !== undefined) return told ? YES : NO;
        if (quadratic && !affordable(context.size)) {
          return { kind: 'error', why: 'the call is too large for this condition' };
        }
        const answer = evaluate(context);
        if (answer === true) return YES;
        if (answer === false) return NO;
        return { kind: 'error', why: `the condition gave ${typeof answer}, not a bool` };
      } catch (error) {
        return { kind: 'error', why: firstLine(error) };
      }
    },
  };
}
