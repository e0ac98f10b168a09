// Any tool, classified or not: arguments that look like paths are followed, so that a tool nobody thought of does not become
// the way to Castellan's own folder (C04).
import type { Call, Effect, Facts, JsonValue } from '@castellan/contract';

const MAX_SCANNED = 500;
const LOOKS_LIKE_PATH = /^(?:\/|~|\.{1,2}(?:\/|$)|file:)/i;

export function scanArguments(call: Call, facts: Facts): readonly Effect[] {
  const texts = Object.values(call.arguments)
    .flatMap((value): readonly JsonValue[] => (Array.isArray(value) ? value : [value]))
    .filter((value): value is string => typeof value === 'string');
  const seen = new Set<string>();
  return texts.slice(0, MAX_SCANNED).flatMap((text): readonly Effect[] => {
    const trimmed = text.trim();
    if (!LOOKS_LIKE_PATH.test(trimmed) || trimmed.length > 4096 || trimmed.includes('\n')) return [];
    const fact = facts.resolvePath(trimmed, { cwd: call.cwd, workspace: call.workspace });
    if (fact.place !== 'castellan' || seen.has(fact.path)) return [];
    seen.add(fact.path);
    return [
      {
        kind: 'change-safety',
        target: fact.path,
        targetKind: 'path',
        place: fact.place,
        certainty: 'possible',
        note: 'an argument leads into Castellan’s own folder',
      },
    ];
  });
}
