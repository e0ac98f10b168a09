// What the parent tells a child to do, once.
import type { ScriptLimits } from '@castellan/contract';

export interface RunTask {
  readonly kind: 'run';
  readonly name: string;
  readonly source: string;
  readonly loads: readonly { readonly script: string; readonly source: string }[];
  /** JSON text of a list. */
  readonly args: string;
  readonly limits: ScriptLimits;
  readonly secrets: readonly string[];
  readonly reachesOut: boolean;
}

export interface InspectTask {
  readonly kind: 'inspect';
  readonly source: string;
}

export type Task = RunTask | InspectTask;
