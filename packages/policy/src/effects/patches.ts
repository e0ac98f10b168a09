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
