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

/** In ticks since the machine started; the leader may have gone. */
function startOf(session: string, stat: Read): string {
  try {
    return fieldsOf(stat(`/proc/${session}/stat`))[19] ?? '?';
  } catch {
    return '?';
  }
}
