// C2SP signed notes: a text, an empty line, signature lines. INVARIANT: a text comes out only if a known key signed it.

import { verify } from 'node:crypto';
import { isKeyName, parseBase64, type VerifierKey } from './vkey.ts';

/** One signature line: `id` the four bytes that name the key, `signature` the rest. */
export interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Why a note is not believed. `malformed`: not a note; `unsigned`: no line of ours; `bad-signature`: ours and wrong. */
export type NoteFault = 'malformed' | 'unsigned' | 'bad-signature';

export type OpenedNote =
  | { readonly kind: 'verified'; readonly text: string; readonly signatures: readonly NoteSignature[] }
  | { readonly kind: 'rejected'; readonly fault: NoteFault };

const MAX_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;

function parseSignature(line: string): NoteSignature | undefined {
  const [dash, name, encoded, ...rest] = line.split(' ');
  if (dash !== '—' || name === undefined || encoded === undefined || rest.length > 0) return undefined;
  const bytes = parseBase64(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return undefined;
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

/** Parses the bytes of a note without believing them. */
export function parseNote(bytes: Uint8Array): Note | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  let whole: string;
  try {
    whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole) || !whole.endsWith('\n')) return undefined;
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) return undefined;
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignature(line);
    if (signature === undefined) return undefined;
    signatures.push(signature);
  }
  return { text: whole.slice(0, split + 1), signatures };
}

/** Opens a note for one known key. Signatures by others are ignored; a wrong one of ours rejects the whole note. */
export function openNote(bytes: Uint8Array, key: VerifierKey): OpenedNote {
  const note = parseNote(bytes);
  if (note === undefined) return { kind: 'rejected', fault: 'malformed' };
  const ours = note.signatures.filter((line) => line.name === key.name && Buffer.compare(line.id, key.id) === 0);
  if (ours.length === 0) return { kind: 'rejected', fault: 'unsigned' };
  const text = Buffer.from(note.text, 'utf8');
  const isTrue = ours.every((line) => line.signature.length === 64 && verify(null, text, key.key, line.signature));
  return isTrue ? { kind: 'verified', ...note } : { kind: 'rejected', fault: 'bad-signature' };
}
