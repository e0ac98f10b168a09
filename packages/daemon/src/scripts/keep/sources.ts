// Sources on disk, each under the digest of its bytes. INVARIANT: what is given back was hashed after it was read, and nobody
// remembers it: whoever asks again reads again. A file that is changed, replaced by a link or gone is no source.
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, MAX_SCRIPT_BYTES } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { readOwnFile } from '../../own-file.ts';

export type Kept =
  | { readonly kind: 'source'; readonly source: string }
  /** One line: what stands there instead. */
  | { readonly kind: 'modified'; readonly why: string };

/** Of the very bytes that stand in the file and go to the child. */
export const sourceDigest = (source: string): Digest => `sha256:${hash('sha256', Buffer.from(source, 'utf8'), 'hex')}`;

export interface Sources {
  read(source: Digest): Kept;
  /** Durable when it returns. @throws the system's error; then nothing was kept. */
  keep(source: string): Digest;
  /** Everything but these, and what a crash left half written. @returns how many files went. */
  keepOnly(sources: ReadonlySet<Digest>): number;
}

const HEX = 64;
const FILE = /^[0-9a-f]{62}\.star$/;

/** @param folder of this daemon alone. */
export function sourcesIn(folder: string): Sources {
  const placeOf = (digest: Digest): { readonly folder: string; readonly path: string } => {
    const hex = digest.slice(-HEX);
    const shelf = join(folder, hex.slice(0, 2));
    return { folder: shelf, path: join(shelf, `${hex.slice(2)}.star`) };
  };
  const read: Sources['read'] = (digest) => {
    const file = readOwnFile(placeOf(digest).path, { maxBytes: MAX_SCRIPT_BYTES, mode: 'repair' });
    if (file.kind === 'none') return { kind: 'modified', why: 'its file is gone' };
    if (file.kind === 'unusable') return { kind: 'modified', why: `its file ${file.text}` };
    // Bytes that are no UTF-8 come back as others, which have another digest.
    if (sourceDigest(file.text) !== digest) return { kind: 'modified', why: 'its bytes were changed' };
    return { kind: 'source', source: file.text };
  };
  return {
    read,
    keep(source) {
      const digest = sourceDigest(source);
      if (read(digest).kind === 'source') return digest;
      const place = placeOf(digest);
      mkdirSync(place.folder, { recursive: true, mode: 0o700 });
      writeFileAtomic(place.path, source, 0o600);
      return digest;
    },
    keepOnly(sources) {
      let gone = 0;
      for (const shelf of readdirSync(folder, { withFileTypes: true })) {
        if (!shelf.isDirectory()) continue;
        for (const name of readdirSync(join(folder, shelf.name))) {
          const digest = `sha256:${shelf.name}${name.slice(0, -'.star'.length)}` as const;
          if (FILE.test(name) && sources.has(digest)) continue;
          rmSync(join(folder, shelf.name, name), { force: true, recursive: true });
          gone += 1;
        }
      }
      return gone;
    },
  };
}
