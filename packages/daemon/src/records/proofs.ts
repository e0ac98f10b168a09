// A proof of one call for somebody who trusts nobody here: its records byte for byte. INVARIANT: what leaves holds no secret that
// is known by now. The bytes cannot be redacted, or they would prove nothing, so such a proof is refused, and the record named.
import type { CallId, CallProof } from '@castellan/contract';
import { makeProof, type ProvableLog } from '@castellan/ledger';
import type { Exits } from '../exits/index.ts';
import { decodeEntry } from './encode.ts';

export type CallProofResult =
  | { readonly kind: 'proved'; readonly proof: CallProof }
  | {
      readonly kind: 'refused';
      readonly code: 'unknown' | 'sealed' | 'not-ours' | 'holds-secret';
      readonly message: string;
      readonly hint: string;
    };

export interface ProofOrder {
  readonly log: ProvableLog;
  readonly exits: Pick<Exits, 'row'>;
  readonly call: CallId;
  /** Where records of the call end, ascending. */
  readonly positions: readonly number[];
  readonly since?: Uint8Array | undefined;
}

/** Of a record in parts: where they stand, before the entry that joins them. */
async function entriesOf(log: ProvableLog, position: number): Promise<readonly number[]> {
  const entry = await log.entry(position);
  const decoded = entry === undefined ? null : decodeEntry(entry);
  if (decoded?.kind !== 'joined') return [position];
  return Array.from({ length: decoded.parts + 1 }, (_, n) => position - decoded.parts + n);
}

/** What a person would read there: a record as it stands, a long one joined. */
async function textOf(log: ProvableLog, indexes: readonly number[]): Promise<string> {
  let text = '';
  for (const index of indexes) {
    const entry = (await log.entry(index)) ?? new Uint8Array();
    const decoded = decodeEntry(entry);
    if (indexes.length === 1) return Buffer.from(entry).toString('utf8');
    if (decoded.kind === 'part') text += decoded.text;
  }
  return text;
}

export async function proveCall({ log, exits, call, positions, since }: ProofOrder): Promise<CallProofResult> {
  if (positions.length === 0)
    return {
      kind: 'refused',
      code: 'unknown',
      message: `no record of a call \`${call}\` is kept`,
      hint: '`castellan log` shows calls; what was sealed is in the archive, if there is one',
    };
  const indexes: number[] = [];
  for (const position of positions) {
    const entries = await entriesOf(log, position);
    const text = await textOf(log, entries);
    // As data, not as text: what was written is compared with what would be shown now.
    if (text !== '' && exits.row(text) !== text)
      return {
        kind: 'refused',
        code: 'holds-secret',
        message: `record \`${position}\` holds what is known to be a secret by now, and its bytes cannot be changed`,
        hint: 'rotate that secret; the owner of the files can prove it from them: `castellan ledger prove --from DIR`',
      };
    indexes.push(...entries);
  }
  const made = await makeProof(log, { call, indexes, ...(since !== undefined && { since }) });
  return made.kind === 'refused' ? made : { kind: 'proved', proof: { ...made.file, call } };
}
