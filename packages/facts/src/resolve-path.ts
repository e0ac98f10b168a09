// Where a path really leads, as the kernel would walk it: link by link, `..` after the link, and on from the nearest
// existing ancestor of what does not exist. INVARIANT: never throws; what cannot be walked is said to be untold.
import { type Kind, kindAt, lookBelow, nothingSeen, type Seen } from './seen.ts';

export interface Walked {
  readonly path: string;
  readonly kind: Kind;
  /** It could not be told: a loop of links, a folder that may not be searched, a name that is too long. */
  readonly untold: boolean;
  /** It went through a process's own view of the file system, which is another one for the process that will use it. */
  readonly throughProcess: boolean;
}

/** What Linux allows before it gives up. */
const MAX_LINKS = 40;
export const MAX_PATH = 4096;

const SLASH = 0x2f;
const PROCESS_FOLDER = /^\/proc\/(?:self|thread-self|\d+)(?:\/task\/\d+)?$/;
const isProcess = ({ path, kind }: Seen): boolean =>
  kind !== 'missing' && path.startsWith('/proc/') && PROCESS_FOLDER.test(path);

/** Walks an absolute path. `cwd` is what `/proc/self/cwd` means; `root` holds what was seen before and takes what is seen. */
export function walkPath(absolute: string, cwd: string, root: Seen = nothingSeen()): Walked {
  const { path, there, untold, throughProcess } = walk(absolute, cwd, root);
  return { path, kind: kindAt(there), untold, throughProcess };
}

/** Where it leads, for who does not ask what is there. */
export const realPath = (absolute: string, root?: Seen): string => walk(absolute, '/', root ?? nothingSeen()).path;

interface Way extends Omit<Walked, 'kind'> {
  readonly there: Seen | Kind;
}

function walk(absolute: string, cwd: string, root: Seen): Way {
  let here = root;
  let begun = 0;
  // As far as the way is known to be straight, it need not be walked name by name.
  const straight = root.straight;
  if (straight !== undefined && absolute.startsWith(straight.path)) {
    const next = absolute.charCodeAt(straight.path.length);
    if (next === SLASH || absolute.length === straight.path.length) {
      here = straight;
      begun = straight.path.length;
    }
  }
  const rest = absolute.slice(begun).split('/').reverse();
  let links = 0;
  let steps = 0;
  let throughProcess = false;
  const untold = (): Way => {
    const remaining = rest.reverse().filter((part) => part !== '' && part !== '.');
    return { path: [here.path, ...remaining].join('/') || '/', there: 'other', untold: true, throughProcess };
  };
  while (rest.length > 0) {
    const part = rest.pop();
    steps += 1;
    if (part === undefined || part === '' || part === '.') continue;
    if (steps > MAX_PATH) return untold();
    if (part === '..') {
      here = here.above ?? root;
      continue;
    }
    if (isProcess(here)) {
      // A descriptor of another process leads wherever that process opened it.
      if (part !== 'root' && part !== 'cwd') {
        const path = [here.path, part, ...rest.reverse()].join('/');
        return { path, there: 'device', untold: false, throughProcess };
      }
      throughProcess = true;
      here = root;
      if (part === 'cwd') rest.push(...cwd.split('/').reverse());
      continue;
    }
    const next = lookBelow(here, part);
    if (next.kind === 'link') links += 1;
    if (next.kind === 'untold' || links > MAX_LINKS) {
      rest.push(part);
      return untold();
    }
    if (next.kind === 'link') {
      if (next.target.startsWith('/')) here = root;
      rest.push(...next.target.split('/').reverse());
    } else here = next;
  }
  return { path: here.path === '' ? '/' : here.path, there: here, untold: false, throughProcess };
}
