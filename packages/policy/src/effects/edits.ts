// Calls that change a part of a file and say which: what they replace stands in the call, so it can be put back from the
// record. INVARIANT: in doubt it is no edit; a call with any other argument may write the whole file.
import type { JsonObject, JsonValue } from '@castellan/contract';

/** Every argument an editing tool takes. */
const KNOWN = new Set(['file_path', 'path', 'old_string', 'new_string', 'replace_all', 'edits', 'dryRun']);

/** What tools call the text that is there and the text that replaces it. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['old_string', 'new_string'],
  ['oldText', 'newText'],
];

export function isEdit(args: JsonObject): boolean {
  if (!Object.keys(args).every((name) => KNOWN.has(name))) return false;
  const { edits } = args;
  if (edits === undefined) return isPair(args);
  return Array.isArray(edits) && edits.length > 0 && edits.every(isObjectPair);
}

const isObjectPair = (edit: JsonValue): boolean =>
  typeof edit === 'object' && edit !== null && !Array.isArray(edit) && isPair(edit as JsonObject);

/** Without an old text a tool writes the whole file; text taken out everywhere says no longer where it was. */
function isPair(edit: JsonObject): boolean {
  const pair = PAIRS.find(([before]) => Object.hasOwn(edit, before));
  if (pair === undefined) return false;
  const [before, after] = [edit[pair[0]], edit[pair[1]]];
  const everywhere = edit.replace_all !== undefined && edit.replace_all !== false;
  return typeof before === 'string' && before !== '' && typeof after === 'string' && !(everywhere && after === '');
}
