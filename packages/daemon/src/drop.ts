// What the process is before it opens anything: no descriptor of whoever started it, and, where castellan-launcher did, the system user
// instead of root. Done in here and not before us, because the kernel then lets nobody of that user look into us (not dumpable).
// INVARIANT: root is given up before any file of the state folder, any module of the daemon or any byte of a configuration is read.
import { closeSync, readdirSync, readFileSync } from 'node:fs';

export interface Dropped {
  /** Why it must not go on; null: all is well. */
  readonly fault: string | null;
}

const FINE: Dropped = { fault: null };
/** O_CLOEXEC, as the kernel writes it. */
const CLOSES = 0o2000000;
const FORM = /^([1-9]\d{0,9}):([1-9]\d{0,9}):([1-9]\d{0,9}(?:,[1-9]\d{0,9}){0,15})?$/;

/** @param args of the command line: `--become UID:GID:GROUPS` of the launcher, or nothing. */
export function dropRights(args: readonly string[]): Dropped {
  closeInherited();
  if (args.length === 0) return FINE;
  const [flag, whom = '', ...more] = args;
  const [, uid, gid, groups = ''] = FORM.exec(whom) ?? [];
  if (flag !== '--become' || more.length > 0 || uid === undefined || gid === undefined)
    return { fault: 'it is started with arguments that it does not know' };
  return become(Number(uid), Number(gid), groups === '' ? [] : groups.split(',').map(Number));
}

/**
 * What was left open and would be handed on to every agent and server: an agent that is another user could read a file of root's
 * through it. Node's own descriptors close when a program is started, and are told apart by that.
 */
function closeInherited(): void {
  let names: readonly string[];
  try {
    names = readdirSync('/proc/self/fd');
  } catch {
    return;
  }
  for (const name of names.filter((each) => Number(each) > 2)) {
    try {
      const [, flags = ''] = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8')) ?? [];
      if ((Number.parseInt(flags, 8) & CLOSES) === 0) closeSync(Number(name));
    } catch {
      // The one that listed the folder: it is closed already.
    }
  }
}

function become(uid: number, gid: number, groups: readonly number[]): Dropped {
  const { setgroups, setgid, setuid, getuid } = process;
  if (setgroups === undefined || setgid === undefined || setuid === undefined || getuid?.() !== 0)
    return { fault: 'only root can become another user' };
  // Whoever reaches an inspector runs code as us, whatever user that is.
  if (process.execArgv.some((flag) => flag.startsWith('--inspect')))
    return { fault: 'it is started with an inspector' };
  setgroups([...groups]);
  setgid(gid);
  setuid(uid);
  const ways = [() => setuid(0), () => setgid(0), () => setgroups([])];
  if (ways.some(succeeds) || !isOnly(uid, gid)) return { fault: `root could not be given up for ${uid}` };
  return FINE;
}

function succeeds(way: () => void): boolean {
  try {
    way();
    return true;
  } catch {
    return false;
  }
}

/** Real, effective, saved and of files, in every thread; and no capability in any set that counts. */
function isOnly(uid: number, gid: number): boolean {
  const four = (id: number): string => Array(4).fill(id).join('\t');
  return readdirSync('/proc/self/task').every((thread) => {
    const status = readFileSync(`/proc/self/task/${thread}/status`, 'utf8');
    const line = (name: string): string => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? '';
    const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].map(line);
    return line('Uid') === four(uid) && line('Gid') === four(gid) && sets.every((set) => /^0+$/.test(set));
  });
}
