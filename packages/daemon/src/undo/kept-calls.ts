// What is kept of calls: found again by call and task, read back from the packs, indexed anew after a start, and pruned.

import type { UndoConfig } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/index.ts';
import type { PackKey } from './packs/frame.ts';
import type { PackReader } from './packs/pack-reader.ts';
import type { Packs } from './packs/packs.ts';
import type { KeptCall } from './plan/chains.ts';
import { imagesSchema, leftSchema } from './seen.ts';

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
    await using reader = packs.reader();
    let whole = true;
    for (;;) {
      const next = await frames.next();
      if (next.done === true) return { end: next.value, whole };
      const { at, header } = next.value;
      if (header.kind === 'chunk') continue;
      const read = await reader.read(pack, at, key());
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
    await using reader = this.#host.packs.reader();
    return await this.#get(call, reader);
  }

  async #get(call: string, reader: PackReader): Promise<Found<KeptCall>> {
    const { rows, key } = this.#host;
    const row = rows.get(call);
    if (row === null) return { ok: false, why: 'unknown' };
    const found = await reader.read(row.pack, row.place, key());
    if (!found.ok) return found;
    const images = imagesSchema.safeParse(JSON.parse(found.body.toString('utf8')));
    if (!images.success || images.data.call !== call) return { ok: false, why: 'damaged' };
    const after = row.left === null ? null : await reader.read(row.left.pack, row.left.place, key());
    const left = after?.ok === true ? leftSchema.safeParse(JSON.parse(after.body.toString('utf8'))) : null;
    return { ok: true, value: { images: images.data, left: left?.data ?? null, pack: row.pack } };
  }

  /** Of a task, oldest first. */
  async ofTask(task: string): Promise<Found<readonly KeptCall[]>> {
    const rows = this.#host.rows.list({ task, limit: MOST_CALLS });
    const calls: KeptCall[] = [];
    await using reader = this.#host.packs.reader();
    for (const { call } of rows.toReversed()) {
      const found = await this.#get(call, reader);
      if (!found.ok) return found;
      calls.push(found.value);
    }
    return calls.length === 0 ? { ok: false, why: 'unknown' } : { ok: true, value: calls };
  }

  async prune(): Promise<readonly number[]> {
    const { packs, rows, config, clock } = this.#host;
    const { maxTotalMegabytes, days } = config();
    const gone = await packs.prune(maxTotalMegabytes * MIB, clock.now() - days * DAY_MS);
    for (const pack of gone) rows.forget(pack);
    return gone;
  }
}

export const WORDS: Readonly<Record<KeptFault, string>> = {
  unknown: 'nothing is kept of it',
  locked: 'what is kept of it is sealed, and the vault is not open',
  'other-key': 'what is kept of it was sealed with the key of another vault',
  damaged: 'what is kept of it is damaged',
};
