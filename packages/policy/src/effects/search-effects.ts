// Tools that search: by a pattern of names, or through the contents of everything below a folder. Both reach Castellan's own
// folder without ever naming it (C04).
import type { Call, DeclaredEffect, Effect, Facts, JsonValue } from '@castellan/contract';
import { mayName, patternReaches } from '@castellan/shell';

export function searchEffects(
  call: Call,
  declared: readonly DeclaredEffect[],
  found: readonly Effect[],
  facts: Facts,
): readonly Effect[] {
  if (found.some(({ kind }) => kind === 'change-safety')) return [];
  const note = namesIt(call, declared, facts)
    ? 'a pattern that may lead into Castellan’s own folder'
    : readsIt(call, declared, found)
      ? 'a search of everything below, Castellan’s own folder too'
      : undefined;
  if (note === undefined) return [];
  const target = facts.stateFolder;
  return [{ kind: 'change-safety', target, targetKind: 'path', place: 'castellan', certainty: 'possible', note }];
}

const argument = (call: Call, name: string | undefined): JsonValue | undefined =>
  name !== undefined && Object.hasOwn(call.arguments, name) ? call.arguments[name] : undefined;

/** Every path against every other one as the folder it is looked for in: which is which only the tool knows. */
function namesIt(call: Call, declared: readonly DeclaredEffect[], facts: Facts): boolean {
  const texts = declared
    .filter(({ as }) => as === 'path')
    .map(({ from }) => argument(call, from))
    .filter((value) => typeof value === 'string')
    .map((text) => (/^~(?:\/|$)/.test(text) ? facts.home + text.slice(1) : text));
  const patterns = texts.filter((text) => /[*?[{]/.test(text));
  if (patterns.length === 0 && texts.length < 2) return false;
  const folders = ['.', ...texts.filter((text) => !patterns.includes(text))].map(
    (text) => facts.resolvePath(text, { cwd: call.cwd, workspace: call.workspace }).path,
  );
  return texts.some((text) => folders.some((folder) => patternReaches(text, folder, facts.stateFolder)));
}

/** A search for `pattern` in the contents of a folder above, unless it is limited to other files. */
function readsIt(call: Call, declared: readonly DeclaredEffect[], found: readonly Effect[]): boolean {
  if (typeof argument(call, 'pattern') !== 'string' || declared.some(({ from }) => from === 'pattern')) return false;
  if (!found.some(({ kind, place }) => kind === 'read' && place === 'castellan')) return false;
  const only = argument(call, 'glob');
  return (
    typeof only !== 'string' || only === '' || only.startsWith('!') || /[\s,](?![^{]*\})/.test(only) || mayName(only)
  );
}
