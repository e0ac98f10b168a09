// What a host gives to a run. It is asked through the functions below. INVARIANT: what it gives wrongly refuses the run instead of lifting a
// limit, and what it throws is told to itself alone: the words of a host's error are no business of the program's author.
import type { Meter, Value } from '../values/value.ts';
import { Fault } from './fault.ts';

/** Everything a run may use. Reaching a limit is a fault of kind `budget`. */
export interface Budget {
  readonly steps: number;
  /** Bytes taken over the whole run; what became garbage counts too, so that a run costs the same every time. */
  readonly memoryBytes: number;
  /** How many calls may be within each other. */
  readonly depth: number;
  readonly outputBytes: number;
}

export interface Used {
  readonly steps: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
}

/** The run that loads a module: what it has used already, and where the module's use can be charged. */
export interface Loader extends Meter {
  used(): Used;
  /** Charges what a module has used: steps, memory and output alike. @throws Fault when a budget is used up */
  charge(used: Used): void;
}

/** `true` or a text, which is shown as the reason: end it. */
export type Cancelled = () => boolean | string | undefined;

export interface Host {
  readonly budget: Budget;
  /** Asked every few thousand steps whether the run is to end; a text says why. */
  readonly cancelled?: Cancelled | undefined;
  readonly print?: ((text: string) => void) | undefined;
  /** Gives the globals of a module, or says why not. What that cost is to be charged to the program that loads it: `loader.charge`. */
  readonly load?: ((module: string, loader: Loader) => LoadResult) | undefined;
}

export type LoadResult =
  | { readonly ok: true; readonly globals: ReadonlyMap<string, Value> }
  | { readonly ok: false; readonly message: string };

const AMOUNTS: readonly (keyof Budget)[] = ['steps', 'memoryBytes', 'depth', 'outputBytes'];

/** @throws Fault for a budget that is no limit: a setting that was not there, or no number */
export function checkBudget(budget: Budget | undefined): void {
  for (const name of AMOUNTS) {
    if (!isAmount(budget?.[name])) throw new Fault('host', `the budget of ${name} is no number from 0 up`);
  }
}

/** Also for what a host charges: a NaN or a negative amount would end the counting. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

/** Calls the host. @throws Fault of its own, or one of kind `host` */
export function askHost<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw thrown instanceof Fault ? thrown : hostFault(thrown);
  }
}

export function hostFault(thrown: unknown): Fault {
  return new Fault('host', 'the host failed', undefined, thrown);
}

/** The fault that ends the run, if the host says so. */
export function cancellation(cancelled: Cancelled | undefined): Fault | undefined {
  if (cancelled === undefined) return undefined;
  const reason = askHost(cancelled);
  if (reason === undefined || reason === false) return undefined;
  const words = typeof reason === 'string' && reason !== '' ? `: ${reason}` : '';
  return new Fault('cancelled', `Starlark computation cancelled${words}`);
}
