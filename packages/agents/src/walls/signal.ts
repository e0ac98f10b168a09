// Signals for a program that may stand within walls. bubblewrap takes none for what it holds: the walls outlast every signal but the
// one that nobody can ignore, and the program itself is told.
import { readFileSync } from 'node:fs';

const WALL = 'bwrap';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended, or there is no such folder on this system.
    return '';
  }
};

/** The program within the walls that `pid` stands for; itself where it stands for none. */
function innermost(pid: number): number {
  let at = pid;
  for (let depth = 0; depth < 8; depth += 1) {
    if (read(`/proc/${at}/comm`).trim() !== WALL) return at;
    // The program is there before what carries its connections.
    const [first] = read(`/proc/${at}/task/${at}/children`).split(' ').map(Number).filter(Boolean);
    if (first === undefined) return at;
    at = first;
  }
  return at;
}

export function signalInside(pid: number, name: NodeJS.Signals): void {
  const at = innermost(pid);
  try {
    process.kill(at, name);
  } catch {
    // It has just ended.
  }
}
