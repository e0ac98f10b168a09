// What was moved out of clients' files, kept in the state folder: the exact bytes before and after, and which modules stand for
// which entries. INVARIANT: it is written before a client's file changes, so that there is always a way back.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { agentIdSchema, digestSchema, instantSchema, moduleNameSchema, parserOf } from '@castellan/contract';
import { z } from 'zod';
import { codeOf, makePrivateFolder, readIfThere, replaceFile } from '../files.ts';
import { MCP_CLIENTS } from './found.ts';

const movedEntrySchema = z.strictObject({
  name: z.string(),
  path: z.array(z.string()),
  module: moduleNameSchema,
  /** Of how it was started, credentials included: the same again is the same module. */
  digest: digestSchema,
});
export type MovedEntry = Readonly<z.output<typeof movedEntrySchema>>;

const moveSchema = z.strictObject({
  schema: z.literal('castellan/move/v1'),
  client: z.enum(MCP_CLIENTS),
  /** As it is looked for, and the folder it belongs to. */
  path: z.string(),
  project: z.string().nullable(),
  at: instantSchema,
  entries: z.array(movedEntrySchema),
  /** The agent that was made for it; none where the client was one already. */
  connected: agentIdSchema.optional(),
  /** undone: only what says which modules there were is left. */
  state: z.enum(['moved', 'undone']),
});
export type Move = Readonly<z.output<typeof moveSchema>>;
const parseMove = parserOf(moveSchema);

export interface KeptMove {
  /** Where it is kept. Absolute. */
  readonly folder: string;
  readonly move: Move;
}

/** Where all of it is kept. INVARIANT: outside of the policy's folders, which take nothing that they do not know. */
export const movesFolder = (state: string): string => join(state, 'moves');

/** The file as it was before a move; a person may copy it from there. */
export const keptBefore = ({ folder }: KeptMove): string => join(folder, 'before');

/** Oldest first. One that cannot be read is none. */
export async function listMoves(state: string): Promise<readonly KeptMove[]> {
  const root = movesFolder(state);
  let names: readonly string[];
  try {
    names = await readdir(root);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const kept = await Promise.all(names.toSorted().map((name) => readMove(join(root, name))));
  return kept.filter((each) => each !== null);
}

async function readMove(folder: string): Promise<KeptMove | null> {
  const text = await readIfThere(join(folder, 'move.json'));
  if (text === null) return null;
  try {
    const move = parseMove(JSON.parse(text));
    return move.ok ? { folder, move: move.value } : null;
  } catch {
    return null;
  }
}

/** Keeps a move with its texts, before the file changes. */
export async function keepMove(
  state: string,
  move: Omit<Move, 'schema' | 'state'>,
  texts: { readonly before: string; readonly after: string },
): Promise<KeptMove> {
  const root = movesFolder(state);
  await makePrivateFolder(root);
  const last = (await readdir(root)).toSorted().at(-1);
  const folder = join(root, String(Number.parseInt(last ?? '0', 10) + 1).padStart(6, '0'));
  await makePrivateFolder(folder);
  await replaceFile(join(folder, 'before'), texts.before);
  await replaceFile(join(folder, 'after'), texts.after);
  const whole: Move = { schema: 'castellan/move/v1', ...move, state: 'moved' };
  await writeMove(folder, whole);
  return { folder, move: whole };
}

const writeMove = (folder: string, move: Move): Promise<void> =>
  replaceFile(join(folder, 'move.json'), `${JSON.stringify(move, null, 2)}\n`);

export async function textsOf({ folder }: KeptMove): Promise<{ readonly before: string; readonly after: string }> {
  const [before, after] = await Promise.all(['before', 'after'].map((name) => readFile(join(folder, name), 'utf8')));
  return { before: before ?? '', after: after ?? '' };
}

/** Nothing of it stands any more: the bytes, which hold credentials, go; which modules there were is remembered. */
export async function endMove({ folder, move }: KeptMove): Promise<void> {
  await writeMove(folder, { ...move, state: 'undone' });
  for (const name of ['before', 'after']) await rm(join(folder, name), { force: true });
}
