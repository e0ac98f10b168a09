// A manifest after a person accepted that its server changed: what is new is critical, per call, until somebody sorts it;
// what is gone is not named any more. INVARIANT: nothing becomes milder by it.
import type { CriticalTool, Definition, Manifest, McpStart } from '@castellan/contract';
import { manifestFor } from '@castellan/gateway';

export interface Revision {
  /** New lists of `tools`, by the name of the list; only those that change. */
  readonly tools: Partial<Manifest['tools']>;
  /** One line a change. */
  readonly lines: readonly string[];
}

const toolsOf = (definitions: readonly Definition[]): ReadonlySet<string> =>
  new Set(definitions.flatMap(({ kind, name }) => (kind === 'tool' ? [name] : [])));

/** Null: it fits as it is. */
export function revised(
  manifest: Manifest,
  start: McpStart,
  before: readonly Definition[],
  after: readonly Definition[],
): Revision | null {
  const had = toolsOf(before);
  const has = toolsOf(after);
  const gone = (name: string): boolean => had.has(name) && !has.has(name);
  const { safe, critical, byEffects } = manifest.tools;
  const listed = new Set([...safe, ...critical, ...byEffects].map(({ name }) => name));
  const { name, title } = manifest;
  const isNew = (tool: string): boolean => has.has(tool) && !had.has(tool) && !listed.has(tool);
  const definitions = after.filter((each) => each.kind === 'tool' && isNew(each.name));
  const proposed = manifestFor({ name, title, start, definitions, safe: [], sorted: null }).tools.critical;
  const added: readonly CriticalTool[] = proposed.filter((tool) => isNew(tool.name));
  const dropped = [...listed].filter(gone);
  if (added.length === 0 && dropped.length === 0) return null;
  return {
    tools: {
      ...(safe.some((tool) => gone(tool.name)) && { safe: safe.filter((tool) => !gone(tool.name)) }),
      ...(byEffects.some((tool) => gone(tool.name)) && { byEffects: byEffects.filter((tool) => !gone(tool.name)) }),
      critical: [...critical.filter((tool) => !gone(tool.name)), ...added],
    },
    lines: [
      ...added.map((tool) => `\`${tool.name}\` is critical, per call`),
      ...dropped.map((tool) => `\`${tool}\` is not listed any more`),
    ],
  };
}
