import type { Definition, Manifest, McpStart } from '@castellan/contract';
export interface NewModule {
  readonly name: string;
  readonly title: string;
  readonly start: McpStart;
  readonly definitions: readonly Definition[];
  /** Tools the person says are safe. */
  readonly safe: readonly string[];
  /** A shipped manifest of the same package; null: none. */
  readonly sorted: Manifest | null;
}
export function manifestFor(_module: NewModule): Manifest {
  throw new Error('being written');
}
