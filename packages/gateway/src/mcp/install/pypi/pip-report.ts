// Reads what pip says it would install, and its tree as requirements with a digest each. Pure.
import { pinnedPackageSchema } from '@castellan/contract';

export interface PipTree {
  readonly version: string;
  /** `sha256:…` of the distribution itself. */
  readonly integrity: string;
  readonly others: number;
  /** Lines for `pip install --require-hashes --no-deps`. */
  readonly requirements: string;
}

export type ReadReport = { readonly ok: true; readonly value: PipTree } | { readonly ok: false; readonly why: string };

const no = (why: string): ReadReport => ({ ok: false, why });
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), value);

/** As pip says it since 23.1, or in the one member it had before. */
function digestIn(archive: unknown): unknown {
  const older = at(archive, 'hash');
  return at(archive, 'hashes', 'sha256') ?? (typeof older === 'string' ? /^sha256=(.+)$/.exec(older)?.[1] : undefined);
}

/** The form in which an index compares names. */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

export function readPipReport(report: unknown, name: string): ReadReport {
  const items = at(report, 'install');
  if (!Array.isArray(items)) return no('this pip writes a report that is not understood');
  const lines: string[] = [];
  let own: { readonly version: string; readonly integrity: string } | null = null;
  for (const item of items as readonly unknown[]) {
    const [each, version] = [at(item, 'metadata', 'name'), at(item, 'metadata', 'version')];
    const sha256 = digestIn(at(item, 'download_info', 'archive_info'));
    if (typeof each !== 'string' || typeof version !== 'string' || !/^[A-Za-z0-9._-]+$/.test(each))
      return no('this pip writes a report that is not understood');
    if (!/^[A-Za-z0-9.!+_-]+$/.test(version)) return no(`\`${each}\` has a version that is none`);
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return no(`\`${each}\` has no digest`);
    if (at(item, 'is_direct') === true) return no(`\`${each}\` does not come from an index`);
    lines.push(`${each}==${version} --hash=sha256:${sha256}`);
    if (plainName(each) === plainName(name)) own = { version, integrity: `sha256:${sha256}` };
  }
  if (own === null) return no(`pip would not install \`${name}\``);
  const pinned = pinnedPackageSchema.safeParse({ ecosystem: 'pypi', name, ...own });
  if (!pinned.success) return no(`\`${name}\` has a version that is none`);
  return { ok: true, value: { ...own, others: lines.length - 1, requirements: `${lines.join('\n')}\n` } };
}
