// Which terminal this runs in: the session the kernel keeps for it, its controlling terminal, and when the leader of that
// session began, so that a number that is given out again is not the same terminal. Without /proc all are one.
import { readFileSync } from 'node:fs';

type Read = (path: string) => string;
const read: Read = (path) => readFileSync(path, 'utf8');

/** Where /proc cannot tell. */
const ANYWHERE = 'anywhere';

/** The fields after the name, which stands in parentheses and may hold any character: the last one ends it. */
const fieldsOf = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

export function terminalOf(stat: Read = read): string {
  try {
    const [, , , session = '', tty = ''] = fieldsOf(stat('/proc/self/stat'));
    return `session ${session}, terminal ${tty}, since ${startOf(session, stat)}`;
  } catch {
    return ANYWHERE;
  }
}

/** `pts/3`, as `who` and `tty` call it; empty where it has none, or another kind. After the kernel's numbering of devices. */
function lineOf(tty: number): string {
  const major = (tty >> 8) & 0xfff;
  const minor = (tty & 0xff) | ((tty >> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  return major === 4 && minor < 64 ? `tty${minor}` : '';
}

/** What the sign-in of this terminal is called where people see all of theirs. */
export function clientName(stat: Read = read): string {
  let line = '';
  try {
    line = lineOf(Number(fieldsOf(stat('/proc/self/stat'))[4]));
  } catch {
    // Without /proc nobody can tell.
  }
  return line === '' ? 'castellan login' : `castellan login in ${line}`;
}

/** In ticks since the machine started; the leader may have gone. */
function startOf(session: string, stat: Read): string {
  try {
    return fieldsOf(stat(`/proc/${session}/stat`))[19] ?? '?';
  } catch {
    return '?';
  }
}
