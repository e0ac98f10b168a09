// Which files a copy may hold, and under what names. INVARIANT: a name that is not one of these is no part of a copy, whoever
// wrote it: none leads out of the folder it is put into, none is a link, and none is what only one start or one moment has
// (tokens, sockets, locks, a panic).

/** Whole files. */
const FILES: ReadonlySet<string> = new Set([
  'config.yaml',
  'runbook.md',
  'castellan.db',
  'daemon/ledger.key',
  'daemon/digest.key',
  'vault/vault.sealed',
]);
/** Folders with everything below them. */
export const FOLDERS = ['modules', 'rules', 'scripts', 'ledger'] as const;
/** Only where it was asked for. */
export const UNDO_FOLDER = 'undo';
const ROOTS: ReadonlySet<string> = new Set([...FOLDERS, UNDO_FOLDER]);

/** What is copied as it lies there; the database and the vault are not. */
export const PLAIN_FILES = ['config.yaml', 'runbook.md', 'daemon/ledger.key', 'daemon/digest.key'] as const;
/** Without these there is nothing to restore. */
export const NEEDED = ['config.yaml', 'castellan.db', 'daemon/ledger.key', 'ledger/vkey', 'ledger/journal'] as const;

const MAX_NAME = 400;
const MAX_DEPTH = 12;
const SEGMENT = /^[^/\\\p{Cc}]+$/u;

/** Whether a file of this name may stand in a copy. `/` parts folders; the name is relative to the state folder. */
export function isMember(name: string): boolean {
  if (FILES.has(name)) return true;
  if (name.length > MAX_NAME || !name.isWellFormed()) return false;
  const segments = name.split('/');
  const [root = ''] = segments;
  if (segments.length < 2 || segments.length > MAX_DEPTH || !ROOTS.has(root)) return false;
  // A name that begins with a dot is a file half written, or one nobody sees; `.` and `..` are among them.
  return segments.every((segment) => SEGMENT.test(segment) && !segment.startsWith('.')) && name !== 'ledger/lock';
}
