// Which kinds of effects a listed tool can ever show, taken widely: what its declarations say, and what the analysis adds.
import {
  type ByEffectsTool,
  type CriticalTool,
  EFFECT_KINDS,
  type EffectKind,
  type Manifest,
  type SafeTool,
} from '@castellan/contract';

export type ListedTool = SafeTool | CriticalTool | ByEffectsTool;

export const toolsOfManifest = ({ tools }: Manifest): readonly ListedTool[] => [
  ...tools.safe,
  ...tools.critical,
  ...tools.byEffects,
];

/** Found in arguments whatever a tool declares. */
const ADDED: readonly EffectKind[] = ['unknown', 'change-safety', 'read'];

export function possibleKinds(tool: ListedTool): ReadonlySet<EffectKind> {
  const kinds = new Set<EffectKind>(ADDED);
  for (const declared of tool.effects) {
    kinds.add(declared.kind);
    // A command or a query does whatever it says; an address may be a file, and may send as it asks.
    if (declared.as === 'shell' || declared.as === 'sql') for (const kind of EFFECT_KINDS) kinds.add(kind);
    if (declared.as === 'patch') for (const kind of ['write', 'delete'] as const) kinds.add(kind);
    if (declared.as === 'url' || declared.as === 'uri')
      for (const kind of ['connect', 'send', 'read'] as const) kinds.add(kind);
  }
  return kinds;
}
