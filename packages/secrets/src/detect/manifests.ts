// Kubernetes Secrets: what stands under `data:` and `stringData:` of a manifest whose kind is Secret, whatever its names are.
import { textOf } from './bytes.ts';
import { add, type Scan } from './scan.ts';

export const MANIFEST_ANCHOR = 'kind:';
/** The most of one document that is read, to each side of its kind. */
const REACH = 65_536;
const NAMED_SECRET = /^[ \t]*["']?secret["']?[ \t]*(?:#.*)?$/i;
const BLOCK = /^[ \t]*["']?(?:data|stringData)["']?:[ \t]*$/;
const ENTRY = /^([ \t]+)["']?([\w.-]{1,253})["']?:[ \t]*(["']?)([A-Za-z0-9+/]{12,}={0,3})\3[ \t]*$/;
const FOLDED = /^[ \t]+["']?[\w.-]{1,253}["']?:[ \t]*[|>][+-]?[ \t]*$/;
const FOLDED_TEXT = /^([ \t]+)([A-Za-z0-9+/]{12,}={0,3})[ \t]*$/;

interface Line {
  readonly start: number;
  readonly text: string;
}

const indentOf = (text: string): number => text.length - text.trimStart().length;

/** The lines of the document round a place: from `---` to `---`. */
function linesAround(input: Uint8Array, from: number, at: number): readonly Line[] {
  const text = textOf(input, from, Math.min(input.length, at + REACH));
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    if (/^---/.test(line)) {
      if (from + start > at) break;
      lines.length = 0;
    } else lines.push({ start: from + start, text: line.endsWith('\r') ? line.slice(0, -1) : line });
    start += line.length + 1;
  }
  return lines;
}

/** Where the document ended, so that each is read once. */
export function readManifest(scan: Scan, start: number, readUntil: number): number {
  const { input } = scan;
  const line =
    textOf(input, start + MANIFEST_ANCHOR.length, start + MANIFEST_ANCHOR.length + 40).split(/\r?\n/, 1)[0] ?? '';
  if (start < readUntil || !NAMED_SECRET.test(line)) return readUntil;
  const lines = linesAround(input, Math.max(readUntil, start - REACH), start);
  let block = -1;
  let folded = false;
  for (const { start: at, text } of lines) {
    if (BLOCK.test(text)) {
      block = indentOf(text);
      continue;
    }
    if (text.trim() === '' || block === -1) continue;
    if (indentOf(text) <= block) block = -1;
    const entry = ENTRY.exec(text);
    const more = folded ? FOLDED_TEXT.exec(text) : null;
    folded = FOLDED.test(text);
    if (block === -1) continue;
    const value = entry?.[4] ?? more?.[2];
    if (value === undefined) continue;
    const first = at + text.lastIndexOf(value);
    add(scan, first, first + value.length, { name: 'kubernetes-secret', by: 'format', confidence: 'likely' });
  }
  const last = lines.at(-1);
  return last === undefined ? start + 1 : last.start + last.text.length;
}
