// Everything of an installed package as one digest: names, kinds, sizes and contents of what lies there. INVARIANT: whoever
// changes, adds or removes a file of it makes another server; a link that leads out of it makes none.
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Digest, McpProcess } from '@castellan/contract';
import { plainName } from './pypi/pip-report.ts';

type Tree = { readonly ok: true; readonly digest: Digest } | { readonly ok: false; readonly why: string };

/** Some hundred times what a server of today brings along; whoever has more is started from one's own installation. */
const MAX_ENTRIES = 200_000;
const MAX_BYTES = 2 ** 31;
/** At a time: open files are few on some machines. */
const AT_ONCE = 32;

interface Entry {
  /** Relative to the root. */
  readonly name: string;
  readonly path: string;
  readonly stats: BigIntStats;
}

/** As long as nobody touched a file: by root, what all of them looked like and what came of it. */
const known = new Map<string, { readonly stamp: string; readonly digest: Digest }>();
const MAX_KNOWN = 64;

class Unfit extends Error {}

/** Where a package of ours stands that is started; null: it is none of ours. */
export function installedRoot({ command, args, package: pinned }: McpProcess): string | null {
  if (pinned === undefined) return null;
  const { ecosystem, name, version } = pinned;
  const folder = ecosystem === 'npm' ? `${name}@${version}` : `pypi/${plainName(name)}-${version}`;
  // Behind a plus: beside another of its version, with newer packages that it needs.
  const home = new RegExp(
    `^/.*?/packages/${escaped(folder)}(?:\\+[0-9a-f]{12})?${ecosystem === 'npm' ? '' : '/site'}(?=/)`,
    's',
  );
  for (const word of [command, ...args]) {
    const [root] = home.exec(word) ?? [];
    if (root !== undefined) return root;
  }
  return null;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Costs a look at each file while nobody touched one, and reads all of them otherwise. */
export async function treeDigest(root: string): Promise<Tree> {
  try {
    const entries = await entriesOf(root);
    const stamp = createHash('sha256');
    for (const { name, stats } of entries)
      stamp.update(
        `${JSON.stringify(name)} ${[stats.dev, stats.ino, stats.mode, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ')}\n`,
      );
    const now = stamp.digest('hex');
    const before = known.get(root);
    if (before?.stamp === now) return { ok: true, digest: before.digest };
    const digest = await digestOf(root, entries);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(root, { stamp: now, digest });
    return { ok: true, digest };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, why: error.message };
    return { ok: false, why: 'it cannot be read whole' };
  }
}

/** By name, so that the order of the disk is none of ours. */
async function entriesOf(root: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let bytes = 0n;
  let folders: readonly string[] = [root];
  while (folders.length > 0) {
    const next: string[] = [];
    await eachOf(folders, async (folder) => {
      const names = await readdir(folder);
      if (entries.length + names.length > MAX_ENTRIES) throw new Unfit(`it has more than ${MAX_ENTRIES} files`);
      await Promise.all(
        names.map(async (each) => {
          const path = join(folder, each);
          const stats = await lstat(path, { bigint: true });
          bytes += stats.isFile() ? stats.size : 0n;
          if (bytes > MAX_BYTES) throw new Unfit(`it has more than ${MAX_BYTES} bytes`);
          entries.push({ name: relative(root, path), path, stats });
          if (stats.isDirectory()) next.push(path);
        }),
      );
    });
    folders = next;
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function digestOf(root: string, entries: readonly Entry[]): Promise<Digest> {
  const said = new Map<string, string>();
  await eachOf(entries, async (entry) => void said.set(entry.name, await contentOf(root, entry)));
  const whole = createHash('sha256');
  for (const { name } of entries) whole.update(`${JSON.stringify(name)} ${said.get(name) ?? ''}\n`);
  return `sha256:${whole.digest('hex')}`;
}

async function contentOf(root: string, { name, path, stats }: Entry): Promise<string> {
  if (stats.isDirectory()) return 'folder';
  if (stats.isSymbolicLink()) {
    const to = await readlink(path);
    const target = resolve(dirname(path), to);
    if (to.startsWith(sep) || !target.startsWith(`${root}${sep}`)) throw new Unfit(`\`${name}\` leads out of it`);
    return `link ${JSON.stringify(to)}`;
  }
  if (!stats.isFile()) throw new Unfit(`\`${name}\` is neither a file nor a folder`);
  const content = await readFile(path);
  const kind = (stats.mode & 0o111n) === 0n ? 'file' : 'program';
  return `${kind} ${content.length} ${createHash('sha256').update(content).digest('hex')}`;
}

async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE)
    await Promise.all(all.slice(from, from + AT_ONCE).map((each) => work(each)));
}
