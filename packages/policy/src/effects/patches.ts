// The paths a patch changes: the form some agents use between `*** Begin Patch` and `*** End Patch`, and unified diffs
// (diff(1), git-diff(1)). Only the heads of files are read.
export interface PatchPath {
  readonly kind: 'write' | 'delete';
  readonly path: string;
}

const MAX_FILES = 100;
const HEAD = /^\*\*\* (Add File|Update File|Delete File|Move to): *(.+?) *$/;
const UNIFIED = /^(---|\+\+\+) (?:"((?:[^"\\]|\\.)+)"|([^\t\n]+))/;

export function patchPaths(text: string): readonly PatchPath[] {
  if (!/^(?:\*\*\* |--- |\+\+\+ |rename to |rename from )/m.test(text)) return [];
  const found: PatchPath[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (found.length >= MAX_FILES) break;
    const head = HEAD.exec(line);
    if (head !== null) found.push({ kind: head[1] === 'Delete File' ? 'delete' : 'write', path: head[2] ?? '' });
    const renamed = /^rename (from|to) (.+)$/.exec(line);
    if (renamed !== null) found.push({ kind: renamed[1] === 'from' ? 'delete' : 'write', path: renamed[2] ?? '' });
    const path = unified(line);
    if (path === undefined) continue;
    // A removed line may begin with `--`: only a head has its other half beside it.
    const other = unified(lines[line.startsWith('---') ? index + 1 : index - 1] ?? '');
    if (other === undefined || path === '/dev/null') continue;
    const gone = line.startsWith('---') && other === '/dev/null';
    if (gone || line.startsWith('+++'))
      found.push({ kind: gone ? 'delete' : 'write', path: path.replace(/^[ab]\//, '') });
  }
  return found;
}

function unified(line: string): string | undefined {
  const match = UNIFIED.exec(line);
  return match === null ? undefined : (match[2] ?? match[3])?.trim();
}

/** More files than a person could look at. */
const MOST = 1000;
/** What Codex strips of a line before it looks for a head: Rust's white space, which is JavaScript's and U+0085. */
const BLANKS = /^[\s\u0085]+|[\s\u0085]+$/gu;
const MARKS = /^\*\*\* (?:Begin Patch|End Patch|End of File)$/;

/**
 * Every file of a patch as its tool will read it; null where that cannot be told. INVARIANT: a line that this takes for no head
 * is none for the tool either: what begins with three stars and is no known head makes the whole patch unreadable.
 */
export function readPatch(text: string): readonly PatchPath[] | null {
  const found: PatchPath[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(BLANKS, '');
    if (!line.startsWith('***') || MARKS.test(line)) continue;
    const [, what, path] = /^\*\*\* (Add File|Update File|Delete File|Move to): (.+)$/u.exec(line) ?? [];
    if (path === undefined || found.length >= MOST) return null;
    found.push({ kind: what === 'Delete File' ? 'delete' : 'write', path });
  }
  return found.length === 0 ? null : found;
}
