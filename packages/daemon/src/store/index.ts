// The door of the store.
export type { CallIndex } from './calls.ts';
export { type DatabaseLook, isSoundDatabase, lookAtDatabase, snapshotForCopy } from './copy.ts';
export { SCHEMA_VERSION } from './schema.ts';
export type { RunRows } from './script-runs.ts';
export {
  BLOCK_RECORDS,
  type BlockSpan,
  MASK_BYTES,
  openSearch,
  removeSearch,
  type SearchBlock,
  type SearchChange,
  type SearchStore,
  SLICE_BYTES,
  SLICES,
  WORD_PARTS,
  type WordAt,
} from './search.ts';
export { openStore, type Store } from './store.ts';
export type { RecordRow } from './tables.ts';
export type { Beginning, Tally } from './tally.ts';
