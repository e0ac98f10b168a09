// From a call's arguments to what a file would hold afterwards, for tools that say so themselves. INVARIANT: display only;
// what decides are the effects. What does not fit is said, never guessed.
import type { JsonObject, JsonValue } from '@castellan/contract';

/** null: nothing to show, the call says nothing about contents. */
export type Planned =
  | { readonly kind: 'after'; readonly text: string }
  | { readonly kind: 'unfit'; readonly why: string }
  | null;

/** Arguments that hold a whole new content: of Claude Code's Write, and of file servers over MCP. */
const WHOLE = ['content', 'contents', 'file_text'];
/** Arguments that hold one replacement: Claude Code's Edit, its text editor, OpenCode's edit, the MCP filesystem server. */
const PAIRS = [
  ['old_string', 'new_string'],
  ['old_str', 'new_str'],
  ['oldString', 'newString'],
  ['oldText', 'newText'],
  ['old_text', 'new_text'],
] as const;

interface Replacement {
  readonly from: string;
  readonly to: string;
  readonly all: boolean;
}

const text = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);
const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function planned(args: JsonObject, before: string | null): Planned {
  if (typeof args.notebook_path === 'string') return notebook(args, before);
  const edits = Array.isArray(args.edits) ? args.edits : [args];
  const replacements = edits.flatMap((edit) => (isObject(edit) ? replacementOf(edit) : []));
  if (replacements.length > 0) return replaced(before, replacements);
  for (const name of WHOLE) {
    const whole = text(args[name]);
    if (whole !== null) return { kind: 'after', text: whole };
  }
  return null;
}

function replacementOf(edit: JsonObject): readonly Replacement[] {
  for (const [old, fresh] of PAIRS) {
    const from = text(edit[old]);
    const to = text(edit[fresh]);
    if (from !== null && to !== null) return [{ from, to, all: edit.replace_all === true || edit.replaceAll === true }];
  }
  return [];
}

function replaced(before: string | null, replacements: readonly Replacement[]): Planned {
  let now = before ?? '';
  for (const { from, to, all } of replacements) {
    if (from === '') {
      if (now !== '') return { kind: 'unfit', why: 'it replaces nothing in a file that is not empty' };
      now = to;
    } else if (!now.includes(from)) return { kind: 'unfit', why: 'the text to be replaced is not in the file' };
    else now = all ? now.split(from).join(to) : now.replace(from, () => to);
  }
  return { kind: 'after', text: now };
}

/** A notebook is shown as the sources of its cells, one after the other. */
function notebook(args: JsonObject, before: string | null): Planned {
  const source = text(args.new_source);
  if (source === null) return null;
  const cells = before === null ? null : cellsOf(before);
  if (cells === null) return { kind: 'unfit', why: 'the notebook cannot be read' };
  const mode = args.edit_mode ?? 'replace';
  const at = cells.findIndex(({ id }, index) => id === args.cell_id || index === args.cell_number);
  if (mode === 'insert') return joined(cells.toSpliced(at + 1, 0, { id: '', source }));
  const cell = cells[at];
  if (cell === undefined) return { kind: 'unfit', why: 'the notebook has no such cell' };
  return joined(mode === 'delete' ? cells.toSpliced(at, 1) : cells.with(at, { ...cell, source }));
}

interface Cell {
  readonly id: string;
  readonly source: string;
}

const joined = (cells: readonly Cell[]): Planned => ({ kind: 'after', text: cellText(cells) });
const cellText = (cells: readonly Cell[]): string => cells.map(({ source }) => source).join('\n\n');

/** What a file's text is compared as. */
export function comparable(args: JsonObject, before: string | null): string | null {
  if (typeof args.notebook_path !== 'string' || before === null) return before;
  const cells = cellsOf(before);
  return cells === null ? before : cellText(cells);
}

function cellsOf(json: string): readonly Cell[] | null {
  let whole: JsonValue;
  try {
    whole = JSON.parse(json);
  } catch {
    return null;
  }
  if (!isObject(whole) || !Array.isArray(whole.cells)) return null;
  return whole.cells.map((cell: JsonValue): Cell => {
    if (!isObject(cell)) return { id: '', source: '' };
    const { id, source } = cell;
    const lines = Array.isArray(source) ? source.filter((line) => typeof line === 'string') : [text(source) ?? ''];
    return { id: text(id) ?? '', source: lines.join('') };
  });
}
