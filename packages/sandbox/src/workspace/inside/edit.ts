// Exact replacements in a text, one after the other. Pure: the tool makes them, and the card shows them, by this one function. INVARIANT: all of them fit or nothing is changed; one that fits in several
// places is refused unless all are meant.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { ToolFault } from './fault.ts';

export interface Edit {
  readonly from: string;
  readonly to: string;
  readonly all: boolean;
}

/** Lines of a file that ends them all with CR LF are written by models with LF alone. */
const asEnded = (text: string, isCrLf: boolean): string => (isCrLf ? text.replace(/\r?\n/g, '\r\n') : text);

export function edited(before: string, edits: readonly Edit[], name: string): { text: string; places: number } {
  const isCrLf = before.includes('\r\n') && !/(^|[^\r])\n/.test(before);
  let text = before;
  let places = 0;
  for (const [index, { from, to, all }] of edits.entries()) {
    const which = edits.length === 1 ? '`old_string`' : `\`old_string\` of edit ${index + 1}`;
    if (from === '')
      throw new ToolFault(`${which} is empty, and \`${name}\` is there: use write_file to replace it whole`);
    if (from === to) throw new ToolFault(`${which} and \`new_string\` are the same`);
    const [old, fresh] = [asEnded(from, isCrLf), asEnded(to, isCrLf)];
    const count = text.split(old).length - 1;
    if (count === 0) throw new ToolFault(`${which} is not in \`${name}\`: ${nearest(text, old)}`);
    if (count > 1 && !all)
      throw new ToolFault(`${which} stands ${count} times in \`${name}\`: add lines around it, or set \`replace_all\``);
    text = all ? text.split(old).join(fresh) : text.replace(old, () => fresh);
    places += all ? count : 1;
  }
  return { text, places };
}

/** What a model most often gets wrong. */
function nearest(text: string, old: string): string {
  const loose = (each: string): string => each.replace(/\s+/g, ' ').trim();
  if (loose(old) !== '' && loose(text).includes(loose(old)))
    return 'it is there with other spaces or line breaks; read the file again and copy it exactly';
  const [first = ''] = old.split(/\r?\n/).filter((line) => line.trim() !== '');
  const at = text.split(/\r?\n/).findIndex((line) => line.trim() === first.trim());
  return at < 0 ? 'read the file again' : `its first line is line ${at + 1}, what follows differs; read the file again`;
}

export function editsOf(args: JsonObject): readonly Edit[] {
  const given: readonly JsonValue[] = Array.isArray(args.edits) ? (args.edits as readonly JsonValue[]) : [args];
  if (Array.isArray(args.edits) && (args.old_string !== undefined || args.new_string !== undefined))
    throw new ToolFault('say `edits`, or `old_string` with `new_string`, not both');
  return given.map((each) => {
    const { old_string: from, new_string: to, replace_all: all } = each as JsonObject;
    if (typeof from !== 'string' || typeof to !== 'string')
      throw new ToolFault('say `old_string` and `new_string`, or `edits` with several of them');
    return { from, to, all: all === true };
  });
}

/** What edit_file would leave of a file, or why it refuses. */
export type PlannedEdit =
  | { readonly kind: 'after'; readonly text: string }
  | { readonly kind: 'unfit'; readonly why: string };

/** @param whole the file with its mark; null: it is not there. */
export function plannedEdit(args: JsonObject, whole: string | null, name: string): PlannedEdit {
  try {
    const edits = editsOf(args);
    const [only] = edits;
    if (whole === null && edits.length === 1 && only?.from === '') return { kind: 'after', text: only.to };
    if (whole === null) throw new ToolFault(`\`${name}\` is not there`);
    const mark = whole.startsWith('\uFEFF') ? '\uFEFF' : '';
    return { kind: 'after', text: mark + edited(whole.slice(mark.length), edits, name).text };
  } catch (error) {
    if (error instanceof ToolFault) return { kind: 'unfit', why: `it would be refused: ${error.message}` };
    throw error;
  }
}
