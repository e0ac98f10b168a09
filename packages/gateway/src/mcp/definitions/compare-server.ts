import type { Difference, ServerIdentity } from '@castellan/contract';
export interface ServerSaid {
  readonly identity: ServerIdentity;
  readonly server: { readonly name: string; readonly version: string };
  readonly instructions: string | null;
}
/** Identity and instructions; a difference of identity means hold. */
export function compareServer(_accepted: ServerSaid, _seen: ServerSaid): readonly Difference[] {
  throw new Error('being written');
}
