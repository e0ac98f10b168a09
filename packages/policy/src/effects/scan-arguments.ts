// Any tool, classified or not: arguments that look like paths are followed, so that a tool nobody thought of does not become
// the way to Castellan's own folder (C04). INVARIANT: where a limit stops the looking, that is an effect of its own.
import type { Call, Effect, Facts, JsonValue } from '@castellan/contract';

/** Paths that are looked up, and how deep they may lie. */
const MAX_PATHS = 2000;
const MAX_DEPTH = 64;
const LOOKS_LIKE_PATH = /^(?:\/|~|\.{1,2}(?:\/|$)|file:)/i;

export function scanArguments(call: Call, facts: Facts): readonly Effect[] {
  const paths = new Set<string>();
  let whole = true;
  const visit = (value: JsonValue, depth: number): void => {
    if (typeof value === 'string') {
      const text = value.trim().replace(/\/(?:\.?\/)+/g, '/');
      if (!LOOKS_LIKE_PATH.test(text) || text.length > 4096 || text.includes('\n')) return;
      if (paths.size < MAX_PATHS) paths.add(text);
      else whole &&= paths.has(text);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_DEPTH) whole = false;
    else if (Array.isArray(value)) for (const each of value) visit(each, depth + 1);
    else
      for (const [name, each] of Object.entries(value)) {
        visit(name, depth + 1);
        visit(each, depth + 1);
      }
  };
  visit(call.arguments, 0);
  const reached = new Set(
    [...paths]
      .map((text) => facts.resolvePath(text, { cwd: call.cwd, workspace: call.workspace }))
      .filter(({ place }) => place === 'castellan')
      .map(({ path }) => path),
  );
  const found = [...reached].map((path) => safety(path, 'an argument leads into Castellan’s own folder'));
  return whole ? found : [...found, untold(facts)];
}

const safety = (target: string, note: string): Effect => ({
  kind: 'change-safety',
  target,
  targetKind: 'path',
  place: 'castellan',
  certainty: 'possible',
  note,
});

/** More than is looked at: what lies behind may lead anywhere. */
export const untold = (facts: Facts): Effect =>
  safety(facts.stateFolder, 'more than could be looked at whole: it may lead into Castellan’s own folder');
