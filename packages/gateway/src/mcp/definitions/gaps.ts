// A manifest's tools against those its server has (P7). INVARIANT: a critical name that no tool answers to refuses the module:
// the tool it was written for may be there under another name, sorted by nobody.
import { type Definition, type Manifest, MCP_TOOLS } from '@castellan/contract';

export interface ManifestGaps {
  /** Named by the manifest, and not had by the server. */
  readonly missing: readonly string[];
  /** Had by the server, and not named: critical, per call. */
  readonly unsorted: readonly string[];
  /** One line each. */
  readonly lines: readonly string[];
  /** Whether the module may not be served at all. */
  readonly refuse: boolean;
}

const OURS: ReadonlySet<string> = new Set(Object.values(MCP_TOOLS));

/** What either side does not have of the other. */
export function manifestGaps(manifest: Manifest, definitions: readonly Definition[]): ManifestGaps {
  const { safe, critical, byEffects } = manifest.tools;
  const had = new Set(definitions.filter(({ kind }) => kind === 'tool').map(({ name }) => name));
  const guarded = new Set([...critical, ...byEffects].map(({ name }) => name));
  const named = [...safe, ...critical, ...byEffects].map(({ name }) => name).filter((name) => !OURS.has(name));
  const known = new Set(named);
  const missing = named.filter((name) => !had.has(name));
  const unsorted = [...had].filter((name) => !known.has(name));
  return {
    missing,
    unsorted,
    lines: [
      ...missing.map((name) =>
        guarded.has(name)
          ? `the manifest sorts \`${name}\` as one that can do harm, and the server has no such tool`
          : `the manifest names \`${name}\`, and the server has no such tool`,
      ),
      ...unsorted.map(
        (name) => `the server has \`${name}\`, and the manifest does not sort it: each call needs a person`,
      ),
    ],
    refuse: missing.some((name) => guarded.has(name)),
  };
}
