// What the claims gate says: which promises asked for now were shown by a scenario that passed, and which were not.
import type { Claim } from '../../test/claims/claims.ts';

/** Claims with the titles of the scenarios that proved them. */
export type Citations = ReadonlyMap<string, readonly string[]>;

/** Reads citation lines `id<TAB>title`, as test/testkit/src/verifies.ts writes them. */
export function parseCitations(text: string): Citations {
  const cited = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const [id, title] = line.split('\t');
    if (id === undefined || title === undefined) continue;
    cited.set(id, [...(cited.get(id) ?? []), title]);
  }
  return cited;
}

export const unprovenOf = (claims: readonly Claim[], cited: Citations): readonly Claim[] =>
  claims.filter((claim) => claim.status === 'now' && !cited.has(claim.id));

/** The summary as lines. `where` says which suites were looked at, because one suite alone never proves every row. */
export function claimsReport(claims: readonly Claim[], cited: Citations, where: string): readonly string[] {
  const now = claims.filter((claim) => claim.status === 'now');
  const unproven = unprovenOf(claims, cited);
  const later = claims.length - now.length;
  const early = claims.filter((claim) => claim.status === 'later' && cited.has(claim.id)).length;
  const counts = `${now.length - unproven.length} proven, ${unproven.length} unproven, ${later} later`;
  return [
    `claims by ${where}: ${counts}${early === 0 ? '' : ` (${early} of them shown already)`}`,
    ...unproven.map(
      (claim) => `  unproven ${claim.id}${claim.scope === undefined ? '' : ` (${claim.scope})`}: ${brief(claim.text)}`,
    ),
  ];
}

const brief = (text: string): string => (text.length <= 90 ? text : `${text.slice(0, 89)}…`);
