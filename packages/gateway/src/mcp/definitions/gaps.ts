import type { Definition, Manifest } from '@castellan/contract';
export interface ManifestGaps {
  readonly missing: readonly string[];
  readonly unsorted: readonly string[];
  readonly lines: readonly string[];
  readonly refuse: boolean;
}
export function manifestGaps(_manifest: Manifest, _definitions: readonly Definition[]): ManifestGaps {
  throw new Error('being written');
}
