// A proof that stands alone: records byte for byte, each with its path to one signed head, and where somebody kept an older
// head, the path from that one. Whoever has the verifier (verifier/verify.mjs) and the key needs nothing else.
import { proveConsistency, proveInclusion, type SubtreeSource } from '../merkle/prove.ts';
import { type Checkpoint, openCheckpoint } from '../note/checkpoint.ts';
import type { VerifierKey } from '../note/vkey.ts';

/** What is proved of a log at one moment: everything here is of that moment, however the log grows. */
export interface ProvableLog {
  readonly vkey: VerifierKey;
  readonly checkpoint: Checkpoint;
  /** Complete subtrees of the tree of `checkpoint`. */
  readonly source: SubtreeSource;
  /** The bytes of an entry; undefined where they were sealed. */
  readonly entry: (index: number) => Promise<Uint8Array | undefined>;
}

/** The proof file, as JSON. Bytes and hashes are base64; `checkpoint` is a signed note. */
export interface ProofFile {
  readonly castellanProof: 1;
  /** What the records are about: told, and checked by the verifier against what they say. */
  readonly call: string;
  readonly vkey: string;
  readonly checkpoint: string;
  readonly records: readonly { readonly index: number; readonly bytes: string; readonly path: readonly string[] }[];
  readonly since?: { readonly checkpoint: string; readonly path: readonly string[] } | undefined;
}

/** `sealed`: the bytes of a record are no longer there. `not-ours`: the older head is no head of this log. */
export type ProofResult =
  | { readonly kind: 'proved'; readonly file: ProofFile }
  | { readonly kind: 'refused'; readonly code: 'sealed' | 'not-ours'; readonly message: string; readonly hint: string };

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

export interface ProofWish {
  readonly call: string;
  /** Where its records stand, ascending. */
  readonly indexes: readonly number[];
  /** An older signed checkpoint, kept elsewhere. */
  readonly since?: Uint8Array;
}

/** Proves that these entries stand in `log`, at the moment it is of. Throws what reading the log throws. */
export async function makeProof(log: ProvableLog, { call, indexes, since }: ProofWish): Promise<ProofResult> {
  const { checkpoint, source, vkey } = log;
  const records: ProofFile['records'][number][] = [];
  for (const index of indexes) {
    const bytes = await log.entry(index);
    if (bytes === undefined) {
      const message = `record \`${index}\` was sealed: its hash is there, its bytes are not`;
      return {
        kind: 'refused',
        code: 'sealed',
        message,
        hint: 'prove it from the archive that the seal was made with',
      };
    }
    const path = await proveInclusion(source, index, checkpoint.size);
    records.push({ index, bytes: base64(bytes), path: path.map(base64) });
  }
  const file = { castellanProof: 1, call, vkey: vkey.text, checkpoint: utf8(checkpoint.bytes), records } as const;
  if (since === undefined) return { kind: 'proved', file };
  const older = openCheckpoint(since, vkey);
  if (older.kind === 'rejected' || older.checkpoint.size === 0 || older.checkpoint.size > checkpoint.size) {
    const message = 'the older checkpoint is none of this log';
    return { kind: 'refused', code: 'not-ours', message, hint: '`castellan ledger verify --against` says more' };
  }
  const path = await proveConsistency(source, older.checkpoint.size, checkpoint.size);
  return { kind: 'proved', file: { ...file, since: { checkpoint: utf8(since), path: path.map(base64) } } };
}
