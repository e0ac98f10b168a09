// Reads the lock that npm wrote. Pure. INVARIANT: everything in the tree comes from a registry and has a strong digest that
// npm held the bytes against; one dependency from a repository would be code that changes under its name.
import { type JsonObject, type JsonValue, pinnedPackageSchema } from '@castellan/contract';

export interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
  /** How many packages come with it. */
  readonly others: number;
  readonly deprecated: string | null;
}

export type ReadLock =
  | { readonly ok: true; readonly value: LockedPackage }
  | { readonly ok: false; readonly why: string };

const STRONG = /(?:^|\s)sha(?:512|384|256)-[A-Za-z0-9+/=]+/;
const no = (why: string): ReadLock => ({ ok: false, why });
const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function readNpmLock(lock: JsonValue, name: string): ReadLock {
  const packages = isObject(lock) ? lock.packages : undefined;
  if (!isObject(packages)) return no('this npm writes a lock that is too old to be read');
  const entries = Object.entries(packages).filter(([path]) => path !== '');
  for (const [path, entry] of entries) {
    const fault = isObject(entry) ? entryFault(entry) : 'is not understood';
    if (fault !== null) return no(`\`${path.replace(/^.*node_modules\//, '')}\` ${fault}`);
  }
  const own = packages[`node_modules/${name}`];
  if (!isObject(own)) return no(`npm did not lock \`${name}\``);
  const integrity = STRONG.exec(String(own.integrity))?.[0].trim();
  const { version } = own;
  if (own.name !== undefined && own.name !== name) return no(`\`${name}\` is another package's name`);
  if (integrity === undefined || typeof version !== 'string') return no(`npm did not lock \`${name}\``);
  const pinned = pinnedPackageSchema.safeParse({ ecosystem: 'npm', name, version, integrity });
  if (!pinned.success || !/^[0-9A-Za-z.+-]+$/.test(version))
    return no(`npm locked a version that is none: \`${version}\``);
  const deprecated = typeof own.deprecated === 'string' ? own.deprecated : null;
  return { ok: true, value: { version, integrity, others: entries.length - 1, deprecated } };
}

function entryFault(entry: JsonObject): string | null {
  // Comes inside the tarball of another package, whose digest covers it.
  if (entry.inBundle === true) return null;
  if (entry.link === true) return 'is a link to a folder';
  if (typeof entry.resolved !== 'string' || !/^https?:\/\//.test(entry.resolved))
    return 'does not come from a registry';
  return typeof entry.integrity === 'string' && STRONG.test(entry.integrity)
    ? null
    : 'has no digest that would hold: its registry gives none, or a weak one';
}
