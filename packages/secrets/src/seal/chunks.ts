// Sealing of what does not fit in memory: a header as one line of JSON, then chunks, each sealed by itself under a key made for
// this text alone. INVARIANT: a chunk is bound to the header, to its place and to whether it is the last, so that none can be
// changed, moved, left out or added unseen, and a text that was cut does not look like one that ends.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { COPY_CHUNK_BYTES, COPY_SCHEMA, type CopyHeader, type CopySlot, parseCopyHeader } from '@castellan/contract';
import { KEY_BYTES, type Random, type SealKey } from './keys.ts';
import { type Opened, type Refused, sealBytes, unsealBytes } from './seal.ts';

const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;
/** What a full chunk has once it is sealed. */
export const SEALED_CHUNK_BYTES = COPY_CHUNK_BYTES + TAG_BYTES;

const bound = (key: CopySlot): string => JSON.stringify([COPY_SCHEMA, key]);

/** The key is of this text alone, so its place is a nonce that no other chunk has. */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(index), 3);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

export interface ChunkSealer {
  /** Comes first. */
  readonly header: Buffer;
  /** In order. Every one but the last has exactly `COPY_CHUNK_BYTES`. */
  seal(plain: Uint8Array, isLast: boolean): Buffer;
}

/** Begins a sealed text of any length: its header, and what seals chunk after chunk. Chance and key arrive as arguments. */
export function sealChunks(slot: CopySlot, key: SealKey, random: Random): ChunkSealer {
  const dataKey = random(KEY_BYTES);
  const header: CopyHeader = {
    schema: COPY_SCHEMA,
    key: slot,
    dataKey: sealBytes(key.bytes, dataKey, bound(slot), random).toString('base64'),
  };
  const line = Buffer.from(`${JSON.stringify(header)}\n`, 'utf8');
  let index = 0;
  return {
    header: line,
    seal(plain, isLast) {
      if (plain.length > COPY_CHUNK_BYTES || (!isLast && plain.length !== COPY_CHUNK_BYTES))
        throw new RangeError('a chunk that is not the last is a whole one');
      const cipher = createCipheriv(CIPHER, dataKey, nonceOf(index, isLast), { authTagLength: TAG_BYTES });
      index += 1;
      cipher.setAAD(line);
      const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      if (isLast) dataKey.fill(0);
      return sealed;
    },
  };
}

export interface ChunkOpener {
  /** Null: it was changed, or stood elsewhere. */
  open(sealed: Uint8Array, index: number, isLast: boolean): Buffer | null;
}

const refused = (fault: Refused['fault'], message: string, hint: string): Refused => ({
  ok: false,
  fault,
  message,
  hint,
});

/** Looks at the header alone: which key is needed. @param line with its line feed; undefined: there is no whole one. */
export function readCopyHeader(line: Buffer | undefined): Opened<{ readonly header: CopyHeader }> {
  const text = line?.toString('utf8');
  const value = text === undefined ? undefined : jsonOf(text);
  const said = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof said !== 'string')
    return refused('tampered', 'it is no copy of a Castellan', 'give a file that `castellan backup` wrote');
  if (said !== COPY_SCHEMA)
    return refused('other-version', `it is not \`${COPY_SCHEMA}\``, 'use the Castellan that wrote it');
  const header = parseCopyHeader(value);
  // Canonical or rejected: one header has one spelling.
  if (!header.ok || `${JSON.stringify(header.value)}\n` !== text)
    return refused('tampered', 'its header was changed or damaged', 'take another copy');
  return { ok: true, header: header.value };
}

/** What opens single chunks of a text, in any order; or why `key` does not: it is another one, or the header was changed. */
export function openChunks(line: Buffer, header: CopyHeader, key: SealKey): Opened<{ readonly opener: ChunkOpener }> {
  if (header.key.id !== key.id)
    return refused('wrong-key', 'this is not what it was sealed with', 'give the passphrase it was made with');
  const dataKey = unsealBytes(key.bytes, Buffer.from(header.dataKey, 'base64'), bound(header.key));
  if (dataKey === null || dataKey.length !== KEY_BYTES)
    return refused('tampered', 'its header was changed or damaged', 'take another copy');
  return {
    ok: true,
    opener: {
      open(sealed, index, isLast) {
        if (sealed.length < TAG_BYTES || sealed.length > SEALED_CHUNK_BYTES) return null;
        const decipher = createDecipheriv(CIPHER, dataKey, nonceOf(index, isLast), { authTagLength: TAG_BYTES });
        decipher.setAAD(line);
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        try {
          return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
        } catch {
          return null;
        }
      },
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
