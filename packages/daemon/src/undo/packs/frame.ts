// One frame of a pack, as bytes. Pure. INVARIANT: a frame that was torn, was never written or lies where it does not belong is
// told from a whole one by its own bytes: nothing of it is believed.

import { createCipheriv, createDecipheriv, createSecretKey, hash, hkdfSync, type KeyObject } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** chunk: a piece of a file's content. images: what a call found, as JSON. left: what it left. */
export type FrameKind = 'chunk' | 'images' | 'left';

const KINDS: readonly FrameKind[] = ['chunk', 'images', 'left'];
const MAGIC = 0x31_4a_55_43;
const SEALED = 1;
export const HEADER_BYTES = 16;
/** Larger is no frame of ours: a length that was overwritten must not make us read gigabytes. */
export const MAX_BODY_BYTES = 64 * 1_048_576;

/** From the vault: `id` tells which key it was without telling the key. */
export interface PackKey {
  readonly id: Buffer;
  readonly key: KeyObject;
}

const ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEAL_BYTES = ID_BYTES + NONCE_BYTES + TAG_BYTES;

/** @param secret 32 bytes or more that only the open vault holds */
export function packKeyOf(secret: Buffer): PackKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'castellan/undo/v1', 32));
  const id = Buffer.from(hash('sha256', bytes, 'hex').slice(0, ID_BYTES * 2), 'hex');
  // Bytes would be made a key anew for each frame, which takes longer than sealing a small one.
  return { id, key: createSecretKey(bytes) };
}

/** Where a frame stands is part of what is sealed: one that was put elsewhere does not open. */
const place = (pack: number, at: number, kind: number): Buffer => Buffer.from(`${pack} ${at} ${kind}`);

export const frameBytes = (body: number, sealed: boolean): number => HEADER_BYTES + body + (sealed ? SEAL_BYTES : 0);

export interface FrameDraft {
  readonly kind: FrameKind;
  readonly body: Buffer;
  /** null: it is kept as it is. */
  readonly key: PackKey | null;
}

/** The bytes of a frame that begins at `at` of a pack. */
export function encodeFrame(draft: FrameDraft, pack: number, at: number, random: (bytes: number) => Buffer): Buffer[] {
  const kind = KINDS.indexOf(draft.kind);
  const body = draft.key === null ? [draft.body] : sealed(draft.body, draft.key, place(pack, at, kind), random);
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt8(kind, 4);
  header.writeUInt8(draft.key === null ? 0 : SEALED, 5);
  header.writeUInt32LE(length, 8);
  header.writeUInt32LE(checkOf(header, body), 12);
  return [header, ...body];
}

const checkOf = (header: Buffer, body: readonly Buffer[]): number =>
  body.reduce((sum, part) => crc32(part, sum), crc32(header.subarray(0, 12)));

function sealed(body: Buffer, key: PackKey, aad: Buffer, random: (bytes: number) => Buffer): readonly Buffer[] {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.key, nonce).setAAD(aad);
  const text = cipher.update(body);
  cipher.final();
  return [key.id, nonce, cipher.getAuthTag(), text];
}

export interface FrameHeader {
  readonly kind: FrameKind;
  readonly sealed: boolean;
  /** Bytes that follow the header. */
  readonly length: number;
}

/** null: no frame begins here. */
export function readHeader(bytes: Buffer): FrameHeader | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return null;
  const kind = KINDS[bytes.readUInt8(4)];
  const flags = bytes.readUInt8(5);
  const length = bytes.readUInt32LE(8);
  if (kind === undefined || flags > SEALED || length > MAX_BODY_BYTES) return null;
  return { kind, sealed: flags === SEALED, length };
}

export type FrameFault = 'damaged' | 'locked' | 'other-key';
export type ReadFrame =
  | { readonly ok: true; readonly kind: FrameKind; readonly body: Buffer }
  | { readonly ok: false; readonly why: FrameFault };

/** Whether these bytes are the whole frame that they say they are; opens nothing. */
export const isWhole = (header: Buffer, body: Buffer): boolean => checkOf(header, [body]) === header.readUInt32LE(12);

export function openFrame(header: Buffer, body: Buffer, pack: number, at: number, key: PackKey | null): ReadFrame {
  const read = readHeader(header);
  if (read === null || read.length !== body.length || !isWhole(header, body)) return { ok: false, why: 'damaged' };
  if (!read.sealed) return { ok: true, kind: read.kind, body };
  if (body.length < SEAL_BYTES) return { ok: false, why: 'damaged' };
  if (key === null) return { ok: false, why: 'locked' };
  if (!body.subarray(0, ID_BYTES).equals(key.id)) return { ok: false, why: 'other-key' };
  const nonce = body.subarray(ID_BYTES, ID_BYTES + NONCE_BYTES);
  const tag = body.subarray(ID_BYTES + NONCE_BYTES, SEAL_BYTES);
  const cipher = createDecipheriv('aes-256-gcm', key.key, nonce);
  cipher.setAAD(place(pack, at, KINDS.indexOf(read.kind))).setAuthTag(tag);
  try {
    const plain = cipher.update(body.subarray(SEAL_BYTES));
    cipher.final();
    return { ok: true, kind: read.kind, body: plain };
  } catch {
    return { ok: false, why: 'damaged' };
  }
}
