// The statement that entries are sealed: their bytes are no longer kept here, their hashes are. A signed note, so nobody
// without the key can make it; its first line names no log, so it can never be taken for a checkpoint.
import { createHash } from 'node:crypto';
import { HASH_BYTES, type Hash } from '../merkle/hash.ts';
import { openNote } from '../note/note.ts';
import type { Signer } from '../note/signing-key.ts';
import { parseBase64, type VerifierKey } from '../note/vkey.ts';
import { TILE_WIDTH } from '../tiles/tile-path.ts';

/** `removed`: gone. `archived`: moved to a folder of whoever sealed them. */
export type Fate = 'removed' | 'archived';

/** Entries `[from, to)`, whole bundles. */
export interface SealContent {
  readonly from: number;
  readonly to: number;
  /** RFC 6962 tree hash of these entries alone. */
  readonly root: Hash;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who sealed them: one line. */
  readonly by: string;
  readonly fate: Fate;
}

export interface Seal extends SealContent {
  /** The signed note. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the note, in hex: what the log's own entry about the seal must contain. */
  readonly digest: string;
}

const FIRST_LINE = 'castellan seal v1';

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The same content is the same bytes: what a crash left half done can be signed again. */
export function signSeal(signer: Signer, content: SealContent): Seal {
  const { from, to, root, at, by, fate } = content;
  const { name, id } = signer.vkey;
  const lines = [
    FIRST_LINE,
    name,
    from,
    to,
    Buffer.from(root).toString('base64'),
    at,
    fate,
    by.replaceAll(/\s+/g, ' '),
  ];
  const text = `${lines.join('\n')}\n`;
  const signature = Buffer.concat([id, signer.sign(Buffer.from(text, 'utf8'))]).toString('base64');
  const bytes = Buffer.from(`${text}\n— ${name} ${signature}\n`, 'utf8');
  return { ...content, bytes, digest: digestOf(bytes) };
}

const wholeNumber = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
};

export type OpenedSeal =
  | { readonly kind: 'verified'; readonly seal: Seal }
  | { readonly kind: 'rejected'; readonly fault: 'malformed' | 'unsigned' | 'bad-signature' };

/** Opens a statement that `key`, and no other, has signed. */
export function openSeal(bytes: Uint8Array, key: VerifierKey): OpenedSeal {
  const note = openNote(bytes, key);
  if (note.kind === 'rejected') return note;
  const [first, origin, fromText, toText, rootText, atText, fate, by, end, ...rest] = note.text.split('\n');
  const [from, to, at] = [wholeNumber(fromText), wholeNumber(toText), wholeNumber(atText)];
  const root = parseBase64(rootText ?? '');
  const isForm = first === FIRST_LINE && origin === key.name && end === '' && rest.length === 0;
  const isRange =
    from !== undefined && to !== undefined && from < to && from % TILE_WIDTH === 0 && to % TILE_WIDTH === 0;
  if (!isForm || !isRange || at === undefined || by === undefined || root?.length !== HASH_BYTES)
    return { kind: 'rejected', fault: 'malformed' };
  if ((fate !== 'removed' && fate !== 'archived') || note.signatures.length !== 1)
    return { kind: 'rejected', fault: 'malformed' };
  return { kind: 'verified', seal: { from, to, root, at, by, fate, bytes, digest: digestOf(bytes) } };
}
