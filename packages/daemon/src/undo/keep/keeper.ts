// Takes down what a call finds before it runs, and what it left. INVARIANT: when `keep` resolves, everything it says is kept is on
// disk; what is private is sealed or not kept at all, and either way it is said.

import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readlinkSync, realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { UndoConfig } from '@castellan/contract';
import type { FrameDraft, PackKey } from '../packs/frame.ts';
import type { Packs, Writing } from '../packs/packs.ts';
import { realOf } from '../real.ts';
import type { Images, Left, Placed, Seen } from '../seen.ts';
import { CHUNK_BYTES, READ, readContent } from './content.ts';
import { type Look, type Looked, type LookLimits, look, type Root } from './look.ts';

/** open: whatever is kept is sealed. empty: nobody keeps secrets here yet; a key is made for the first that turns up. */
export type Sealing = { readonly kind: 'open'; readonly key: PackKey } | { readonly kind: 'empty' | 'locked' };

export interface KeeperHost {
  readonly packs: Packs;
  readonly sealing: () => Sealing;
  /** Makes a vault where there is none. null: there is no key. */
  readonly makeKey: () => Promise<PackKey | null>;
  /** Whether they hold what may be a secret. */
  readonly holdsSecret: (bytes: Buffer) => boolean;
  readonly config: () => UndoConfig;
}

export interface About
  extends Pick<Images, 'call' | 'task' | 'agent' | 'session' | 'workspace' | 'at' | 'what' | 'beyond'> {
  readonly roots: readonly Root[];
  /** Whether what stands there is private, whatever it looks like. */
  readonly isPrivate: (path: string) => boolean;
}

export interface KeptImages {
  readonly images: Images;
  readonly pack: number;
  readonly at: number;
  /** Bytes of content that were looked at. */
  readonly bytes: number;
  /** The call is over: its pack may go when its time comes. */
  readonly release: () => void;
}

/** From here on a copy that shares its blocks is worth a file of its own. */
const CLONE_BYTES = 8 * 1_048_576;
/** Written at once, and handed on to the disk: what is under way stays small. */
const MOST_UNDER_WAY = 8 * 1_048_576;
const STEPS = 32;
const LOCKED = 'it is private or may be, and the vault that would seal it is locked';
const MIB = 1_048_576;

export const limitsOf = ({ maxCallFiles, maxCallMegabytes }: UndoConfig): LookLimits => ({
  files: maxCallFiles,
  bytes: maxCallMegabytes * MIB,
});

export class Keeper {
  readonly #host: KeeperHost;

  constructor(host: KeeperHost) {
    this.#host = host;
  }

  /** @throws the system's error, where the disk takes nothing. */
  async keep(about: About): Promise<KeptImages> {
    const config = this.#host.config();
    const looked = await look(about.roots, limitsOf(config));
    const writing = await this.#host.packs.begin(looked.bytes);
    try {
      const seal = new Seal(this.#host);
      const found = await this.#found(looked, writing, seal, about.isPrivate, config.maxFileMegabytes * MIB);
      const { isPrivate: _, roots, ...rest } = about;
      const images: Images = { v: 1, ...rest, roots, found };
      const body = Buffer.from(JSON.stringify(images));
      const { at, written } = writing.append([{ kind: 'images', body, key: seal.key }], true);
      await written;
      return { images, pack: writing.pack, at: at[0] ?? 0, bytes: looked.bytes, release: () => writing.end() };
    } catch (error) {
      writing.end();
      throw error;
    }
  }

  /** What stands there now. Keeps no content. */
  async left(images: Pick<Images, 'call' | 'roots' | 'found'>, late: boolean): Promise<Left> {
    const config = this.#host.config();
    const found = await seenNow(
      [...images.roots, ...images.found.map(({ path }) => ({ path, recursive: false }))],
      { ...limitsOf(config), files: config.maxCallFiles * 2 },
      config.maxFileMegabytes * MIB,
    );
    return { v: 1, call: images.call, found, ...(late && { late }) };
  }

  /** @returns where it stands. @throws the system's error */
  async keepLeft(left: Left): Promise<{ readonly pack: number; readonly at: number }> {
    const writing = await this.#host.packs.begin(0);
    try {
      const seal = new Seal(this.#host);
      const body = Buffer.from(JSON.stringify(left));
      // Lost with the machine it is only not known what the call left: nobody waits for the disk.
      const { at, written } = writing.append([{ kind: 'left', body, key: seal.key }], false);
      await written;
      return { pack: writing.pack, at: at[0] ?? 0 };
    } finally {
      writing.end();
    }
  }

  async #found(
    { found, not }: Look,
    writing: Writing,
    seal: Seal,
    isPrivate: (path: string) => boolean,
    maxBytes: number,
  ): Promise<readonly Placed[]> {
    const placed: Placed[] = not.map(({ path, why }) => ({ path, seen: { k: 'not', why } }));
    let steps = 0;
    for (const looked of found) {
      steps += 1;
      if (steps % STEPS === 0) await nextTurn();
      const { path, stat } = looked;
      const isFile = stat?.isFile() === true;
      const seen = isFile ? await this.#file(path, stat, writing, seal, isPrivate(path), maxBytes) : shapeOf(looked);
      placed.push({ path, seen });
    }
    return placed;
  }

  async #file(
    path: string,
    stat: Stats,
    writing: Writing,
    seal: Seal,
    secret: boolean,
    maxBytes: number,
  ): Promise<Seen> {
    if (stat.size >= CLONE_BYTES && stat.size <= maxBytes && !secret) {
      const clone = await this.#clone(path, writing.pack, maxBytes);
      if (clone !== null) return clone;
    }
    // A secret may stand where two pieces meet: what is longer than one is not searched, but sealed.
    const mustSeal = secret || stat.size > CHUNK_BYTES;
    const chunks: number[] = [];
    let refused: string | null = null;
    let underWay = 0;
    let last: Promise<void> = Promise.resolve();
    const content = await readContent(path, stat.size, maxBytes, async (chunk, known) => {
      if (refused !== null) return;
      const key = await seal.of(chunk, mustSeal);
      if (key === 'locked') {
        refused = LOCKED;
        return;
      }
      // Content-addressed: the same bytes stand in a pack once.
      const name = `${key?.id.toString('hex') ?? 'plain'} ${known ?? hash('sha256', chunk, 'hex')}`;
      const there = writing.contents.get(name);
      if (there !== undefined) {
        chunks.push(...there);
        return;
      }
      const draft: FrameDraft = { kind: 'chunk', body: chunk, key };
      const { at, written } = writing.append([draft], false);
      written.catch(() => undefined);
      last = written;
      writing.contents.set(name, at);
      chunks.push(...at);
      underWay += chunk.length;
      if (underWay < MOST_UNDER_WAY) return;
      underWay = 0;
      await written;
    });
    if (refused !== null) return { k: 'not', why: refused };
    if (!content.ok) return { k: 'not', why: content.why };
    if (content.size > CHUNK_BYTES) await last;
    const { mode, mtime, size, hash: digest } = content;
    return { k: 'file', mode, mtime, size, hash: digest, chunks, ...(secret && { secret }) };
  }

  /** Of a large file that is no text: what a detector finds in one is chance. */
  async #clone(path: string, pack: number, maxBytes: number): Promise<Seen | null> {
    const file = await open(path, READ).catch(() => null);
    if (file === null) return null;
    try {
      // Whoever reads it piece by piece says why it is not kept.
      if (realOf(file.fd, path) !== path) return null;
      const head = Buffer.alloc(8192);
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      if (!head.subarray(0, bytesRead).includes(0)) return null;
      const name = await this.#host.packs.clone(pack, `/proc/self/fd/${file.fd}`);
      if (name === null) return null;
      const stat = await file.stat();
      // Ours, wherever the state folder really is.
      const copy = realpathSync(this.#host.packs.clonePath(pack, name));
      const content = await readContent(copy, stat.size, maxBytes);
      if (!content.ok) return null;
      return {
        k: 'file',
        mode: stat.mode & 0o7777,
        mtime: stat.mtimeMs,
        size: content.size,
        hash: content.hash,
        clone: name,
      };
    } finally {
      await file.close();
    }
  }
}

/** What stands at paths now, with no content kept of it. */
export async function seenNow(
  roots: readonly Root[],
  limits: LookLimits,
  maxBytes: number,
): Promise<readonly Placed[]> {
  const looked = await look(roots, limits);
  const placed: Placed[] = looked.not.map(({ path, why }) => ({ path, seen: { k: 'not', why } }));
  let steps = 0;
  for (const { path, stat } of looked.found) {
    steps += 1;
    if (steps % STEPS === 0) await nextTurn();
    if (stat?.isFile() !== true) {
      placed.push({ path, seen: shapeOf({ path, stat }) });
      continue;
    }
    const content = await readContent(path, stat.size, maxBytes);
    if (!content.ok) placed.push({ path, seen: { k: 'not', why: content.why } });
    else {
      const { mode, mtime, size, hash: digest } = content;
      placed.push({ path, seen: { k: 'file', mode, mtime, size, hash: digest } });
    }
  }
  return placed;
}

/** Of whatever is no file. */
function shapeOf({ path, stat }: Looked): Seen {
  if (stat === null) return { k: 'absent' };
  if (stat.isDirectory()) return { k: 'folder', mode: stat.mode & 0o7777, mtime: stat.mtimeMs };
  if (!stat.isSymbolicLink()) return { k: 'not', why: 'it is no ordinary file' };
  try {
    return { k: 'link', to: readlinkSync(path) };
  } catch {
    return { k: 'not', why: 'it cannot be read' };
  }
}

/** Which key the frames of one call are sealed with. */
class Seal {
  readonly #host: KeeperHost;
  readonly #sealing: Sealing;
  key: PackKey | null;

  constructor(host: KeeperHost) {
    this.#host = host;
    this.#sealing = host.sealing();
    this.key = this.#sealing.kind === 'open' ? this.#sealing.key : null;
  }

  /** null: it may lie there as it is. */
  async of(chunk: Buffer, secret: boolean): Promise<PackKey | null | 'locked'> {
    // With a key at hand nobody has to guess what is private.
    if (this.key !== null) return this.key;
    if (!secret && !this.#host.holdsSecret(chunk)) return null;
    if (this.#sealing.kind === 'empty') this.key = await this.#host.makeKey();
    return this.key ?? 'locked';
  }
}
