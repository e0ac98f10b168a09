// What of a state goes into a copy, read so that it fits together while the daemon goes on: the database first, then the ledger,
// so that what the database remembers of the ledger is in it.
import { lstatSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StatePaths } from '../state/index.ts';
import type { Source } from './copy-writer.ts';
import { CopyFault } from './fault.ts';
import { FOLDERS, isMember, PLAIN_FILES, UNDO_FOLDER } from './members.ts';

const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Regular files below a folder that may stand in a copy, by their names in it. A link is none: nothing of ours is one. */
function filesBelow(home: string, folder: string): readonly string[] {
  const found: string[] = [];
  const walk = (name: string): void => {
    for (const entry of readdirSync(join(home, name), { withFileTypes: true })) {
      const path = `${name}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && isMember(path)) found.push(path);
    }
  };
  if (lstatSync(join(home, folder), { throwIfNoEntry: false })?.isDirectory() === true) walk(folder);
  return found.sort();
}

const sourcesBelow = ({ home }: StatePaths, folder: string): readonly Source[] =>
  filesBelow(home, folder).map((path) => ({ path, from: { file: join(home, path) } }));

/** Full tiles stay as they are for ever. Partial ones, and files half written, are none of the log's truth: its journal is. */
const isKept = (path: string): boolean => !/\.p\/\d+$/.test(path) && !path.endsWith('.tmp');
const MOVES = new Set(['ledger/journal', 'ledger/checkpoint']);
const TRIES = 50;

/**
 * The ledger as it is at one moment. Between two looks at its tiles that show the same no rotation was over, so the journal read
 * between them begins where those tiles end, or before.
 */
export async function ledgerSources({ home, ledger }: StatePaths): Promise<readonly Source[]> {
  const look = (): readonly string[] => filesBelow(home, 'ledger').filter((path) => isKept(path) && !MOVES.has(path));
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = look();
    // Before the journal: the head it names is then one that the journal reaches.
    const checkpoint = await readFile(join(ledger, 'checkpoint'));
    const journal = await readFile(join(ledger, 'journal'));
    if (look().join('\n') !== before.join('\n')) continue;
    return [
      ...before.map((path): Source => ({ path, from: { file: join(home, path) } })),
      { path: 'ledger/checkpoint', from: { bytes: checkpoint } },
      { path: 'ledger/journal', from: { bytes: journal } },
    ];
  }
  throw new CopyFault('failed', 'the ledger grows faster than it can be copied', ['try again when less is going on']);
}

/** Everything but the database, the vault and the ledger. */
export function plainSources(paths: StatePaths, undo: boolean): readonly Source[] {
  const files = PLAIN_FILES.filter((path) => exists(join(paths.home, path)));
  const folders = FOLDERS.filter((folder) => folder !== 'ledger');
  return [
    ...files.map((path): Source => ({ path, from: { file: join(paths.home, path) } })),
    ...[...folders, ...(undo ? [UNDO_FOLDER] : [])].flatMap((folder) => sourcesBelow(paths, folder)),
  ];
}
