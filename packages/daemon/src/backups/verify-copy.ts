// Verifies a copy from its file alone: every byte of it, and the ledger in it as `castellan ledger verify` would. Nothing is
// unpacked for that.
import type { CopyVerified } from '@castellan/contract';
import { type DiskEntry, type DiskReader, parseSigningKey, verifyLedger } from '@castellan/ledger';
import type { Contents, CopyReader, Member } from './copy-reader.ts';
import { CopyFault } from './fault.ts';
import { NEEDED } from './members.ts';

/** A folder of the copy as the verifier reads one. */
function diskOf(reader: CopyReader, members: ReadonlyMap<string, Member>): DiskReader {
  const folders = new Map<string, Map<string, DiskEntry>>();
  for (const path of members.keys()) {
    const segments = path.split('/');
    for (const [depth, name] of segments.entries()) {
      const folder = segments.slice(0, depth).join('/');
      const entries = folders.get(folder) ?? new Map<string, DiskEntry>();
      entries.set(name, { name, kind: depth === segments.length - 1 ? 'file' : 'folder' });
      folders.set(folder, entries);
    }
  }
  const within = (path: string): string => path.replace(/\/+$/, '');
  return {
    readFile: async (path) => {
      const member = members.get(path);
      return member === undefined ? undefined : reader.read(member.at, member.size);
    },
    list: async (path) => {
      const entries = folders.get(within(path));
      return entries === undefined ? undefined : [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

/** @throws CopyFault where the ledger in it does not hold, or its key is another's. */
export async function assertSound(
  { about, members }: Contents,
  reader: CopyReader,
): Promise<Pick<CopyVerified, 'records' | 'root'>> {
  for (const path of NEEDED)
    if (!members.has(path))
      throw new CopyFault('not-whole', `the copy lacks \`${path}\``, ['nothing of it was used; take another copy']);
  const key = members.get('daemon/ledger.key');
  const text = key === undefined ? '' : (await reader.read(key.at, key.size)).toString('utf8');
  const vkey = parseSigningKey(text.trimEnd())?.vkey.text;
  const verified = await verifyLedger('ledger', {
    disk: diskOf(reader, members),
    ...(vkey !== undefined && { vkey }),
  });
  if (verified.kind !== 'verified' || vkey === undefined)
    throw new CopyFault(
      'not-whole',
      verified.kind === 'verified'
        ? 'the key of the ledger in the copy is none'
        : `the ledger in the copy of ${new Date(about.at).toISOString()} does not verify: ${verified.message}`,
      ['nothing of it was used; take another copy'],
    );
  return { records: verified.size, root: Buffer.from(verified.checkpoint.root).toString('hex') };
}

/** All of it. @throws CopyFault */
export async function verifyCopy(reader: CopyReader): Promise<CopyVerified> {
  const contents = await reader.scan();
  const { records, root } = await assertSound(contents, reader);
  return { kind: 'verified', about: contents.about, files: contents.members.size, bytes: reader.bytes, records, root };
}
