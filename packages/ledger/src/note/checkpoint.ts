// C2SP tlog-checkpoint: a note whose text is origin, tree size and root hash. Ours has no extension lines, so others have
// nowhere to hide bytes, and exactly one signature, so that a stored checkpoint has one spelling.

import { HASH_BYTES, type Hash } from '../merkle/hash.ts';
import { type NoteFault, openNote } from './note.ts';
import type { Signer } from './signing-key.ts';
import { parseBase64, type VerifierKey } from './vkey.ts';

/** A signed tree head. `bytes` is the signed note itself, ready to be kept elsewhere and passed as `against` later. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  readonly bytes: Uint8Array;
}

export type OpenedCheckpoint =
  | { readonly kind: 'verified'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'rejected'; readonly fault: NoteFault };

const body = (origin: string, size: number, root: Hash): string =>
  `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;

/** Signs the head of a tree. The key's name is the origin, as the specification recommends. */
export function signCheckpoint(signer: Signer, size: number, root: Hash): Checkpoint {
  const origin = signer.vkey.name;
  const text = body(origin, size, root);
  const signature = Buffer.concat([signer.vkey.id, signer.sign(Buffer.from(text, 'utf8'))]).toString('base64');
  return { origin, size, root, bytes: Buffer.from(`${text}\n— ${origin} ${signature}\n`, 'utf8') };
}

/** The size and root that a checkpoint text states, without believing it; undefined unless it is ours in form. */
export function parseCheckpointText(text: string, origin: string): Omit<Checkpoint, 'bytes'> | undefined {
  const [first, sizeText, rootText, end, ...rest] = text.split('\n');
  if (first !== origin || sizeText === undefined || rootText === undefined || end !== '' || rest.length > 0) {
    return undefined;
  }
  if (!/^(0|[1-9][0-9]{0,15})$/.test(sizeText)) return undefined;
  const size = Number(sizeText);
  const root = parseBase64(rootText);
  if (!Number.isSafeInteger(size) || root === undefined || root.length !== HASH_BYTES) return undefined;
  return { origin, size, root };
}

/** Opens a checkpoint of this log. Other signatures (witnesses) are allowed only where `cosigned` says so. */
export function openCheckpoint(bytes: Uint8Array, key: VerifierKey, cosigned = false): OpenedCheckpoint {
  const note = openNote(bytes, key);
  if (note.kind === 'rejected') return note;
  const head = parseCheckpointText(note.text, key.name);
  if (head === undefined || (!cosigned && note.signatures.length !== 1))
    return { kind: 'rejected', fault: 'malformed' };
  return { kind: 'verified', checkpoint: { ...head, bytes } };
}
