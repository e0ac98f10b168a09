// What is kept of calls: found again by call and task, read back from the packs, indexed anew after a start, and pruned.

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { UndoConfig } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/index.ts';
import { CHUNK_BYTES } from './keep/content.ts';
import type { PackKey } from './packs/frame.ts';
import type { Packs } from './packs/packs.ts';
import type { KeptCall } from './plan/chains.ts';
import { imagesSchema, leftSchema, type SeenFile } from './seen.ts';

export interface KeptCallsHost {
  readonly packs: Packs;
  readonly rows: Store['undo'];
  readonly store: Pick<Store, 'meta' | 'setMeta'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Of the open vault; null where it is not open. */
  readonly key: () => PackKey | null;
  readonly config: () => UndoConfig;
}

const INDEXED = 'undo-indexed';
/** The highest number a pack ever had: one that was pruned gives its number to nobody. */
export const NUMBERED = 'undo-numbered';
const DAY_MS = 86_400_000;
const MIB = 1_048_576;
/** Calls of one task that are undone together. */
const MOST_CALLS = 10_000;

export type KeptFault = 'unknown' | 'locked' | 'other-key' | 'damaged';
export type Found<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: KeptFault };

export class KeptCalls {
  readonly #host: KeptCallsHost;

  constructor(host: KeptCallsHost) {
    this.#host = host;
  }

  /** Reads the packs that were written since they were indexed last. */
  async index(): Promise<void> {
    const { packs, store } = this.#host;
    const indexed = Number((await store.meta(INDEXED)) ?? '0');
    for (const { number } of await packs.list()) {
      if (number <= indexed) continue;
      const { end, whole } = await this.#indexPack(number);
      await packs.cut(number, end);
      // What is sealed with a key that nobody has now is read at a later start.
      if (whole) await this.finished(number);
    }
  }

  /** Everything in a pack is in the index. */
  async finished(pack: number): Promise<void> {
    const { store } = this.#host;
    const [indexed, numbered] = [await store.meta(INDEXED), await store.meta(NUMBERED)].map((value) =>
      Number(value ?? '0'),
    );
    await store.setMeta(INDEXED, String(Math.max(indexed ?? 0, pack)));
    await store.setMeta(NUMBERED, String(Math.max(numbered ?? 0, pack)));
  }

  async #indexPack(pack: number): Promise<{ readonly end: number; readonly whole: boolean }> {
    const { packs, rows, key } = this.#host;
    const frames = packs.frames(pack);
    let whole = true;
    for (;;) {
      const next = await frames.next();
      if (next.done === true) return { end: next.value, whole };
      const { at, header } = next.value;
      if (header.kind === 'chunk') continue;
      const read = await packs.read(pack, at, key());
      if (!read.ok) {
        whole &&= read.why !== 'locked';
        continue;
      }
      const json: unknown = JSON.parse(read.body.toString('utf8'));
      if (read.kind === 'images') {
        const images = imagesSchema.safeParse(json);
        if (images.success) rows.put({ ...images.data, pack, place: at });
      } else {
        const left = leftSchema.safeParse(json);
        if (left.success) rows.left(left.data.call, pack, at);
      }
    }
  }

  async get(call: string): Promise<Found<KeptCall>> {
    const { packs, rows, key } = this.#host;
    const row = rows.get(call);
    if (row === null) return { ok: false, why: 'unknown' };
    const found = await packs.read(row.pack, row.place, key());
    if (!found.ok) return found;
    const images = imagesSchema.safeParse(JSON.parse(found.body.toString('utf8')));
    if (!images.success || images.data.call !== call) return { ok: false, why: 'damaged' };
    const after = row.left === null ? null : await packs.read(row.left.pack, row.left.place, key());
    const left = after?.ok === true ? leftSchema.safeParse(JSON.parse(after.body.toString('utf8'))) : null;
    return { ok: true, value: { images: images.data, left: left?.data ?? null, pack: row.pack } };
  }

  /** Of a task, oldest first. */
  async ofTask(task: string): Promise<Found<readonly KeptCall[]>> {
    const rows = this.#host.rows.list({ task, limit: MOST_CALLS });
    const calls: KeptCall[] = [];
    for (const { call } of rows.toReversed()) {
      const found = await this.get(call);
      if (!found.ok) return found;
      calls.push(found.value);
    }
    return calls.length === 0 ? { ok: false, why: 'unknown' } : { ok: true, value: calls };
  }

  /** A file's content, in pieces, and nothing but that content. @throws Error in words, when it turns out to be another. */
  async *content(file: SeenFile, pack: number): AsyncGenerator<Buffer> {
    const digest = createHash('sha256');
    const pieces = file.clone === undefined ? this.#chunks(file.chunks ?? [], pack) : this.#clone(file.clone, pack);
    for await (const piece of pieces) {
      digest.update(piece);
      yield piece;
    }
    if (digest.digest('hex') !== file.hash) throw new Error('what was kept of it is damaged');
  }

  async prune(): Promise<readonly number[]> {
    const { packs, rows, config, clock } = this.#host;
    const { maxTotalMegabytes, days } = config();
    const gone = await packs.prune(maxTotalMegabytes * MIB, clock.now() - days * DAY_MS);
    for (const pack of gone) rows.forget(pack);
    return gone;
  }

  async *#chunks(places: readonly number[], pack: number): AsyncGenerator<Buffer> {
    for (const at of places) {
      const read = await this.#host.packs.read(pack, at, this.#host.key());
      if (!read.ok || read.kind !== 'chunk')
        throw new Error(read.ok ? 'what was kept of it is damaged' : WORDS[read.why]);
      yield read.body;
    }
  }

  async *#clone(name: string, pack: number): AsyncGenerator<Buffer> {
    const file = await open(this.#host.packs.clonePath(pack, name));
    try {
      for (;;) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES));
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }
}

export const WORDS: Readonly<Record<KeptFault, string>> = {
  unknown: 'nothing is kept of it',
  locked: 'what is kept of it is sealed, and the vault is not open',
  'other-key': 'what is kept of it was sealed with the key of another vault',
  damaged: 'what is kept of it is damaged',
};
