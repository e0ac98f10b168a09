import type { Definition, Finding, Manifest } from '@castellan/contract';
/** Findings of kind `annotation` and `schema`. */
export function annotationLints(_manifest: Manifest, _definitions: readonly Definition[]): readonly Finding[] {
  throw new Error('being written');
}
