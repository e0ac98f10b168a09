// The one door of the package.

export type { Disk, DiskEntry, DiskFile, DiskLock, DiskReader } from './disk/disk.ts';
export { nodeDisk } from './disk/node-disk.ts';
export type { Appended } from './log/batch.ts';
export type { Ledger, LedgerState } from './log/ledger.ts';
export { type DiskErrorCode, LedgerError, type LedgerErrorCode } from './log/ledger-error.ts';
export { type OpenOptions, type OpenResult, openLedger } from './log/open-ledger.ts';
export { type LedgerRecord, readEntries } from './log/read-entries.ts';
export { CompactRange } from './merkle/compact-range.ts';
export { EMPTY_ROOT, HASH_BYTES, type Hash, leafHash, nodeHash } from './merkle/hash.ts';
export { proveConsistency, proveInclusion, type SubtreeSource, treeRoot } from './merkle/prove.ts';
export { verifyConsistency, verifyInclusion } from './merkle/verify-proof.ts';
export { type Checkpoint, type OpenedCheckpoint, openCheckpoint } from './note/checkpoint.ts';
export { type KeyFileCode, type KeyFileResult, loadSigningKey, saveSigningKey } from './note/key-file.ts';
export { type NoteFault, type NoteSignature, type OpenedNote, openNote } from './note/note.ts';
export { createSigningKey, parseSigningKey, type Signer, type SigningKey } from './note/signing-key.ts';
export { parseVerifierKey, type VerifierKey } from './note/vkey.ts';
export { openClosedLog } from './proof/closed-log.ts';
export { makeProof, type ProofFile, type ProofResult, type ProvableLog } from './proof/proof.ts';
export { listSeals, type SealRange } from './seal/seal-file.ts';
export type { Fate, Seal } from './seal/statement.ts';
export { MAX_ENTRY_BYTES } from './tiles/bundle.ts';
export type { Threads } from './verify/block-roots.ts';
export type { Fault, FaultKind, Verified, VerifyResult } from './verify/fault.ts';
export { type VerifyOptions, verifyLedger } from './verify/verify-ledger.ts';
